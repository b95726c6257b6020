//! Plans and states of Terraform and OpenTofu, as `terraform show -json` writes them.
//!
//! Source: the JSON output format of Terraform, and the references of the providers `aws`, `azurerm` and `kubernetes`.

mod aci;
mod ecs;
mod shape;

use std::collections::HashMap;

use boltseal_model::ProblemKind;
use boltseal_model::workload::WorkloadPlatform;
use boltseal_yaml::{Node, Value};

use crate::kubernetes;
use crate::reading::{Reading, plain};
use crate::subject::Subject;
use crate::template;

/// Whether a document is a plan or a state.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    let has = |key| node.child(key).is_some();
    has("planned_values") || (has("format_version") && ["values", "resource_changes"].into_iter().any(has))
}

/// Resources of other providers that run containers.
const UNREAD: &[&str] = &[
    "docker_container",
    "docker_service",
    "kubernetes_cron_job",
    "kubernetes_cron_job_v1",
    "kubernetes_daemon_set_v1",
    "kubernetes_daemonset",
    "kubernetes_deployment",
    "kubernetes_deployment_v1",
    "kubernetes_job",
    "kubernetes_job_v1",
    "kubernetes_pod",
    "kubernetes_pod_v1",
    "kubernetes_replication_controller",
    "kubernetes_replication_controller_v1",
    "kubernetes_stateful_set",
    "kubernetes_stateful_set_v1",
];

/// Reads a plan or a state.
pub(crate) fn read(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    reading.is_lenient = true;
    let mut unknown = HashMap::new();
    let changes = reading.mappings_at(node, "resource_changes");
    for change in &changes {
        let after = reading.mapping_at(change, "change").and_then(|change| change.child("after_unknown"));
        if let (Some(address), Some(after)) = (plain(change, "address"), after) {
            unknown.insert(address, after);
        }
    }
    let whole = [node.child("planned_values"), node.child("values")].into_iter().flatten().next();
    match whole {
        Some(values) => {
            if let Some(module) = reading.mapping_at(values, "root_module") {
                read_module(reading, module, &unknown, subjects);
            }
        }
        // A part of a plan, as other tools hand it on.
        None => {
            for resource in changes {
                let Some(change) = reading.mapping_at(resource, "change") else { continue };
                if let Some(values) = reading.mapping_at(change, "after") {
                    read_resource(reading, resource, values, change.child("after_unknown"), subjects);
                }
            }
        }
    }
}

/// Levels are bounded by the reader of the tree.
fn read_module(
    reading: &mut Reading<'_>,
    module: &Node<'_>,
    unknown: &HashMap<&str, &Node<'_>>,
    subjects: &mut Vec<Subject>,
) {
    for resource in reading.mappings_at(module, "resources") {
        // What is only looked up declares nothing.
        if plain(resource, "mode") == Some("data") {
            continue;
        }
        if let Some(values) = reading.mapping_at(resource, "values") {
            let unknown = plain(resource, "address").and_then(|address| unknown.get(address)).copied();
            read_resource(reading, resource, values, unknown, subjects);
        }
    }
    for module in reading.mappings_at(module, "child_modules") {
        read_module(reading, module, unknown, subjects);
    }
}

fn read_resource(
    reading: &mut Reading<'_>,
    resource: &Node<'_>,
    values: &Node<'_>,
    unknown: Option<&Node<'_>>,
    subjects: &mut Vec<Subject>,
) {
    let kind = plain(resource, "type").unwrap_or_default();
    match kind {
        "aws_ecs_task_definition" => {
            let values = shape::with_unknown(values, unknown);
            if let Some(mut workload) = ecs::task(reading, &values) {
                workload.at = resource.at;
                subjects.push(Subject::Workload(Box::new(workload)));
            }
        }
        "azurerm_container_group" => {
            let values = shape::with_unknown(values, unknown);
            if let Some(mut workload) = aci::group(reading, &values) {
                workload.at = resource.at;
                subjects.push(Subject::Workload(Box::new(workload)));
            }
        }
        "kubernetes_manifest" => {
            let values = shape::with_unknown(values, unknown);
            if let Some(manifest) = reading.mapping_at(&values, "manifest") {
                reading.is_lenient = false;
                kubernetes::read(reading, manifest, subjects);
                reading.is_lenient = true;
            }
        }
        kind if kind.starts_with("aws_ecs_") || kind.starts_with("azurerm_container_") => {
            let platform = if kind.starts_with("aws") { WorkloadPlatform::Ecs } else { WorkloadPlatform::Aci };
            let name = plain(values, "name").or(plain(resource, "name")).unwrap_or_default().to_owned();
            let values = shape::with_unknown(values, unknown);
            let mut found = template::resource(reading, platform, kind, &name, &values);
            found.at = resource.at;
            subjects.push(Subject::Resource(Box::new(found)));
        }
        kind if UNREAD.binary_search(&kind).is_ok() => {
            let detail = format!("what `{kind}` runs is not read");
            reading.problem_at(ProblemKind::Unsupported, resource.at, &detail);
        }
        _ => {}
    }
}

/// Whether a value says nothing: providers fill in empty texts and noughts.
fn is_void(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        Value::Integer(number) => *number == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(UNREAD.is_sorted());
    }
}
