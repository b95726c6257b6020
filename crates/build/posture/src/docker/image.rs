//! Configurations of images, as they are in an image and as an engine gives them.
//!
//! Source: the OCI image specification, "Image Configuration", and the API of the Docker Engine, `ImageInspect`.

use boltseal_model::workload::{Hook, Port};
use boltseal_model::{HistoryEntry, ImageConfiguration, Located};
use boltseal_yaml::{Node, Value};

use super::filled;
use crate::engine;
use crate::reading::Reading;
use crate::subject::Subject;

/// Whether a document is the configuration of an image.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    let has = |key| node.child(key).is_some();
    has("rootfs") && (has("config") || has("architecture") || has("history"))
}

/// Reads the configuration of an image.
pub(crate) fn read(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    let mut image = ImageConfiguration {
        path: reading.path.to_owned(),
        at: node.at,
        operating_system: filled(reading, node, "os"),
        architecture: filled(reading, node, "architecture"),
        created: filled(reading, node, "created"),
        ..ImageConfiguration::default()
    };
    if let Some(config) = reading.mapping_at(node, "config") {
        configuration(reading, config, &mut image);
    }
    for node in reading.mappings_at(node, "history") {
        image.history.push(HistoryEntry {
            at: node.at,
            created_by: filled(reading, node, "created_by"),
            comment: filled(reading, node, "comment"),
            is_empty_layer: reading.flag_at(node, "empty_layer").is_some_and(|flag| flag.value),
        });
    }
    subjects.push(Subject::Image(Box::new(image)));
}

/// Reads what an engine says of an image.
pub(super) fn inspected(reading: &mut Reading<'_>, node: &Node<'_>) -> ImageConfiguration {
    let mut image = ImageConfiguration {
        path: reading.path.to_owned(),
        at: node.at,
        names: reading.texts_at(node, "RepoTags"),
        operating_system: filled(reading, node, "Os"),
        architecture: filled(reading, node, "Architecture"),
        created: filled(reading, node, "Created"),
        ..ImageConfiguration::default()
    };
    if let Some(config) = reading.mapping_at(node, "Config") {
        configuration(reading, config, &mut image);
    }
    image
}

fn configuration(reading: &mut Reading<'_>, config: &Node<'_>, image: &mut ImageConfiguration) {
    image.user = filled(reading, config, "User");
    image.ports = exposed(reading, config);
    image.environment = reading.texts_at(config, "Env").iter().map(engine::variable).collect();
    image.entrypoint = reading.texts_at(config, "Entrypoint");
    image.command = reading.texts_at(config, "Cmd");
    image.working_directory = filled(reading, config, "WorkingDir");
    image.volumes = keys(reading, config, "Volumes");
    image.labels = engine::texts(reading, config, "Labels");
    image.health_check = health_check(reading, config);
    image.stop_signal = filled(reading, config, "StopSignal");
    image.on_build = reading.texts_at(config, "OnBuild");
}

/// Ports stand as keys of a mapping.
pub(super) fn exposed(reading: &mut Reading<'_>, config: &Node<'_>) -> Vec<Port> {
    let mut ports = Vec::new();
    for key in keys(reading, config, "ExposedPorts") {
        match engine::exposed(&key.value, key.at) {
            Some(port) => ports.push(port),
            None => {
                let node = Node::new(Value::Text(key.value.into()), key.at);
                reading.wrong(&node, "ExposedPorts", "ports, as 80/tcp");
            }
        }
    }
    ports
}

fn keys(reading: &mut Reading<'_>, parent: &Node<'_>, key: &str) -> Vec<Located<String>> {
    let Some(node) = reading.mapping_at(parent, key) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in node.counted() {
        if !reading.admits(1, entry.at, key) {
            break;
        }
        found.push(Located::new(entry.key.clone().into_owned(), entry.at));
    }
    found
}

/// How it is asked whether it lives. An empty list is as good as absent: what the image says counts.
pub(super) fn health_check(reading: &mut Reading<'_>, config: &Node<'_>) -> Option<Hook> {
    let node = reading.mapping_at(config, "Healthcheck")?;
    engine::health_check(reading.texts_at(node, "Test"), node.at)
}
