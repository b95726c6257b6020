//! A host, its Docker and its node are held to benchmarks, and the exit code says how that ended.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::parts::{boltseal, run};
use crate::servers::{DockerEngine, PodmanService};

fn audit(engine: &DockerEngine, arguments: &[&str]) -> Option<Output> {
    let mut command = boltseal()?;
    command.env("DOCKER_HOST", engine.host()).arg("audit").args(arguments);
    Some(command.output().unwrap())
}

fn verdicts(output: &Output) -> Vec<(String, String)> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    assert_eq!(report["schema"], "boltseal.audit/v1");
    let checks = report["checks"].as_array().unwrap();
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    checks.iter().map(|check| (text(check, "number"), text(check, "verdict"))).collect()
}

#[test]
fn facts_of_a_genuine_daemon_say_the_same_wherever_they_are_judged() {
    if run(&["audit", "--help"]).is_none() {
        return;
    }
    let Some(engine) = DockerEngine::start_with(&["--log-level=debug"]) else { return };
    let here = audit(&engine, &["docker", "--format", "json"]).unwrap();
    assert_eq!(here.status.code(), Some(1), "{here:?}");
    let verdicts_here = verdicts(&here);
    assert_eq!(verdicts_here.len(), 118);
    assert!(verdicts_here.contains(&("2.3".into(), "fail".into())), "{verdicts_here:?}");
    let folder = tempfile::tempdir().unwrap();
    let facts = folder.path().join("facts.yaml").to_string_lossy().into_owned();
    let written = audit(&engine, &["docker", "--format", "facts", "--output", &facts]).unwrap();
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    let elsewhere = run(&["audit", "docker", "--facts", &facts, "--format", "json"]).unwrap();
    assert_eq!(verdicts(&elsewhere), verdicts_here);
    let mends = run(&["audit", "docker", "--facts", &facts, "--fix"]).unwrap();
    let text = String::from_utf8(mends.stdout).unwrap();
    assert!(text.contains("f=/etc/docker/daemon.json\n") && text.contains("jq 'del(.\"log-level\")'"), "{text}");
    let first = audit(&engine, &["docker", "--level", "1", "--fail-on", "critical"]).unwrap();
    let table = String::from_utf8(first.stdout).unwrap();
    assert!(table.contains("level 1: ") && !table.contains("level 2: "), "{table}");
}

#[test]
fn a_host_below_a_folder_is_judged_as_far_as_it_can_be_seen() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir_all(at("proc/sys/kernel")).unwrap();
    fs::write(at("proc/sys/kernel/randomize_va_space"), "2\n").unwrap();
    let root = folder.path().to_string_lossy().into_owned();
    let Some(output) = run(&["audit", "host", "--root", &root, "--format", "json"]) else { return };
    let verdicts = verdicts(&output);
    for (number, verdict) in [("2.6", "pass"), ("6.1", "unknown"), ("7.1", "not-applicable"), ("8.1", "fail")] {
        assert!(verdicts.contains(&(number.into(), verdict.into())), "{number}: {verdicts:?}");
    }
    assert_eq!(output.status.code(), Some(1));
    // Of what fails nothing is critical, and much cannot be seen.
    let output = run(&["audit", "host", "--root", &root, "--fail-on", "critical"]).unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn what_is_no_host_is_not_judged() {
    for (arguments, code) in [
        (&["audit", "host", "--root", "/no/such/folder"][..], 2),
        (&["audit", "host", "--facts", "/dev/null"][..], 3),
        (&["audit", "host", "--facts", "/dev/null", "--format", "facts"][..], 2),
        (&["audit", "host", "--level", "3"][..], 2),
    ] {
        let Some(output) = run(arguments) else { return };
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
    }
}

#[test]
fn containers_of_podman_are_judged_and_settings_of_a_daemon_that_it_has_not_are_unknown() {
    if run(&["audit", "--help"]).is_none() {
        return;
    }
    let Some(service) = PodmanService::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.tar");
    fs::write(&empty, [0; 1024]).unwrap();
    service.podman(&["import", &empty.to_string_lossy(), "open:1"]).unwrap();
    service.podman(&["create", "--name", "open", "--network", "none", "--privileged", "open:1", "/run"]).unwrap();
    let mut command = boltseal().unwrap();
    let output =
        command.env("DOCKER_HOST", service.host()).args(["audit", "docker", "--format", "json"]).output().unwrap();
    let verdicts = verdicts(&output);
    for (number, verdict) in [("5.5", "fail"), ("5.10", "pass"), ("2.3", "unknown"), ("7.1", "not-applicable")] {
        assert!(verdicts.contains(&(number.into(), verdict.into())), "{number}: {verdicts:?}");
    }
}
