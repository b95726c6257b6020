//! A genuine Docker daemon, with containers and images that break what the benchmark demands, and some that do not.

use boltseal_audit::{Audit, Benchmark, Checked, Question, Reason, Verdict, audit, commands, table};
use boltseal_host::{Connection, Root, collect};
use boltseal_model::Limits;
use boltseal_posture::{Checks, File, read};
use boltseal_testkit::docker::DockerEngine;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Collects, writes, reads and judges, as the command does.
fn audited(root: &Path, connection: &Connection, benchmark: &str) -> (Audit, String) {
    let document = collect(&Root::open(root).unwrap(), connection).document();
    let limits = Limits::default();
    let (subjects, problems) = read(&File { path: "facts", bytes: document.as_bytes() }, &limits);
    assert_eq!(problems.into_sorted(), [], "{document}");
    let (benchmark, checks) = (Benchmark::built_in(benchmark).unwrap(), Checks::load(&[], &limits).0);
    let question = Question { benchmark: &benchmark, checks: &checks, level: 2, today: None, limits: &limits };
    (audit(&question, &subjects).unwrap(), document)
}

fn check<'a>(audit: &'a Audit, number: &str) -> &'a Checked {
    audit.checks.iter().find(|check| check.number == number).unwrap()
}

/// An image with nothing in it, and what it says of its containers.
fn import(engine: &DockerEngine, name: &str, changes: &[&str]) {
    let mut command = Command::new("/usr/bin/docker");
    command.args(["--host", &engine.host(), "import"]);
    for change in changes {
        command.args(["--change", change]);
    }
    let mut process = command.args(["-", name]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // An empty archive.
    process.stdin.take().unwrap().write_all(&[0; 1024]).unwrap();
    assert!(process.wait().unwrap().success());
}

#[test]
fn a_genuine_daemon_is_judged_by_every_number() {
    let settings = ["--log-level=debug", "--live-restore", "--no-new-privileges", "--userland-proxy=false"];
    let Some(engine) = DockerEngine::start_with(&settings) else { return };
    import(&engine, "open:latest", &["ENV PASSWORD=hunter2"]);
    import(&engine, "shut:1", &["USER 1000:1000", "HEALTHCHECK CMD /check"]);
    let create = |arguments: &str| {
        let words: Vec<&str> = ["create", "--network=none"].into_iter().chain(arguments.split(' ')).collect();
        engine.docker(&words).unwrap();
    };
    create(
        "--name=open --privileged --env=TOKEN=hunter2 --volume=/var/run/docker.sock:/s open:latest /run --key=hunter2",
    );
    create(
        "--name=shut --read-only --cap-drop=ALL --memory=64m --cpus=1 --pids-limit=50 --security-opt=no-new-privileges shut:1 /run",
    );
    let connection = Connection::Socket(engine.socket());
    let (audit, document) = audited(Path::new("/"), &connection, "cis-docker");
    assert!(!document.contains("hunter2"), "facts hold a secret: {document}");
    assert_eq!(audit.checks.len(), 118);
    let verdict = |number: &str| check(&audit, number).verdict;
    for (number, expected) in [
        // The daemon binds its folder to itself, which makes it no volume of its own.
        ("1.1.1", Verdict::Fail),
        ("2.1", Verdict::Fail),
        // It runs without a default network.
        ("2.2", Verdict::NotApplicable),
        ("2.3", Verdict::Fail),
        ("2.4", Verdict::Fail),
        ("2.5", Verdict::Pass),
        ("2.6", Verdict::Pass),
        ("2.8", Verdict::NotApplicable),
        ("2.9", Verdict::Fail),
        ("2.15", Verdict::Pass),
        ("2.16", Verdict::Pass),
        ("2.17", Verdict::Pass),
        ("3.13", Verdict::NotApplicable),
        ("3.16", Verdict::Pass),
        ("4.1", Verdict::Fail),
        ("4.4", Verdict::Unknown),
        ("4.6", Verdict::Fail),
        ("5.1", Verdict::Pass),
        ("5.5", Verdict::Fail),
        ("5.10", Verdict::Pass),
        ("5.13", Verdict::Fail),
        ("5.29", Verdict::Fail),
        ("5.32", Verdict::Fail),
        ("7.1", Verdict::NotApplicable),
    ] {
        assert_eq!(verdict(number), expected, "{number}: {:#?}", check(&audit, number));
    }
    let privileged: Vec<String> = check(&audit, "5.5").reasons.iter().map(Reason::text).collect();
    assert_eq!(privileged, ["container/open: container open is privileged"]);
    let users: Vec<String> = check(&audit, "4.1").reasons.iter().map(Reason::text).collect();
    assert!(users.iter().all(|text| !text.starts_with("shut")), "{users:?}");
    assert!(audit.fails(None));
    let text = table(&audit);
    assert!(text.contains("5.5") && text.lines().any(|line| line.starts_with("level 1: ")), "{text}");
    let commands = commands(&audit);
    assert!(commands.contains("jq 'del(.\"log-level\")'"), "{commands}");
}

#[test]
fn without_the_engine_what_it_would_say_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::Socket(folder.path().join("none.sock"));
    let (audit, _) = audited(Path::new("/"), &connection, "cis-docker");
    for number in ["2.1", "2.10", "4.1", "5.5", "5.10", "7.1"] {
        let check = check(&audit, number);
        assert_eq!(check.verdict, Verdict::Unknown, "{check:?}");
        assert!(check.reasons.iter().any(|reason| reason.text().contains("none.sock")), "{check:?}");
    }
    assert!(audit.is_incomplete());
}
