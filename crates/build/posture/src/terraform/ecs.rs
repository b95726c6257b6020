//! `aws_ecs_task_definition`.

use boltseal_model::{Position, ProblemKind, Workload};
use boltseal_yaml::{Node, Value, tree};

use super::is_void;
use super::shape::{block, blocks, copy, list, mapping, place};
use crate::ecs;
use crate::reading::{Reading, is_unresolved, key_at};

/// Reads the values of a task definition, whose containers are a text of JSON. What they hold is placed where the text is.
pub(super) fn task(reading: &mut Reading<'_>, values: &Node<'_>) -> Option<Workload> {
    let text = match values.child("container_definitions") {
        Some(node) if is_unresolved(node) => None,
        _ => reading.text_at(values, "container_definitions"),
    };
    let at = text.as_ref().map_or(values.at, |text| text.at);
    let containers = match &text {
        Some(text) => containers(reading, &text.value, text.at),
        None => copy(values, "container_definitions"),
    };
    if containers.is_none() {
        reading.problem_at(ProblemKind::Missing, at, "a task definition without `container_definitions`");
    }
    let definition = mapping(
        values.at,
        [
            ("family", copy(values, "family")),
            ("cpu", copy(values, "cpu")),
            ("memory", copy(values, "memory")),
            ("networkMode", copy(values, "network_mode")),
            ("pidMode", copy(values, "pid_mode")),
            ("ipcMode", copy(values, "ipc_mode")),
            ("taskRoleArn", copy(values, "task_role_arn")),
            ("executionRoleArn", copy(values, "execution_role_arn")),
            ("requiresCompatibilities", copy(values, "requires_compatibilities")),
            ("runtimePlatform", block(values, "runtime_platform", platform)),
            ("tags", tags(values)),
            ("volumes", blocks(values, "volume", volume)),
            ("containerDefinitions", containers),
        ],
    );
    Some(ecs::task(reading, &definition, &definition))
}

fn containers<'t>(reading: &mut Reading<'_>, text: &'t str, at: Position) -> Option<Node<'t>> {
    match tree(text, 0, reading.limits) {
        Ok(mut node) => {
            place(&mut node, at);
            node.repeated_keys(&mut |entry| {
                let detail = format!("`{}` is there twice; the last counts", entry.key);
                reading.problem_at(ProblemKind::Duplicate, at, &detail);
            });
            Some(node)
        }
        Err(fault) => {
            let detail = format!("`container_definitions`: {}", fault.detail);
            reading.problem_at(fault.kind, at, &detail);
            None
        }
    }
}

fn platform<'a>(node: &Node<'a>) -> Node<'a> {
    mapping(node.at, [("operatingSystemFamily", copy(node, "operating_system_family"))])
}

fn tags<'a>(values: &Node<'a>) -> Option<Node<'a>> {
    let node = values.child("tags")?;
    if !matches!(node.value, Value::Mapping(_)) {
        return Some(node.clone());
    }
    let tags = node.counted().into_iter().map(|entry| {
        let name = Node::new(Value::Text(entry.key.clone()), entry.at);
        mapping(entry.at, [("key", Some(name)), ("value", Some(entry.node.clone()))])
    });
    Some(list(node.at, tags.collect()))
}

fn volume<'a>(node: &Node<'a>) -> Node<'a> {
    let host = node.child("host_path").filter(|path| !is_void(path)).map(|path| {
        let at = key_at(node, "host_path");
        mapping(at, [("sourcePath", Some(path.clone()))])
    });
    mapping(
        node.at,
        [
            ("name", copy(node, "name")),
            ("host", host),
            ("configuredAtLaunch", copy(node, "configure_at_launch")),
            ("efsVolumeConfiguration", block(node, "efs_volume_configuration", file_system)),
            ("dockerVolumeConfiguration", block(node, "docker_volume_configuration", Clone::clone)),
            (
                "fsxWindowsFileServerVolumeConfiguration",
                block(node, "fsx_windows_file_server_volume_configuration", file_system),
            ),
        ],
    )
}

fn file_system<'a>(node: &Node<'a>) -> Node<'a> {
    let authorization = block(node, "authorization_config", |node| mapping(node.at, [("iam", copy(node, "iam"))]));
    mapping(
        node.at,
        [
            ("fileSystemId", copy(node, "file_system_id")),
            ("transitEncryption", copy(node, "transit_encryption")),
            ("authorizationConfig", authorization),
        ],
    )
}
