//! `db update` as people run it: killed and started again, twice at once, behind a proxy, and followed by a scan.

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use boltseal_testkit::server::{Answer, Asked, Manner, Server};
use tempfile::TempDir;

use crate::parts::boltseal;
use crate::servers::{Proxy, wait_for};

/// A zip of OSV's with advisories on npm packages.
fn advisories(count: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..count {
        let id = format!("GHSA-{number:04}-aaaa-bbbb");
        zip.start_file(format!("{id}.json"), zip::write::SimpleFileOptions::default()).unwrap();
        let text = format!(
            r#"{{"schema_version": "1.6.0", "id": "{id}", "modified": "2024-05-01T00:00:00Z", "affected": [{{"package":
            {{"ecosystem": "npm", "name": "package-{number}"}}, "ranges": [{{"type": "SEMVER",
            "events": [{{"introduced": "0"}}, {{"fixed": "1.3.0"}}]}}]}}]}}"#
        );
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A good server's answer.
fn serve(asked: &Asked, bytes: &[u8]) -> Answer {
    if asked.header("if-none-match") == Some("\"1\"") {
        return Answer::new(304, "");
    }
    let answer = match asked.range_start().filter(|_| asked.header("if-range") == Some("\"1\"")) {
        Some(start) => Answer::new(206, &bytes[start..])
            .with("content-range", format!("bytes {start}-{}/{}", bytes.len() - 1, bytes.len())),
        None => Answer::new(200, bytes),
    };
    answer.with("etag", "\"1\"")
}

/// A home with the description of one feed.
struct Home(TempDir);

impl Home {
    fn new(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "id = 'mine'\ntitle = 'A test'\npublisher = 'Us'\nlicence = 'CC0-1.0'\ncovers = ['npm']\nimporter = 'osv'\n\
             default = true\nmegabytes = 1\n[[files]]\nname = 'mine.zip'\naddress = 'http://{}/mine.zip'\n",
            server.host
        );
        fs::write(folder.path().join("mine.toml"), text).unwrap();
        Self(folder)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// The command at home here, without a proxy.
    fn command(&self) -> Option<Command> {
        let mut command = boltseal()?;
        command.env("XDG_DATA_HOME", self.at("data")).env("XDG_CACHE_HOME", self.at("cache")).stdin(Stdio::null());
        for proxy in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
            command.env_remove(proxy).env_remove(proxy.to_lowercase());
        }
        Some(command)
    }

    fn updating(&self) -> Option<Command> {
        let mut command = self.command()?;
        command.args(["db", "update", "--feed", "mine", "--feeds"]).arg(self.at("mine.toml"));
        Some(command)
    }

    fn update(&self) -> Option<Output> {
        Some(self.updating()?.output().unwrap())
    }
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_update_that_is_killed_goes_on_where_it_was_and_keeps_others_out_while_it_runs() {
    let bytes = advisories(200);
    let half = bytes.len() / 2;
    let (served, turns) = (bytes.clone(), Arc::new(AtomicUsize::new(0)));
    let server = Server::start(move |asked| match turns.fetch_add(1, Ordering::SeqCst) {
        0 => serve(asked, &served).in_manner(Manner::Stalling(half)),
        _ => serve(asked, &served),
    });
    let home = Home::new(&server);
    let Some(mut command) = home.updating() else { return };
    let mut first = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let partial = home.at("cache/boltseal/feeds/partial/mine/mine.zip");
    wait_for("half of the download", || fs::metadata(&partial).is_ok_and(|file| file.len() == half as u64));
    let second = home.update().unwrap();
    assert_eq!(second.status.code(), Some(3), "{}", errors(&second));
    let busy = format!("another `boltseal db update` (process {}) is at work", first.id());
    assert!(errors(&second).contains(&busy), "{}", errors(&second));
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(!home.at("data/boltseal/advisories.db").exists());
    let third = home.update().unwrap();
    assert_eq!(third.status.code(), Some(0), "{}", errors(&third));
    assert_eq!(server.asked()[1].range_start(), Some(half));
    assert_eq!(fs::read(home.at("cache/boltseal/feeds/feeds/mine/mine.zip")).unwrap(), bytes);
    let fourth = home.update().unwrap();
    assert!(String::from_utf8_lossy(&fourth.stdout).contains("is up to date"));
    assert_eq!(fourth.status.code(), Some(0));
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    let server = Server::start(|asked| serve(asked, &advisories(3)));
    let (home, proxy) = (Home::new(&server), Proxy::start());
    let Some(mut command) = home.updating() else { return };
    let output = command.env("HTTP_PROXY", format!("http://{}", proxy.host)).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let asked = proxy.asked();
    assert!(asked.len() == 1 && asked[0].contains(&server.host), "{asked:?}");
    fs::remove_dir_all(home.at("cache")).unwrap();
    let nobody = home.updating().unwrap().env("HTTP_PROXY", "http://127.0.0.1:1").output().unwrap();
    assert_eq!(nobody.status.code(), Some(3), "{}", errors(&nobody));
    let past = home.updating().unwrap().env("HTTP_PROXY", "http://127.0.0.1:1").env("NO_PROXY", "127.0.0.1").output();
    assert_eq!(past.unwrap().status.code(), Some(0));
}

