//! The specification of a pod.

use boltseal_model::workload::{
    Confinement, ContainerRole, EnvironmentSource, HostNamespaces, Identity, Profile, RegistryCredential,
    RestartPolicy, SelinuxOptions, Volume, VolumeSource, WindowsOptions, WorkloadPlatform,
};
use boltseal_model::{Located, Workload};
use boltseal_yaml::{Node, Value};

use super::container;
use crate::reading::Reading;

/// The lists of containers, in the order in which they are started.
const CONTAINERS: [(&str, ContainerRole); 3] = [
    ("initContainers", ContainerRole::Init),
    ("containers", ContainerRole::Main),
    ("ephemeralContainers", ContainerRole::Ephemeral),
];

/// What the sources of volumes call their subject.
const SUBJECTS: [&str; 9] =
    ["path", "secretName", "claimName", "driver", "reference", "server", "name", "volumeID", "pdName"];

/// Reads what an `object` of some kind runs: pods with the metadata of `template` and this `spec`.
pub(super) fn read(
    reading: &mut Reading<'_>,
    kind: &str,
    object: &Node<'_>,
    template: &Node<'_>,
    spec: &Node<'_>,
) -> Workload {
    let metadata = reading.mapping_at(object, "metadata");
    let name = metadata.and_then(|metadata| reading.text_at(metadata, "name"));
    let namespace = metadata.and_then(|metadata| reading.text_at(metadata, "namespace"));
    let security = reading.mapping_at(spec, "securityContext");
    let mut containers = Vec::new();
    for (key, role) in CONTAINERS {
        for node in reading.mappings_at(spec, key) {
            containers.push(container::read(reading, node, role));
        }
    }
    let operating_system = reading.mapping_at(spec, "os");
    let restart = reading.text_at(spec, "restartPolicy");
    let replicas = reading.mapping_at(object, "spec").and_then(|own| reading.integer_at(own, "replicas"));
    let whole = Workload::new(WorkloadPlatform::Kubernetes, kind, reading.path, object.at);
    Workload {
        name: name.map(|name| name.value).unwrap_or_default(),
        namespace,
        labels: texts_of(reading, template, "labels"),
        annotations: texts_of(reading, template, "annotations"),
        containers,
        volumes: volumes(reading, spec),
        host: HostNamespaces {
            network: reading.flag_at(spec, "hostNetwork"),
            processes: reading.flag_at(spec, "hostPID"),
            ipc: reading.flag_at(spec, "hostIPC"),
            users: reading.flag_at(spec, "hostUsers"),
            ..HostNamespaces::default()
        },
        operating_system: operating_system.and_then(|os| reading.text_at(os, "name")),
        confinement: security.map(|security| confinement(reading, security)).unwrap_or_default(),
        groups: security.map(|security| groups(reading, security)).unwrap_or_default(),
        sysctls: security.map(|security| sysctls(reading, security)).unwrap_or_default(),
        identity: Identity {
            account: reading.text_at(spec, "serviceAccountName").or_else(|| reading.text_at(spec, "serviceAccount")),
            mounts_token: reading.flag_at(spec, "automountServiceAccountToken"),
            execution_role: None,
        },
        shares_processes: reading.flag_at(spec, "shareProcessNamespace"),
        resources: container::resources(reading, spec),
        restart: restart.map(|when| RestartPolicy { when, attempts: None }),
        registries: registries(reading, spec),
        runtime: reading.text_at(spec, "runtimeClassName"),
        replicas,
        ..whole
    }
}

fn registries(reading: &mut Reading<'_>, spec: &Node<'_>) -> Vec<RegistryCredential> {
    let mut found = Vec::new();
    for node in reading.mappings_at(spec, "imagePullSecrets") {
        let password = reading.text_at(node, "name").map(EnvironmentSource::Secret);
        found.push(RegistryCredential { at: node.at, server: None, user: None, password });
    }
    found
}

