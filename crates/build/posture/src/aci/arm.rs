//! Templates of Azure Resource Manager that declare container groups.
//!
//! Source: the documentation of Azure Resource Manager, "Understand the structure and syntax of ARM templates".

use boltseal_model::ProblemKind;
use boltseal_model::workload::WorkloadPlatform;
use boltseal_yaml::{Node, Value};

use super::is_group;
use crate::reading::{Reading, is_unresolved, plain};
use crate::subject::Subject;
use crate::template::{self, arm};

/// Whether a document is a template. What it declares may be in templates within.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    plain(node, "$schema").is_some_and(|schema| schema.to_ascii_lowercase().contains("deploymenttemplate.json"))
        && node.child("resources").is_some()
}

/// Reads a template.
pub(crate) fn read(reading: &mut Reading<'_>, mut node: Node<'_>, subjects: &mut Vec<Subject>) {
    reading.is_lenient = true;
    arm::resolve(reading, &mut node);
    template(reading, &node, subjects);
}

fn template(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    // They stand in a list, or by name.
    let resources = match node.child("resources") {
        Some(Node { value: Value::Mapping(_), .. }) => {
            let named = reading.mapping_at(node, "resources").map(Node::counted).unwrap_or_default();
            named.into_iter().map(|entry| &entry.node).collect()
        }
        _ => reading.mappings_at(node, "resources"),
    };
    for resource in resources {
        if !reading.admits(1, resource.at, "resources") {
            break;
        }
        declared(reading, resource, subjects);
    }
}

/// Reads what is declared, and what is declared within it. Levels are bounded by the reader of the tree.
fn declared(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    if is_group(node) {
        if let Some(workload) = super::group(reading, node) {
            subjects.push(Subject::Workload(Box::new(workload)));
        }
        return;
    }
    if node.child("type").is_some_and(is_unresolved) {
        return reading.problem_at(
            ProblemKind::Unsupported,
            node.at,
            "what it declares is only known when it is deployed",
        );
    }
    let kind = plain(node, "type").unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("microsoft.containerinstance/") {
        let name = plain(node, "name").unwrap_or_default().to_owned();
        let resource = template::resource(reading, WorkloadPlatform::Aci, kind, &name, node);
        subjects.push(Subject::Resource(Box::new(resource)));
    }
    if kind.eq_ignore_ascii_case("Microsoft.Resources/deployments") {
        let properties = reading.mapping_at(node, "properties");
        let inner = properties.and_then(|properties| reading.mapping_at(properties, "template"));
        match inner {
            Some(inner) => template(reading, inner, subjects),
            None => {
                reading.problem_at(ProblemKind::Unsupported, node.at, "a template that stands elsewhere is not read");
            }
        }
    } else if node.child("resources").is_some() {
        template(reading, node, subjects);
    }
}
