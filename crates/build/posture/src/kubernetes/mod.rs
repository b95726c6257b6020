//! Manifests of Kubernetes.
//!
//! Source: the API reference of Kubernetes, `core/v1`, `apps/v1` and `batch/v1`, with the groups that they once were in.

mod container;
mod kinds;
mod pod;

use boltseal_model::{Limits, ProblemKind, Problems, Workload};
use boltseal_yaml::{Node, Value, documents, is_blank, tree};

use crate::reading::{File, Reading};
use kinds::{Kind, Named};

/// Every workload that a file declares, in its order: one document or several, in YAML or JSON, objects or lists of them.
pub fn parse(file: &File<'_>, limits: &Limits) -> (Vec<Workload>, Problems) {
    let mut reading = Reading::new(file.path, limits);
    let mut workloads = Vec::new();
    if let Some(text) = reading.text(file) {
        let written = documents(text).filter(|(_, document)| !is_blank(document));
        for (count, (before, document)) in written.enumerate() {
            if count == limits.documents_per_file {
                reading.problem(ProblemKind::TooMany, format!("more than {count} documents; the rest is not read"));
                break;
            }
            match tree(document, before, limits) {
                Ok(node) => read_document(&mut reading, &node, &mut workloads),
                Err(fault) => reading.fault(&fault, document),
            }
        }
    }
    (workloads, reading.problems)
}

fn read_document(reading: &mut Reading<'_>, node: &Node<'_>, workloads: &mut Vec<Workload>) {
    node.repeated_keys(&mut |entry| {
        let detail = format!("`{}` is there twice; the last counts", entry.key);
        reading.problem_at(ProblemKind::Duplicate, entry.at, &detail);
    });
    match &node.value {
        Value::Null => {}
        // Tools that write one JSON document for each object put them in a list without a kind.
        Value::List(nodes) => nodes.iter().for_each(|node| read_object(reading, node, None, workloads)),
        Value::Mapping(_) | Value::Flag(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) => {
            read_object(reading, node, None, workloads);
        }
    }
}

/// Reads an object, or those in a list. `listed` is the kind that the list around it is of: what the API gives in such a list
/// states none.
fn read_object(
    reading: &mut Reading<'_>,
    node: &Node<'_>,
    listed: Option<&'static Kind>,
    workloads: &mut Vec<Workload>,
) {
    if !matches!(node.value, Value::Mapping(_)) {
        let detail = format!("an object must be a mapping, and is {}", node.kind());
        return reading.problem_at(ProblemKind::Malformed, node.at, &detail);
    }
    let version = reading.text_at(node, "apiVersion");
    let Some(name) = reading.text_at(node, "kind") else {
        return match listed {
            Some(kind) => read_workload(reading, node, kind, workloads),
            None => reading.problem_at(ProblemKind::Unsupported, node.at, "no `kind`: not a manifest of Kubernetes"),
        };
    };
    match kinds::named(version.as_ref().map(|version| version.value.as_str()), &name.value) {
        Named::Workload(kind) => read_workload(reading, node, kind, workloads),
        Named::List(kind) => {
            for item in reading.mappings_at(node, "items") {
                read_object(reading, item, kind, workloads);
            }
        }
        Named::Other => {}
        Named::Unknown => {
            let detail =
                format!("there is no kind {:?} in {:?}", name.value, version.map_or_else(String::new, |it| it.value));
            reading.problem_at(ProblemKind::Unsupported, name.at, &detail);
        }
    }
}

fn read_workload(reading: &mut Reading<'_>, node: &Node<'_>, kind: &'static Kind, workloads: &mut Vec<Workload>) {
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
        Some(spec) => workloads.push(pod::read(reading, kind.name, node, template, spec)),
        None => {
            let detail = format!("a {} without the `spec` of its pods", kind.name);
            reading.problem_at(ProblemKind::Missing, template.at, &detail);
        }
    }
}
