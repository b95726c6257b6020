//! The same application as a pod, a task of ECS, a group of ACI and services of Compose: what each platform has is read alike.

use boltseal_model::{Limits, Workload};
use boltseal_posture::{File, Subject, read};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::application::{app, cloudformation, plan, template};

/// Everything that is declared, which must be read whole.
fn workloads(declaration: &Value) -> Vec<Workload> {
    let text = declaration.to_string();
    let (subjects, problems) = read(&File { path: "f", bytes: text.as_bytes() }, &Limits::default());
    let problems = problems.into_sorted();
    assert!(problems.is_empty(), "{text}: {problems:?}");
    let workload = |subject| match subject {
        Subject::Workload(workload) => *workload,
        other => panic!("{other:?}"),
    };
    subjects.into_iter().map(workload).collect()
}

/// An amount in thousand-millionths, however it is spelled.
fn nanos(amount: &str) -> i128 {
    let end = amount.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(amount.len());
    let (number, unit) = amount.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let number: i128 = format!("{whole}{fraction:0<9}").parse().unwrap();
    match unit {
        "" => number,
        "m" => number / 1_000,
        "Mi" => number << 20,
        "G" => number * 1_000_000_000,
        other => panic!("{other}"),
    }
}

/// What rules see of each container and of what it runs in, without places.
fn seen(workload: &Workload) -> Vec<Value> {
    let whole = without_places(serde_json::to_value(workload).unwrap());
    let container = |container: &Value| {
        let mut seen = container.clone();
        for kind in ["limits", "requests"] {
            if let Some(amounts) = seen["resources"][kind].as_array_mut() {
                amounts
                    .iter_mut()
                    .for_each(|it| it["amount"] = json!(nanos(it["amount"].as_str().unwrap()).to_string()));
                amounts.sort_by_key(|it| it["name"].to_string());
            }
        }
        // A volume without a source is an empty folder.
        if let Some(mounts) = seen["mounts"].as_array_mut() {
            for mount in mounts {
                let volumes = whole["volumes"].as_array().unwrap();
                let volume = volumes.iter().find(|volume| volume["name"] == mount["volume"]).unwrap();
                let source = &volume["sources"][0];
                mount["volume"] = if source.is_null() { json!({ "kind": "emptyDir" }) } else { source.clone() };
            }
        }
        for (place, name) in [("network", "host_network"), ("processes", "host_processes"), ("ipc", "host_ipc")] {
            seen[name] = whole["host"][place].clone();
        }
        seen
    };
    whole["containers"].as_array().unwrap().iter().map(container).collect()
}

fn without_places(value: Value) -> Value {
    match value {
        Value::Object(mut members) => {
            let is_located = members.len() == 2 && members.contains_key("value") && members.contains_key("at");
            if is_located {
                return members.remove("value").unwrap();
            }
            members.remove("at");
            Value::Object(members.into_iter().map(|(name, value)| (name, without_places(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(without_places).collect()),
        other => other,
    }
}

/// What is compared of a container, once what a platform does not have is taken away from both.
fn compare(ours: &[Value], theirs: &[Value], adapt: impl Fn(&mut Value)) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        let (mut ours, mut theirs) = (ours.clone(), theirs.clone());
        adapt(&mut ours);
        adapt(&mut theirs);
        assert_eq!(ours, theirs);
    }
}

fn drop(seen: &mut Value, names: &[&str]) {
    names.iter().for_each(|name| _ = seen.as_object_mut().unwrap().remove(*name));
}

proptest! {
    #[test]
    fn every_platform_gives_the_same_values_where_it_has_the_field(app in app()) {
        let pods = workloads(&app.pod());
        let ours = seen(&pods[0]);
        let task = app.task();
        for declaration in [&task, &cloudformation(&task), &plan(&task)] {
            compare(&ours, &seen(&workloads(declaration)[0]), |_| {});
        }
        let group = seen(&workloads(&app.group())[0]);
        assert_eq!(&group, &seen(&workloads(&template(&app.group()))[0]));
        compare(&ours, &group, |seen| {
            // There is no host, and no argument but in the command; root is not read-only, and nobody types.
            drop(seen, &["host_network", "host_processes", "host_ipc", "read_only_root", "terminal", "interactive"]);
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            seen["command"] = json!([list(&seen["command"]), list(&seen["arguments"])].concat());
            drop(seen, &["arguments"]);
            for port in seen["ports"].as_array_mut().into_iter().flatten() {
                drop(port, &["host"]);
            }
            for mount in seen["mounts"].as_array_mut().into_iter().flatten() {
                drop(mount, &["volume"]);
            }
        });
        let services: Vec<Value> = workloads(&app.project()).iter().flat_map(seen).collect();
        compare(&ours, &services, |seen| {
            // Secrets are files there.
            if let Some(variables) = seen["environment"].as_array_mut() {
                variables.retain(|variable| variable["source"].get("secret").is_none());
            }
            if seen["environment"].as_array().is_none_or(Vec::is_empty) {
                drop(seen, &["environment"]);
            }
        });
    }
}