/// What a security context of a pod or a container may both state.
pub(super) fn confinement(reading: &mut Reading<'_>, security: &Node<'_>) -> Confinement {
    let seccomp = reading.mapping_at(security, "seccompProfile");
    let app_armor = reading.mapping_at(security, "appArmorProfile");
    let selinux = reading.mapping_at(security, "seLinuxOptions");
    let windows = reading.mapping_at(security, "windowsOptions");
    Confinement {
        user: reading.integer_at(security, "runAsUser"),
        user_name: None,
        group: reading.integer_at(security, "runAsGroup"),
        group_name: None,
        non_root: reading.flag_at(security, "runAsNonRoot"),
        seccomp: seccomp.map(|node| profile(reading, node)),
        app_armor: app_armor.map(|node| profile(reading, node)),
        selinux: selinux.map(|node| SelinuxOptions {
            kind: reading.text_at(node, "type"),
            user: reading.text_at(node, "user"),
            role: reading.text_at(node, "role"),
            level: reading.text_at(node, "level"),
            disabled: None,
        }),
        windows: windows.map(|node| WindowsOptions {
            host_process: reading.flag_at(node, "hostProcess"),
            user: reading.text_at(node, "runAsUserName"),
        }),
    }
}

fn profile(reading: &mut Reading<'_>, node: &Node<'_>) -> Profile {
    Profile { at: node.at, kind: reading.text_at(node, "type"), name: reading.text_at(node, "localhostProfile") }
}

/// Labels or annotations of an object.
pub(super) fn texts_of(
    reading: &mut Reading<'_>,
    object: &Node<'_>,
    key: &str,
) -> Vec<(Located<String>, Located<String>)> {
    let Some(metadata) = reading.mapping_at(object, "metadata") else { return Vec::new() };
    let Some(texts) = reading.mapping_at(metadata, key) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in texts.entries() {
        match &entry.node.value {
            Value::Text(text) => {
                let value = Located::new(text.clone().into_owned(), entry.node.at);
                found.push((Located::new(entry.key.clone().into_owned(), entry.at), value));
            }
            Value::Null => {}
            Value::Flag(_) | Value::Integer(_) | Value::Number(_) | Value::List(_) | Value::Mapping(_) => {
                reading.wrong(&entry.node, &entry.key, "a text");
            }
        }
    }
    found
}

fn groups(reading: &mut Reading<'_>, security: &Node<'_>) -> Vec<Located<i64>> {
    let mut groups: Vec<_> = reading.integer_at(security, "fsGroup").into_iter().collect();
    groups.extend(reading.integers_at(security, "supplementalGroups"));
    groups
}

fn sysctls(reading: &mut Reading<'_>, security: &Node<'_>) -> Vec<(Located<String>, Option<Located<String>>)> {
    let mut found = Vec::new();
    for node in reading.mappings_at(security, "sysctls") {
        let name = reading.text_at(node, "name").unwrap_or_else(|| Located::new(String::new(), node.at));
        found.push((name, reading.text_at(node, "value")));
    }
    found
}

/// Every member of a volume but its name is a source, so that kinds of sources that are not known yet are seen as well.
fn volumes(reading: &mut Reading<'_>, spec: &Node<'_>) -> Vec<Volume> {
    let mut volumes = Vec::new();
    for node in reading.mappings_at(spec, "volumes") {
        let name = reading.text_at(node, "name").map(|name| name.value).unwrap_or_default();
        let mut sources = Vec::new();
        for entry in node.counted() {
            if entry.key == "name" || entry.node.value == Value::Null {
                continue;
            }
            let subject = SUBJECTS.iter().find_map(|key| {
                let subject = entry.node.child(key)?;
                Some(Located::new(subject.text()?.to_owned(), subject.at))
            });
            sources.push(VolumeSource::new(Located::new(entry.key.clone().into_owned(), entry.at), subject));
        }
        volumes.push(Volume { name, at: node.at, sources });
    }
    volumes
}
