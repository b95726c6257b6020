//! Databases brought up to date from servers that answer well and badly.

mod downloads;
mod outcomes;
mod repositories;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::time::Duration;

use boltseal_model::Limits;
use boltseal_scan::Silent;
use boltseal_scan::database::{DatabaseFile, DatabaseOutcome, Feed, Patience, Plan, Updated, update};
use boltseal_testkit::server::{Answer, Asked, Server};

/// A zip of so many advisories on npm packages, as OSV publishes them; others with another seed.
pub fn advisories(count: usize, seed: u32) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for number in (seed * 1000..).take(count) {
        zip.start_file(format!("GHSA-{number:04}-aaaa-bbbb.json"), stored).unwrap();
        let text = format!(
            r#"{{"schema_version": "1.6.0", "id": "GHSA-{number:04}-aaaa-bbbb", "modified": "2024-05-01T00:00:00Z",
            "affected": [{{"package": {{"ecosystem": "npm", "name": "package-{number}"}}, "ranges": [{{"type": "SEMVER",
            "events": [{{"introduced": "0"}}, {{"fixed": "1.{seed}.0"}}]}}]}}]}}"#
        );
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The answer of a good server, which knows parts and states of what it serves.
pub fn serve(asked: &Asked, bytes: &[u8], etag: &str) -> Answer {
    if asked.header("if-none-match") == Some(etag) {
        return Answer::new(304, "");
    }
    match asked.range_start().filter(|_| asked.header("if-range") == Some(etag)) {
        Some(start) if start < bytes.len() => Answer::new(206, &bytes[start..])
            .with("etag", etag)
            .with("content-range", format!("bytes {start}-{}/{}", bytes.len() - 1, bytes.len())),
        Some(_) => Answer::new(416, ""),
        None => Answer::new(200, bytes).with("etag", etag),
    }
}

/// A download folder, a database and feeds from a server.
pub struct House {
    pub feeds: Vec<Feed>,
    pub only: Vec<String>,
    pub accept_shrinking: bool,
    pub limits: Limits,
    pub patience: Patience,
    pub folder: tempfile::TempDir,
}

impl House {
    /// One feed, `mine`, of one file, `mine.zip`, at the path `/mine.zip`.
    pub fn of(server: &Server) -> Self {
        Self::with(vec![feed("mine", &format!("http://{}/mine.zip", server.host), "")])
    }

    pub fn with(feeds: Vec<Feed>) -> Self {
        let patience = Patience {
            pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(20),
            ..Patience::default()
        };
        Self {
            feeds,
            only: Vec::new(),
            accept_shrinking: false,
            limits: Limits::default(),
            patience,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn update(&self) -> Updated {
        let (keep, database) = (self.keep(), self.database());
        let plan = Plan {
            feeds: &self.feeds,
            only: &self.only,
            keep: &keep,
            database: &database,
            accept_shrinking: self.accept_shrinking,
            patience: self.patience.clone(),
            limits: self.limits.clone(),
        };
        update(&plan, &Silent).unwrap()
    }

    pub fn keep(&self) -> PathBuf {
        self.folder.path().join("keep")
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("advisories.db")
    }

    /// Advisories per source in the database that is there.
    pub fn held(&self) -> BTreeMap<String, u64> {
        let Ok(file) = DatabaseFile::open(Some(&self.database()), None) else { return BTreeMap::new() };
        let database = file.database().unwrap();
        database.verify().unwrap();
        database.info().sources.iter().map(|source| (source.name.clone(), source.advisories)).collect()
    }

    pub fn osv(&self) -> u64 {
        self.held().get("osv").copied().unwrap_or(0)
    }

    /// Files below a folder of the download folder.
    pub fn files(&self, stage: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.keep().join(stage))
            .into_iter()
            .flatten()
            .flat_map(|feed| fs::read_dir(feed.unwrap().path()).unwrap())
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// A feed of one zip of OSV's.
pub fn feed(id: &str, address: &str, more: &str) -> Feed {
    let text = format!(
        "id = '{id}'\ntitle = 'A test'\npublisher = 'Us'\nlicence = 'CC0-1.0'\ncovers = ['npm']\nimporter = 'osv'\n\
         default = true\nmegabytes = 1\n[[files]]\nname = '{id}.zip'\naddress = '{address}'\n{more}\n"
    );
    Feed::parse(&text).unwrap()
}

pub fn is_written(updated: &Updated) -> bool {
    matches!(updated.database, DatabaseOutcome::Written(_))
}

/// What kept the only feed's only file from being fetched.
pub fn complaint(updated: &Updated) -> String {
    assert!(!updated.is_complete());
    updated.feeds[0].failures[0].error.to_string()
}
