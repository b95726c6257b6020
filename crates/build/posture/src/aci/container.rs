//! A container of a group.

use boltseal_model::workload::{
    Capabilities, Container, ContainerRole, EnvironmentSource, EnvironmentVariable, Hook, HookKind, Mount, Profile,
    Quantity,
};
use boltseal_model::{Located, Workload};
use boltseal_yaml::Node;

use super::{hidden, ports};
use crate::engine;
use crate::reading::{Reading, is_unresolved, key_at};

const ROLES: [(&str, ContainerRole); 2] =
    [("initContainers", ContainerRole::Init), ("containers", ContainerRole::Main)];
const PROBES: [(&str, HookKind); 2] = [("livenessProbe", HookKind::Liveness), ("readinessProbe", HookKind::Readiness)];

/// Reads the containers of a group, those first that run first.
pub(super) fn read_all(reading: &mut Reading<'_>, group: &Node<'_>, workload: &mut Workload) {
    let diagnostics = reading.mapping_at(group, "diagnostics");
    let log = diagnostics.and_then(|diagnostics| reading.mapping_at(diagnostics, "logAnalytics"));
    let driver = log.map(|log| Located::new("log-analytics".to_owned(), log.at));
    for (key, role) in ROLES {
        for node in reading.mappings_at(group, key) {
            let mut container = read(reading, node, role);
            container.log_driver.clone_from(&driver);
            workload.containers.push(container);
        }
    }
}

fn read(reading: &mut Reading<'_>, node: &Node<'_>, role: ContainerRole) -> Container {
    let name = reading.name_at(node, "name").map(|name| name.value).unwrap_or_default();
    let mut container = Container::new(role, name, node.at);
    let Some(properties) = reading.mapping_at(node, "properties") else { return container };
    container.image = reading.text_at(properties, "image");
    container.command = reading.texts_at(properties, "command");
    container.ports = ports(reading, properties);
    environment(reading, properties, &mut container);
    for node in reading.mappings_at(properties, "volumeMounts") {
        container.mounts.push(Mount {
            volume: reading.name_at(node, "name").unwrap_or_else(|| Located::new(String::new(), node.at)),
            path: reading.name_at(node, "mountPath"),
            read_only: reading.flag_at(node, "readOnly"),
            propagation: None,
        });
    }
    if let Some(resources) = reading.mapping_at(properties, "resources") {
        container.resources.requests = quantities(reading, resources, "requests");
        container.resources.limits = quantities(reading, resources, "limits");
    }
    for (key, kind) in PROBES {
        if let Some(node) = reading.mapping_at(properties, key) {
            let action = reading.mapping_at(node, "exec");
            let command = action.map(|action| reading.texts_at(action, "command")).unwrap_or_default();
            container.hooks.push(Hook { kind, at: node.at, hosts: Vec::new(), command, is_disabled: false });
        }
    }
    if let Some(security) = reading.mapping_at(properties, "securityContext") {
        container.privileged = reading.flag_at(security, "privileged");
        container.escalates = reading.flag_at(security, "allowPrivilegeEscalation");
        container.confinement.user = reading.integer_at(security, "runAsUser");
        container.confinement.group = reading.integer_at(security, "runAsGroup");
        let capabilities = reading.mapping_at(security, "capabilities");
        container.capabilities = capabilities.map(|node| Capabilities {
            at: node.at,
            add: reading.texts_at(node, "add").into_iter().map(engine::capability).collect(),
            drop: reading.texts_at(node, "drop").into_iter().map(engine::capability).collect(),
        });
        // The profile itself stands here, packed.
        if let Some(profile) = reading.name_at(security, "seccompProfile") {
            let kind = Located::new("Localhost".to_owned(), profile.at);
            container.confinement.seccomp = Some(Profile { at: profile.at, kind: Some(kind), name: None });
        }
    }
    container
}

fn environment(reading: &mut Reading<'_>, properties: &Node<'_>, container: &mut Container) {
    for node in reading.mappings_at(properties, "environmentVariables") {
        let name = reading.name_at(node, "name").unwrap_or_else(|| Located::new(String::new(), node.at));
        let is_open = |key: &str| node.child(key).is_some_and(is_unresolved);
        let source = if let Some(secret) = reading.name_at(node, "secureValueReference") {
            EnvironmentSource::Secret(secret)
        } else if is_open("secureValue") || is_open("value") {
            EnvironmentSource::Deployer {}
        } else if let Some(value) = reading.text_at(node, "secureValue") {
            hidden(value.value)
        } else {
            EnvironmentSource::literal(reading.text_at(node, "value").map(|value| value.value).unwrap_or_default())
        };
        container.environment.push(EnvironmentVariable { name, source });
    }
}

/// Memory is in thousand millions of bytes.
fn quantities(reading: &mut Reading<'_>, resources: &Node<'_>, key: &str) -> Vec<Quantity> {
    let Some(node) = reading.mapping_at(resources, key) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, name, unit) in [("cpu", "cpu", ""), ("memoryInGB", "memory", "G")] {
        if let Some(amount) = reading.amount_at(node, key) {
            let amount = Located::new(format!("{}{unit}", amount.value), amount.at);
            found.push(Quantity { name: Located::new(name.to_owned(), key_at(node, key)), amount });
        }
    }
    if let Some(gpu) = reading.mapping_at(node, "gpu")
        && let Some(amount) = reading.amount_at(gpu, "count")
    {
        found.push(Quantity { name: Located::new("gpu".to_owned(), key_at(node, "gpu")), amount });
    }
    found
}
