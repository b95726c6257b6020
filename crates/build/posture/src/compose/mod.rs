//! Compose files: every service is a workload of its own, since services share nothing unless they say so.
//!
//! Source: the Compose specification. <https://github.com/compose-spec/compose-spec>

mod interpolate;
mod machine;
mod ports;
mod service;
mod volumes;

use boltseal_model::ProblemKind;
use boltseal_yaml::{Node, Value};

use crate::reading::Reading;
use crate::subject::Subject;

/// Whether a document has services, and is no object of another platform.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    node.child("services").is_some() && ["kind", "apiVersion", "Resources"].iter().all(|key| node.child(key).is_none())
}

/// Members of the whole file.
const TOP: &[&str] = &["configs", "include", "models", "name", "networks", "secrets", "services", "version", "volumes"];

/// Reads a file.
pub(crate) fn read(reading: &mut Reading<'_>, mut node: Node<'_>, subjects: &mut Vec<Subject>) {
    reading.is_lenient = true;
    interpolate::interpolate(&mut node);
    unknown(reading, &node, TOP, "a Compose file");
    for entry in node.entries().iter().filter(|entry| entry.key == "include") {
        reading.problem_at(ProblemKind::Unsupported, entry.at, "what `include` names is not read");
    }
    let project = reading.name_at(&node, "name");
    let Some(services) = reading.mapping_at(&node, "services") else { return };
    let declared = volumes::Declared::read(reading, &node);
    for entry in services.counted() {
        if !reading.admits(1, entry.at, "services") {
            break;
        }
        match entry.node.value {
            Value::Mapping(_) => {
                let mut workload = service::read(reading, entry, &declared);
                workload.namespace.clone_from(&project);
                subjects.push(Subject::Workload(Box::new(workload)));
            }
            Value::Null => {}
            _ => reading.wrong(&entry.node, &entry.key, "a mapping"),
        }
    }
}

/// Says of members that there are no such. Those that begin with `x-` are whatever the author likes.
fn unknown(reading: &mut Reading<'_>, node: &Node<'_>, known: &[&str], of: &str) {
    for entry in node.entries() {
        if known.binary_search(&&*entry.key).is_err() && !entry.key.starts_with("x-") {
            let key: String = entry.key.chars().take(40).collect();
            reading.problem_at(ProblemKind::Unsupported, entry.at, &format!("{of} has no {key:?}; it is not read"));
        }
    }
}
