//! Task definitions of Amazon Elastic Container Service, with the names that its API gives.
//!
//! Source: the API reference of Amazon ECS, `RegisterTaskDefinition`.

pub(crate) mod cloudformation;
mod container;

use boltseal_model::workload::{Quantity, Volume, VolumeSource, WorkloadPlatform};
use boltseal_model::{Located, ProblemKind, Workload};
use boltseal_yaml::{Node, Value};

use crate::engine;
use crate::reading::{Reading, is_unresolved, key_at};
use crate::subject::Subject;

/// The task definition of a document: itself, or what an answer of the API wraps.
fn definition<'n, 'a>(node: &'n Node<'a>) -> Option<&'n Node<'a>> {
    [Some(node), node.child("taskDefinition")]
        .into_iter()
        .flatten()
        .find(|node| node.child("containerDefinitions").is_some())
}

/// Whether a document is a task definition.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    definition(node).is_some()
}

/// Reads a document.
pub(crate) fn read(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    reading.is_lenient = true;
    if let Some(definition) = definition(node) {
        let workload = task(reading, definition, node.child("tags").map_or(definition, |_| node));
        subjects.push(Subject::Workload(Box::new(workload)));
    }
}

/// Reads a task definition, whose tags may stand beside it.
pub(crate) fn task(reading: &mut Reading<'_>, node: &Node<'_>, tagged: &Node<'_>) -> Workload {
    let mut workload = Workload::new(WorkloadPlatform::Ecs, "task-definition", reading.path, node.at);
    workload.name = reading.name_at(node, "family").map(|name| name.value).unwrap_or_default();
    workload.identity.account = reading.name_at(node, "taskRoleArn").filter(|it| !it.value.is_empty());
    workload.identity.execution_role = reading.name_at(node, "executionRoleArn").filter(|it| !it.value.is_empty());
    let mode = reading.text_at(node, "networkMode");
    workload.host.network = mode.as_ref().map(engine::is_host);
    workload.network.mode = mode;
    // Processes are shared with the host, or among the containers.
    if let Some(mode) = reading.text_at(node, "pidMode") {
        workload.host.processes = Some(engine::is_host(&mode));
        workload.shares_processes = Some(Located::new(mode.value == "task", mode.at));
    }
    workload.host.ipc = reading.text_at(node, "ipcMode").as_ref().map(engine::is_host);
    workload.launch_types = reading.texts_at(node, "requiresCompatibilities");
    if let Some(platform) = reading.mapping_at(node, "runtimePlatform") {
        let family = reading.text_at(platform, "operatingSystemFamily");
        workload.operating_system = family.map(|family| {
            let name = if family.value.to_ascii_uppercase().starts_with("WINDOWS") { "windows" } else { "linux" };
            Located::new(name.to_owned(), family.at)
        });
    }
    for (key, name) in [("cpu", "cpu"), ("memory", "memory")] {
        if let Some(amount) = reading.amount_at(node, key).and_then(|amount| task_amount(reading, name, &amount)) {
            let name = Located::new(name.to_owned(), key_at(node, key));
            workload.resources.limits.push(Quantity { name, amount });
        }
    }
    for tag in reading.mappings_at(tagged, "tags") {
        if let (Some(name), Some(text)) = (reading.name_at(tag, "key"), reading.name_at(tag, "value")) {
            workload.labels.push((name, text));
        }
    }
    volumes(reading, node, &mut workload);
    for node in reading.mappings_at(node, "containerDefinitions") {
        let container = container::read(reading, node, &mut workload);
        workload.containers.push(container);
    }
    workload
}

/// Processors and memory of a whole task: `256` units or `0.25 vCPU`, `512` MiB or `0.5 GB`.
fn task_amount(reading: &mut Reading<'_>, name: &str, amount: &Located<String>) -> Option<Located<String>> {
    let lower = amount.value.trim().to_ascii_lowercase();
    let (number, unit) = match lower.find(|letter: char| letter.is_ascii_alphabetic()) {
        Some(index) => lower.split_at_checked(index)?,
        None => (lower.as_str(), ""),
    };
    let number = number.trim();
    let spelled = match (name, unit) {
        ("cpu", "") => number.parse().ok().and_then(cpu),
        ("cpu", "vcpu") => number.parse::<f64>().ok().map(|_| number.to_owned()),
        ("memory", "") => number.parse::<u64>().ok().map(|_| format!("{number}Mi")),
        ("memory", "gb") => number.parse::<f64>().ok().map(|_| format!("{number}Gi")),
        _ => None,
    };
    if spelled.is_none() {
        let detail = format!("`{name}` is no amount of a task; it counts as absent");
        reading.problem_at(ProblemKind::Malformed, amount.at, &detail);
    }
    spelled.map(|text| Located::new(text, amount.at))
}

/// Of 1,024 units a processor is made. Parts that are no whole thousandths are spelled in thousand-millionths.
fn cpu(units: u64) -> Option<String> {
    let thousandths = units.checked_mul(1_000)?;
    if thousandths.is_multiple_of(1_024) {
        return Some(format!("{}m", thousandths / 1_024));
    }
    Some(format!("{}n", units.checked_mul(1_000_000_000)? / 1_024))
}

/// A volume without a word about where its files come from is an empty folder.
fn volumes(reading: &mut Reading<'_>, definition: &Node<'_>, workload: &mut Workload) {
    for node in reading.mappings_at(definition, "volumes") {
        let name = reading.name_at(node, "name").map(|name| name.value).unwrap_or_default();
        let mut sources = Vec::new();
        for entry in node.counted() {
            let kind = Located::new(entry.key.clone().into_owned(), entry.at);
            if entry.key == "name" || entry.node.value == Value::Null {
                continue;
            }
            if entry.key == "configuredAtLaunch" {
                if reading.flag_at(node, &entry.key).is_some_and(|flag| flag.value) {
                    sources.push(VolumeSource::new(kind, None));
                }
                continue;
            }
            let Some(source) = reading.mapping_at(node, &entry.key) else { continue };
            if entry.key == "host" {
                if let Some(path) = reading.text_at(source, "sourcePath") {
                    sources.push(VolumeSource::new(Located::new("hostPath".to_owned(), entry.at), Some(path)));
                }
                continue;
            }
            sources.push(file_system(reading, kind, source));
        }
        workload.volumes.push(Volume { name, at: node.at, sources });
    }
}

fn file_system(reading: &mut Reading<'_>, kind: Located<String>, node: &Node<'_>) -> VolumeSource {
    let subject = reading.name_at(node, "fileSystemId").or_else(|| reading.name_at(node, "driver"));
    let mut source = VolumeSource::new(kind, subject);
    source.is_encrypted_in_transit = enabled(reading, node, "transitEncryption");
    let authorization = reading.mapping_at(node, "authorizationConfig");
    source.is_authorised_by_role = authorization.and_then(|node| enabled(reading, node, "iam"));
    source
}

fn enabled(reading: &mut Reading<'_>, node: &Node<'_>, key: &str) -> Option<Located<bool>> {
    reading.text_at(node, key).map(|word| Located::new(word.value.eq_ignore_ascii_case("enabled"), word.at))
}

/// Whether what stands under a key is only known when it is deployed.
fn is_open(node: &Node<'_>, key: &str) -> bool {
    node.child(key).is_some_and(is_unresolved)
}