#[test]
fn a_scan_uses_the_database_of_the_last_update_and_the_status_tells_its_age() {
    let server = Server::start(|asked| serve(asked, &advisories(3)));
    let home = Home::new(&server);
    let Some(output) = home.update() else { return };
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let source = home.at("source");
    fs::create_dir(&source).unwrap();
    let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/package-2": {"version": "1.2.0"}}}"#;
    fs::write(source.join("package-lock.json"), lock).unwrap();
    let scan = home.command().unwrap().args(["scan", &format!("dir:{}", source.display())]).output().unwrap();
    assert!(String::from_utf8_lossy(&scan.stdout).contains("GHSA-0002-aaaa-bbbb"), "{scan:?}");
    let status = || home.command().unwrap().args(["db", "status"]).output().unwrap();
    let young = status();
    assert!(String::from_utf8_lossy(&young.stdout).contains("written     0 days ago") && young.stderr.is_empty());
    let database = File::options().write(true).open(home.at("data/boltseal/advisories.db")).unwrap();
    database.set_modified(SystemTime::now() - Duration::from_secs(9 * 86_400)).unwrap();
    let old = status();
    assert!(errors(&old).contains("9 days old; `boltseal db update`"), "{}", errors(&old));
    assert_eq!(old.status.code(), Some(0));
}

#[test]
fn what_cannot_be_had_is_said_and_ends_with_3() {
    let turns = AtomicUsize::new(0);
    let server = Server::start(move |asked| match turns.fetch_add(1, Ordering::SeqCst) {
        1 => Answer::new(404, ""),
        _ => serve(asked, &advisories(3)),
    });
    let home = Home::new(&server);
    let Some(first) = home.update() else { return };
    assert_eq!(first.status.code(), Some(0), "{}", errors(&first));
    let second = home.update().unwrap();
    assert_eq!(second.status.code(), Some(3));
    let expected = "mine: cannot fetch mine.zip: the server answers with status 404; an earlier download is used";
    assert!(errors(&second).contains(expected), "{}", errors(&second));
}

#[test]
fn a_wrong_command_line_of_an_update_names_the_way_out() {
    let server = Server::start(|asked| serve(asked, &advisories(3)));
    let home = Home::new(&server);
    for (arguments, expected) in [
        (&["--offline"][..], "`boltseal db build` takes files"),
        (&["--feed", "nobodys"], "`boltseal db update --list` names them"),
        (&["--feeds", "/no/such.toml"], "/no/such.toml: No such file"),
    ] {
        let Some(mut command) = home.command() else { return };
        let output = command.args(["db", "update"]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(errors(&output).contains(expected), "{}", errors(&output));
    }
    fs::write(
        home.at("mine.toml"),
        fs::read_to_string(home.at("mine.toml")).unwrap().replace("127.0.0.1", "a.example"),
    )
    .unwrap();
    let plain = home.update().unwrap();
    assert_eq!((plain.status.code(), errors(&plain).contains("addresses begin with https://")), (Some(2), true));
    assert_eq!(server.asked().len(), 0);
}
