//! What is declared is mended by what the program prints, with git and patch as users have them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use boltseal_model::Report;

use crate::parts::run;

const DEPLOYMENT: &str = "\
# The shop.
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      hostPID: true # for the agent
      containers:
      - name: shop
        image: registry.example/shop:1.4.2
        securityContext: { privileged: true }
";
const DOCKERFILE: &str =
    "FROM debian:12.5\nRUN apt-get update && apt-get install -y curl\nADD shop /usr/bin/shop\nUSER 1000\n";
const TASK: &str = r#"{
  "family": "shop",
  "containerDefinitions": [
    {
      "name": "shop",
      "image": "registry.example/shop:1.4.2",
      "privileged": true
    }
  ]
}"#;

/// Has a program change the files of a folder.
fn apply(program: &str, arguments: &[&str], folder: &Path, diff: &[u8]) -> bool {
    let child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(Path::new("/")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        boltseal_testkit::skip(&format!("there is no {program}"));
        return false;
    };
    child.stdin.take().unwrap().write_all(diff).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    true
}

#[test]
fn a_folder_is_mended_by_the_difference_that_is_printed() {
    for (program, arguments) in [("git", &["apply"][..]), ("patch", &["-p1", "--silent"][..])] {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deploy")).unwrap();
        for (name, text) in [("deploy/shop.yaml", DEPLOYMENT), ("Dockerfile", DOCKERFILE), ("task.json", TASK)] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let target = folder.path().to_string_lossy().into_owned();
        let asked = ["scan", &target, "--only", "misconfiguration", "--fix"];
        let Some(output) = run(&[&asked[..], &["--diff"]].concat()) else { return };
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stderr).contains("findings on declarations have a patch"));
        assert_eq!(fs::read_to_string(folder.path().join("Dockerfile")).unwrap(), DOCKERFILE, "nothing is written");
        let report = |flags: &[&str]| -> Report {
            let output = run(&[&asked[..], &["--format", "json"], flags].concat()).unwrap();
            serde_json::from_slice(&output.stdout).unwrap()
        };
        let before = report(&[]);
        let fix = |id: &str| before.findings.iter().find(|finding| finding.id == id).unwrap().fix.clone().unwrap();
        assert!(!fix("container-privileged").edits.is_empty());
        if !apply(program, arguments, folder.path(), &output.stdout) {
            return;
        }
        let mended = fs::read_to_string(folder.path().join("deploy/shop.yaml")).unwrap();
        assert!(mended.starts_with("# The shop.\n") && mended.contains("hostPID: false # for the agent\n"), "{mended}");
        assert!(mended.contains("securityContext: { privileged: false,"), "{mended}");
        assert!(!fs::read_to_string(folder.path().join("task.json")).unwrap().ends_with('\n'));
        let after = report(&[]);
        let patched = |report: &Report| {
            report.findings.iter().filter(|it| it.fix.as_ref().is_some_and(|fix| !fix.edits.is_empty())).count()
        };
        assert!(patched(&before) >= 12, "{:#?}", before.findings);
        assert_eq!(patched(&after), 0, "{:#?}", after.findings);
        assert!(after.findings.len() + patched(&before) <= before.findings.len(), "{:#?}", after.findings);
        let again = run(&[&asked[..], &["--diff"]].concat()).unwrap();
        assert_eq!(String::from_utf8_lossy(&again.stdout), "");
    }
}

#[test]
fn what_is_left_out_of_a_report_is_not_mended() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.yaml"), DEPLOYMENT).unwrap();
    let target = folder.path().to_string_lossy().into_owned();
    let asked = ["scan", &target, "--only", "misconfiguration", "--fix", "--diff", "--min-severity", "critical"];
    let Some(output) = run(&asked) else { return };
    let diff = String::from_utf8_lossy(&output.stdout);
    assert!(diff.contains("+        securityContext: { privileged: false }\n"), "{diff}");
    assert!(!diff.contains("+      hostPID: false"), "{diff}");
    let output = run(&["scan", &target, "--diff"]).unwrap();
    assert_eq!(output.status.code(), Some(2), "a difference of what, if nothing is mended");
}
