//! `kubectl` reads manifests with the same code as the server: what it says is in a file must be what we read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use boltseal_model::{Limits, Problem};
use boltseal_posture::{File, kubernetes};
use boltseal_testkit::{data, skip};
use serde_json::Value;

use crate::fixtures::root;
use crate::packs::files;

/// Our own cases that spell things as few people do.
const OWN: [&str; 5] = [
    "fires-every-kind/input/anchors.yaml",
    "fires-every-kind/input/mark.yaml",
    "fires-every-kind/input/pod.json",
    "fires-every-member/input/shop.yaml",
    "fires-odd-spellings/input/odd.yaml",
];

/// What a text declares, without the places, which differ between YAML and JSON.
fn declared(text: &str) -> (Value, Vec<Problem>) {
    let (workloads, problems) = kubernetes::parse(&File { path: "f", bytes: text.as_bytes() }, &Limits::default());
    let mut declared = serde_json::to_value(workloads).unwrap();
    without_places(&mut declared);
    (declared, problems.into_sorted())
}

/// A label that changes nothing else.
const LABEL: &str = "boltseal.example/read";

/// Takes places away, and our label, and the order of members, which `kubectl` sorts.
fn without_places(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("at");
            members.values_mut().for_each(without_places);
            members.retain(|name, value| name != "labels" || value.as_array().is_some_and(|labels| !labels.is_empty()));
        }
        Value::Array(values) => {
            values.retain(|value| value[0]["value"] != LABEL);
            values.iter_mut().for_each(without_places);
            values.sort_by_key(Value::to_string);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The objects of a file as JSON, in a list; `None` if `kubectl` refuses it.
fn objects(path: &Path) -> Option<String> {
    let mut command = Command::new("kubectl");
    // Nothing is asked of a server.
    command.args(["label", "--local", "-o", "json", &format!("{LABEL}=yes"), "-f"]).arg(path);
    let output = command.env("KUBECONFIG", "/dev/null").output().unwrap();
    let objects: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(&output.stdout).into_iter().collect();
    let list = serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": objects.ok()? });
    output.status.success().then(|| list.to_string())
}

#[test]
fn reads_what_kubectl_reads() {
    if Command::new("kubectl").arg("version").arg("--client").output().is_err() {
        return skip("kubectl is absent; the package is kubernetes-client");
    }
    let mut paths: Vec<PathBuf> = OWN.iter().map(|path| root().join("readers/kubernetes").join(path)).collect();
    paths.extend(data::find("kubernetes/examples").iter().flat_map(|folder| files(folder)));
    let mut compared = 0;
    for path in &paths {
        let (ours, problems) = declared(&fs::read_to_string(path).unwrap());
        // What is there twice `kubectl` passes over in silence.
        if !problems.is_empty() {
            continue;
        }
        let objects = objects(path).unwrap_or_else(|| panic!("kubectl refuses {}", path.display()));
        let (theirs, problems) = declared(&objects);
        assert_eq!(ours, theirs, "{}", path.display());
        assert!(problems.is_empty(), "{}: {problems:?}", path.display());
        compared += 1;
    }
    assert!(compared + 1 >= paths.len(), "{compared} of {}", paths.len());
}
