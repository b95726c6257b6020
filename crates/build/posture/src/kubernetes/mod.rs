//! Manifests of Kubernetes.
//!
//! Source: the API reference of Kubernetes, `core/v1`, `apps/v1` and `batch/v1`, with the groups that they once were in.

mod container;
mod kinds;
mod pod;

use boltseal_model::workload::WorkloadPlatform;
use boltseal_model::{Limits, Located, ProblemKind, Problems, Resource, Workload};
use boltseal_yaml::{Node, Value};

use crate::reading::{File, Reading};
use crate::subject::{Subject, declared};
pub(crate) use kinds::way_to_pod;
use kinds::{Kind, Named};

/// Every workload that a file declares, in its order: one document or several, in YAML or JSON, objects or lists of them.
///
/// [`crate::read`] gives the other objects as well.
pub fn parse(file: &File<'_>, limits: &Limits) -> (Vec<Workload>, Problems) {
    let mut reading = Reading::new(file.path, limits);
    let mut subjects = Vec::new();
    if let Some(text) = reading.text(file) {
        reading.documents(text, |reading, node| read(reading, &node, &mut subjects));
    }
    let workloads = subjects.into_iter().filter_map(|subject| match subject {
        Subject::Workload(workload) => Some(*workload),
        _ => None,
    });
    (workloads.collect(), reading.problems)
}

/// Reads a document.
pub(crate) fn read(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    match &node.value {
        Value::Null => {}
        // Tools that write one JSON document for each object put them in a list without a kind.
        Value::List(nodes) => nodes.iter().for_each(|node| read_object(reading, node, Listed::default(), subjects)),
        Value::Mapping(_) | Value::Flag(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) => {
            read_object(reading, node, Listed::default(), subjects);
        }
    }
}

/// What the list around an object says of it: what the API gives in such a list states no kind itself.
#[derive(Clone, Copy, Default)]
struct Listed<'l> {
    kind: Option<&'static Kind>,
    name: &'l str,
    version: &'l str,
}

/// Reads an object, or those in a list.
fn read_object(reading: &mut Reading<'_>, node: &Node<'_>, listed: Listed<'_>, subjects: &mut Vec<Subject>) {
    if !matches!(node.value, Value::Mapping(_)) {
        let detail = format!("an object must be a mapping, and is {}", node.kind());
        return reading.problem_at(ProblemKind::Malformed, node.at, &detail);
    }
    let version = reading.text_at(node, "apiVersion").map(|version| version.value);
    let Some(name) = reading.text_at(node, "kind") else {
        return match listed.kind {
            Some(kind) => read_workload(reading, node, kind, subjects),
            None if listed.name.is_empty() => {
                reading.problem_at(ProblemKind::Unsupported, node.at, "no `kind`: not a manifest of Kubernetes");
            }
            None => read_resource(reading, node, listed.name, listed.version, subjects),
        };
    };
    match kinds::named(version.as_deref(), &name.value) {
        Named::Workload(kind) => read_workload(reading, node, kind, subjects),
        Named::List(kind) => read_items(reading, node, Listed { kind, ..Listed::default() }, subjects),
        Named::Other => {
            let version = version.as_deref().unwrap_or_default();
            match name.value.strip_suffix("List").filter(|_| node.child("items").is_some()) {
                Some(name) => read_items(reading, node, Listed { kind: None, name, version }, subjects),
                None => read_resource(reading, node, &name.value, version, subjects),
            }
        }
        Named::Unknown => {
            let detail = format!("there is no kind {:?} in {:?}", name.value, version.unwrap_or_default());
            reading.problem_at(ProblemKind::Unsupported, name.at, &detail);
        }
    }
}

fn read_items(reading: &mut Reading<'_>, node: &Node<'_>, listed: Listed<'_>, subjects: &mut Vec<Subject>) {
    for item in reading.mappings_at(node, "items") {
        read_object(reading, item, listed, subjects);
    }
}

/// Reads an object that runs nothing itself.
fn read_resource(reading: &mut Reading<'_>, node: &Node<'_>, kind: &str, version: &str, subjects: &mut Vec<Subject>) {
    let metadata = reading.mapping_at(node, "metadata");
    let mut text = |key| metadata.and_then(|metadata| reading.text_at(metadata, key));
    let (name, namespace) = (text("name"), text("namespace"));
    let is_secret = kind == "Secret";
    // What was applied last repeats the values.
    let is_hidden = |key: &str| is_secret && matches!(key, "data" | "stringData" | LAST_APPLIED);
    let mut annotations = pod::texts_of(reading, node, "annotations");
    annotations.retain(|(name, _): &(Located<String>, _)| !is_hidden(&name.value));
    subjects.push(Subject::Resource(Box::new(Resource {
        platform: WorkloadPlatform::Kubernetes,
        kind: kind.to_owned(),
        api_version: version.to_owned(),
        name: name.map(|name| name.value).unwrap_or_default(),
        namespace,
        path: reading.path.to_owned(),
        at: node.at,
        labels: pod::texts_of(reading, node, "labels"),
        annotations,
        body: declared(node, &is_hidden),
    })));
}

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn read_workload(reading: &mut Reading<'_>, node: &Node<'_>, kind: &'static Kind, subjects: &mut Vec<Subject>) {
    let mut template = node;
    for key in kind.template {
        match reading.mapping_at(template, key) {
            Some(inner) => template = inner,
            None => {
                let detail = format!("a {} without `{}`", kind.name, kind.template.join("."));
                return reading.problem_at(ProblemKind::Missing, template.at, &detail);
            }
        }
    }
    match reading.mapping_at(template, "spec") {
        Some(spec) => {
            let workload = pod::read(reading, kind.name, node, template, spec);
            subjects.push(Subject::Workload(Box::new(workload)));
        }
        None => {
            let detail = format!("a {} without the `spec` of its pods", kind.name);
            reading.problem_at(ProblemKind::Missing, template.at, &detail);
        }
    }
}
