//! `boltseal db update`

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use boltseal_model::Limits;
use boltseal_scan::database::{self, DatabaseOutcome, Feed, FeedOutcome, FolderError, Patience, Plan, UpdateError};
use boltseal_scan::visible;

use super::db;
use crate::arguments::Update;
use crate::exit::Exit;
use crate::progress::Bars;
use crate::{Failure, Outcome, places};

/// Brings the database up to date, or lists the feeds that it would come from.
pub fn run(flags: &Update) -> Outcome {
    let feeds = feeds(&flags.feeds)?;
    if flags.list {
        io::stdout().write_all(list(&feeds)?.as_bytes())?;
        return Ok(Exit::Clean);
    }
    if flags.offline {
        let detail =
            "an update needs the network, and --offline forbids it; `boltseal db build` takes files that are here";
        return Err(Failure::usage(anyhow!(detail)));
    }
    let keep =
        flags.keep.clone().or_else(|| Some(places::cache()?.join("boltseal/feeds"))).ok_or_else(|| {
            Failure::usage(anyhow!("say with --keep where to keep downloads: there is no home folder"))
        })?;
    let database = db::destination(flags.db.as_deref())?;
    let plan = Plan {
        feeds: &feeds,
        only: &flags.feed,
        keep: &keep,
        database: &database,
        accept_shrinking: flags.accept_shrinking,
        patience: Patience::default(),
        limits: Limits::default(),
    };
    let updated = database::update(&plan, &Bars::new()).map_err(|error| match error {
        UpdateError::Folder(FolderError::Busy { .. }) => Failure::incomplete(error),
        UpdateError::Folder(FolderError::Unusable { .. }) | UpdateError::UnknownFeed(_) => Failure::usage(error),
    })?;
    let is_complete = updated.is_complete();
    updated.feeds.iter().for_each(complain);
    let mut text = told(&updated.feeds)?;
    if !updated.others.is_empty() {
        writeln!(text, "as downloaded before: {}", visible(&updated.others.join(", ")))?;
    }
    match updated.database {
        DatabaseOutcome::Written(summary) => text += &db::told(&database, summary)?.0,
        DatabaseOutcome::Current => writeln!(text, "{} is up to date", database.display())?,
        DatabaseOutcome::Kept(reason) => {
            let reason = anyhow!(reason);
            anstream::eprintln!(
                "boltseal: {} was left as it is: {}",
                database.display(),
                visible(&format!("{reason:#}"))
            );
        }
    }
    io::stdout().write_all(text.as_bytes())?;
    Ok(if is_complete { Exit::Clean } else { Exit::Incomplete })
}

/// The feeds that the program knows, and those that the user describes. One of the user's takes the place of one of the
/// program's of the same id.
fn feeds(paths: &[PathBuf]) -> Result<Vec<Feed>, Failure> {
    let mut feeds = database::feeds()?;
    let mut own: Vec<Feed> = Vec::new();
    for path in paths {
        for file in descriptions(path).with_context(|| format!("reading {}", path.display())).map_err(Failure::usage)? {
            let feed = description(&file).with_context(|| file.display().to_string()).map_err(Failure::usage)?;
            if own.iter().any(|other| other.id == feed.id) {
                return Err(Failure::usage(anyhow!("{}: two feeds have the id {}", file.display(), feed.id)));
            }
            own.push(feed);
        }
    }
    feeds.retain(|feed| own.iter().all(|other| other.id != feed.id));
    feeds.extend(own);
    Ok(feeds)
}

fn descriptions(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    Ok(files)
}

fn description(path: &Path) -> anyhow::Result<Feed> {
    Ok(Feed::parse(&fs::read_to_string(path)?)?)
}

fn list(feeds: &[Feed]) -> Result<String, Failure> {
    let mut text = format!("{:18} {:7} {:>5}  {:32} WHAT\n", "FEED", "UNASKED", "MB", "FROM");
    for feed in feeds {
        let default = if feed.default { "yes" } else { "no" };
        writeln!(text, "{:18} {default:7} {:>5}  {:32} {}", feed.id, feed.megabytes, feed.publisher, feed.title)?;
    }
    Ok(text)
}

fn told(feeds: &[FeedOutcome]) -> Result<String, Failure> {
    let mut text = String::new();
    for feed in feeds {
        match feed.fetched {
            Some(bytes) => writeln!(text, "{:22} {bytes:>11} bytes fetched", feed.id)?,
            None if feed.failures.is_empty() => writeln!(text, "{:22} {:>11}", feed.id, "unchanged")?,
            None => {}
        }
    }
    Ok(text)
}

fn complain(feed: &FeedOutcome) {
    for failure in &feed.failures {
        let used = if failure.has_earlier { "an earlier download is used" } else { "it was never fetched before" };
        let error = visible(&format!("{}", failure.error)).into_owned();
        anstream::eprintln!("boltseal: {}: cannot fetch {}: {error}; {used}", feed.id, failure.file);
    }
    if let Some((before, after)) = feed.shrunk {
        anstream::eprintln!(
            "boltseal: {}: had {before} advisories and now has {after}, which is suspicious; the earlier download is used; \
             --accept-shrinking takes the new one",
            feed.id
        );
    }
}
