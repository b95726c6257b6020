//! Templates of CloudFormation that declare what runs on Amazon ECS.
//!
//! Source: the CloudFormation template reference, `AWS::ECS::TaskDefinition`, "Intrinsic functions" and "Pseudo parameters".

use std::borrow::Cow;

use boltseal_model::ProblemKind;
use boltseal_model::workload::WorkloadPlatform;
use boltseal_yaml::{Node, Value};

use crate::reading::{Reading, plain};
use crate::subject::Subject;
use crate::template::{self, cloudformation};

const TASK_DEFINITION: &str = "AWS::ECS::TaskDefinition";

/// Whether a template declares anything of Amazon ECS.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    let resources = node.child("Resources").map(Node::entries).unwrap_or_default();
    resources.iter().any(|entry| is_ours(&entry.node))
}

fn is_ours(resource: &Node<'_>) -> bool {
    plain(resource, "Type").is_some_and(|kind| kind.starts_with("AWS::ECS::"))
}

/// Reads a template.
pub(crate) fn read(reading: &mut Reading<'_>, mut node: Node<'_>, subjects: &mut Vec<Subject>) {
    reading.is_lenient = true;
    cloudformation::resolve(reading, &mut node);
    for key in ["Transform"] {
        if let Some(entry) = node.entries().iter().rfind(|entry| entry.key == key && entry.node.value != Value::Null) {
            let is_usual = entry.node.text().is_some_and(|name| name.starts_with("AWS::Serverless"));
            if !is_usual {
                reading.problem_at(
                    ProblemKind::Unsupported,
                    entry.at,
                    "what a macro makes of the template is not read",
                );
            }
        }
    }
    let Some(resources) = reading.mapping_at(&node, "Resources") else { return };
    for entry in resources.counted() {
        if entry.key.starts_with("Fn::") {
            let detail = format!("what `{}` declares is not read", entry.key);
            reading.problem_at(ProblemKind::Unsupported, entry.at, &detail);
        }
        if !is_ours(&entry.node) {
            continue;
        }
        if !reading.admits(1, entry.at, "resources") {
            break;
        }
        let kind = plain(&entry.node, "Type").unwrap_or_default();
        if kind != TASK_DEFINITION {
            let resource = template::resource(reading, WorkloadPlatform::Ecs, kind, &entry.key, &entry.node);
            subjects.push(Subject::Resource(Box::new(resource)));
            continue;
        }
        let Some(properties) = reading.mapping_at(&entry.node, "Properties") else {
            reading.problem_at(ProblemKind::Missing, entry.at, "a task definition without `Properties`");
            continue;
        };
        let mut properties = properties.clone();
        spell(&mut properties);
        let mut workload = super::task(reading, &properties, &properties);
        workload.at = entry.at;
        if workload.name.is_empty() {
            workload.name = entry.key.clone().into_owned();
        }
        subjects.push(Subject::Workload(Box::new(workload)));
    }
}

/// Names that do not differ from those of the API by their first letter alone.
const SPELLINGS: &[(&str, &str)] = &[
    ("EFSVolumeConfiguration", "efsVolumeConfiguration"),
    ("FSxWindowsFileServerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"),
    ("FilesystemId", "fileSystemId"),
    ("IAM", "iam"),
    ("S3FilesVolumeConfiguration", "s3FilesVolumeConfiguration"),
];

/// Mappings whose names are the author's own.
const OWN_NAMES: [&str; 4] = ["DockerLabels", "DriverOpts", "Labels", "Options"];

/// Spells the names of members as the API does. Levels are bounded by the reader of the tree.
fn spell(node: &mut Node<'_>) {
    match &mut node.value {
        Value::List(nodes) => nodes.iter_mut().for_each(spell),
        Value::Mapping(entries) => {
            for entry in entries {
                if !OWN_NAMES.contains(&&*entry.key) {
                    spell(&mut entry.node);
                }
                entry.key = spelled(&entry.key);
            }
        }
        _ => {}
    }
}

/// The name of a member as a template spells it, of one that the API has.
pub(crate) fn spelled_there(name: &str) -> String {
    if let Some((theirs, _)) = SPELLINGS.iter().find(|(_, spelled)| *spelled == name) {
        return (*theirs).to_owned();
    }
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn spelled(name: &str) -> Cow<'static, str> {
    if let Some((_, spelled)) = SPELLINGS.iter().find(|(theirs, _)| *theirs == name) {
        return Cow::Borrowed(spelled);
    }
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    Cow::Owned(first.into_iter().chain(letters).collect())
}
