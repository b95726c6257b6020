//! A container of a pod.

use boltseal_model::Located;
use boltseal_model::workload::{
    Capabilities, Container, ContainerRole, EnvironmentSource, EnvironmentVariable, Hook, HookKind, Mount, Port,
    Quantity, Resources, RestartPolicy,
};
use boltseal_yaml::Node;

use super::pod::confinement;
use crate::reading::Reading;

const PROBES: [(&str, HookKind); 3] = [
    ("livenessProbe", HookKind::Liveness),
    ("readinessProbe", HookKind::Readiness),
    ("startupProbe", HookKind::Startup),
];
const LIFECYCLE: [(&str, HookKind); 2] = [("postStart", HookKind::PostStart), ("preStop", HookKind::PreStop)];

/// Reads one element of a list of containers.
pub(super) fn read(reading: &mut Reading<'_>, node: &Node<'_>, role: ContainerRole) -> Container {
    let name = reading.text_at(node, "name").map(|name| name.value).unwrap_or_default();
    let restart = reading.text_at(node, "restartPolicy");
    let mut container = Container {
        image: reading.text_at(node, "image"),
        command: reading.texts_at(node, "command"),
        arguments: reading.texts_at(node, "args"),
        ports: ports(reading, node),
        mounts: mounts(reading, node),
        environment: environment(reading, node),
        resources: resources(reading, node),
        hooks: hooks(reading, node),
        pull: reading.text_at(node, "imagePullPolicy"),
        restart: restart.map(|when| RestartPolicy { when, attempts: None }),
        terminal: reading.flag_at(node, "tty"),
        interactive: reading.flag_at(node, "stdin"),
        ..Container::new(role, name, node.at)
    };
    if let Some(security) = reading.mapping_at(node, "securityContext") {
        container.confinement = confinement(reading, security);
        container.privileged = reading.flag_at(security, "privileged");
        container.escalates = reading.flag_at(security, "allowPrivilegeEscalation");
        container.read_only_root = reading.flag_at(security, "readOnlyRootFilesystem");
        container.proc_mount = reading.text_at(security, "procMount");
        let capabilities = reading.mapping_at(security, "capabilities");
        container.capabilities = capabilities.map(|node| Capabilities {
            at: node.at,
            add: reading.texts_at(node, "add"),
            drop: reading.texts_at(node, "drop"),
        });
    }
    container
}

fn ports(reading: &mut Reading<'_>, container: &Node<'_>) -> Vec<Port> {
    let mut ports = Vec::new();
    for node in reading.mappings_at(container, "ports") {
        ports.push(Port {
            name: reading.text_at(node, "name"),
            container: reading.integer_at(node, "containerPort"),
            host: reading.integer_at(node, "hostPort"),
            host_address: reading.text_at(node, "hostIP"),
            protocol: reading.text_at(node, "protocol"),
            last: None,
        });
    }
    ports
}

fn mounts(reading: &mut Reading<'_>, container: &Node<'_>) -> Vec<Mount> {
    let mut mounts = Vec::new();
    for node in reading.mappings_at(container, "volumeMounts") {
        mounts.push(Mount {
            volume: named(reading, node, "name"),
            path: reading.text_at(node, "mountPath"),
            read_only: reading.flag_at(node, "readOnly"),
            propagation: reading.text_at(node, "mountPropagation"),
        });
    }
    mounts
}

fn environment(reading: &mut Reading<'_>, container: &Node<'_>) -> Vec<EnvironmentVariable> {
    let mut variables = Vec::new();
    for node in reading.mappings_at(container, "env") {
        let name = named(reading, node, "name");
        let source = match reading.mapping_at(node, "valueFrom") {
            Some(from) => origin(reading, from, ["secretKeyRef", "configMapKeyRef"]),
            None => {
                let value = reading.text_at(node, "value").map(|value| value.value);
                EnvironmentSource::literal(value.unwrap_or_default())
            }
        };
        variables.push(EnvironmentVariable { name, source });
    }
    for node in reading.mappings_at(container, "envFrom") {
        let name = named(reading, node, "prefix");
        variables.push(EnvironmentVariable { name, source: origin(reading, node, ["secretRef", "configMapRef"]) });
    }
    variables
}

/// Where a value comes from that is not in the manifest: a secret, a configuration map, or the pod itself.
fn origin(reading: &mut Reading<'_>, from: &Node<'_>, [secret, configuration]: [&str; 2]) -> EnvironmentSource {
    if let Some(secret) = reading.mapping_at(from, secret) {
        return EnvironmentSource::Secret(named(reading, secret, "name"));
    }
    match reading.mapping_at(from, configuration) {
        Some(configuration) => EnvironmentSource::Configuration(named(reading, configuration, "name")),
        None => EnvironmentSource::Platform {},
    }
}

pub(super) fn resources(reading: &mut Reading<'_>, parent: &Node<'_>) -> Resources {
    let Some(node) = reading.mapping_at(parent, "resources") else { return Resources::default() };
    Resources { requests: quantities(reading, node, "requests"), limits: quantities(reading, node, "limits") }
}

fn quantities(reading: &mut Reading<'_>, resources: &Node<'_>, key: &str) -> Vec<Quantity> {
    let Some(node) = reading.mapping_at(resources, key) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in node.counted() {
        if let Some(amount) = reading.amount(&entry.node, &entry.key) {
            found.push(Quantity { name: Located::new(entry.key.clone().into_owned(), entry.at), amount });
        }
    }
    found
}

fn hooks(reading: &mut Reading<'_>, container: &Node<'_>) -> Vec<Hook> {
    let mut hooks = Vec::new();
    for (key, kind) in PROBES {
        if let Some(node) = reading.mapping_at(container, key) {
            hooks.push(hook(reading, node, kind));
        }
    }
    if let Some(lifecycle) = reading.mapping_at(container, "lifecycle") {
        for (key, kind) in LIFECYCLE {
            if let Some(node) = reading.mapping_at(lifecycle, key) {
                hooks.push(hook(reading, node, kind));
            }
        }
    }
    hooks
}

fn hook(reading: &mut Reading<'_>, node: &Node<'_>, kind: HookKind) -> Hook {
    let mut hosts = Vec::new();
    for key in ["httpGet", "tcpSocket"] {
        let action = reading.mapping_at(node, key);
        hosts.extend(action.and_then(|action| reading.text_at(action, "host")));
    }
    let action = reading.mapping_at(node, "exec");
    let command = action.map(|action| reading.texts_at(action, "command")).unwrap_or_default();
    Hook { kind, at: node.at, hosts, command, is_disabled: false }
}

/// A text that is empty where it is absent.
fn named(reading: &mut Reading<'_>, node: &Node<'_>, key: &str) -> Located<String> {
    reading.text_at(node, key).unwrap_or_else(|| Located::new(String::new(), node.at))
}
