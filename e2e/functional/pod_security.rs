//! Manifests are held to the Pod Security Standards, and the exit code says how that ended.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::parts::{boltseal, run};

const LOCKED: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: locked}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: shop
    image: registry.example/shop:1.2
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
";

fn lines(output: &[u8]) -> Vec<Value> {
    str::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_refusal_names_the_check_the_workload_and_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let [locked, open] =
        ["locked.yaml", "open.yaml"].map(|name| folder.path().join(name).to_string_lossy().into_owned());
    fs::write(&locked, LOCKED).unwrap();
    fs::write(&open, format!("{LOCKED}---\n{}  hostPID: true\n", LOCKED.replace("locked", "open"))).unwrap();
    let Some(output) = run(&["policy", "pss", "--level", "restricted", "--version", "v1.30", &locked, &open]) else {
        return;
    };
    assert_eq!(output.status.code(), Some(1));
    let [first, second] = &lines(&output.stdout)[..] else { panic!("{output:?}") };
    assert_eq!(
        (&first["file"], &first["allowed"], &first["checks"]),
        (&locked.into(), &true.into(), &Value::Array(vec![]))
    );
    assert_eq!((&second["allowed"], &second["workloads"]), (&false.into(), &2.into()));
    let [check] = &second["checks"].as_array().unwrap()[..] else { panic!("{second}") };
    assert_eq!((&check["id"], &check["workload"]), (&"hostNamespaces".into(), &"Pod/open".into()));
    assert_eq!((&check["line"], &check["column"]), (&20.into(), &12.into()));
}

#[test]
fn what_could_not_be_read_is_never_allowed() {
    let Some(mut command) = boltseal() else { return };
    let arguments = ["policy", "pss", "--level", "privileged", "-", "/no/such/file.yaml"];
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"apiVersion: v1\nkind: Pod\nspec: {hostPID: 'no'}\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    for (line, kind) in lines(&output.stdout).iter().zip(["malformed", "unreadable"]) {
        assert_eq!((&line["allowed"], &line["problems"][0]["kind"]), (&false.into(), &kind.into()), "{line}");
    }
}

#[test]
fn a_wrong_level_or_version_names_those_that_there_are() {
    for (arguments, expected) in [
        (["--level", "strict", "--version", "latest"], "privileged, baseline, restricted"),
        (["--level", "baseline", "--version", "v2.0"], "v1.0 to v1."),
    ] {
        let Some(output) = run(&[&["policy", "pss", "x.yaml"], &arguments[..]].concat()) else { return };
        assert_eq!(output.status.code(), Some(2));
        assert!(str::from_utf8(&output.stderr).unwrap().contains(expected), "{output:?}");
    }
}
