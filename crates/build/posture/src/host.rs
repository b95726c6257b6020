//! Facts of a host, which may have been collected on another machine: hostile like every other file.

use boltseal_model::{Host, Problem, ProblemKind};
use boltseal_yaml::{Node, Value};
use serde_json::{Map, Value as Json};

use crate::reading::{Reading, plain};
use crate::subject::Subject;

/// The version of facts that is read.
const VERSION: &str = "boltseal.dev/v1";
const KIND: &str = "Host";

/// Whether a document holds facts of a host.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    plain(node, "kind") == Some(KIND) && plain(node, "apiVersion").is_some_and(|it| it.starts_with("boltseal.dev/"))
}

/// Reads facts of a host.
pub(crate) fn read(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    if plain(node, "apiVersion") != Some(VERSION) {
        let detail = format!("facts of another version than {VERSION}; nothing of them is read");
        return reading.problem_at(ProblemKind::Unsupported, node.at, &detail);
    }
    let mut facts = match json(node) {
        Json::Object(facts) => facts,
        _ => Map::new(),
    };
    facts.shift_remove("apiVersion");
    facts.shift_remove("kind");
    match serde_json::from_value::<Host>(Json::Object(facts)) {
        Ok(host) => subjects.push(Subject::Host(Box::new(Host { at: node.at, ..host }))),
        Err(error) => {
            let detail: String = format!("no facts of a host: {error}").chars().take(250).collect();
            reading.problems.push(Problem::at(ProblemKind::Malformed, reading.path, format!("{}: {detail}", node.at)));
        }
    }
}

/// Levels are bounded by the reader of the tree, so that this may call itself.
fn json(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Flag(flag) => Json::Bool(*flag),
        Value::Integer(number) => Json::from(*number),
        Value::Number(number) => Json::from(*number),
        Value::Text(text) => Json::String(text.to_string()),
        Value::List(nodes) => Json::Array(nodes.iter().map(json).collect()),
        Value::Mapping(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.to_string(), json(&entry.node))).collect())
        }
    }
}
