//! What an engine with the API of Docker answers when it is asked of a container or an image: `docker inspect`.
//!
//! Source: the API of the Docker Engine, `ContainerInspect` and `ImageInspect`. Nought and an empty text are absent there.

pub(crate) mod image;
mod machine;

use boltseal_model::workload::{
    Capabilities, Container, ContainerRole, Mount, Port, RestartPolicy, Volume, VolumeSource, WorkloadPlatform,
};
use boltseal_model::{Located, ProblemKind, Workload};
use boltseal_yaml::{Node, Value};

use crate::engine;
use crate::reading::Reading;
use crate::subject::Subject;

/// Whether it is an answer about a container or an image, or a list of such.
pub(crate) fn fits(node: &Node<'_>) -> bool {
    match &node.value {
        Value::List(nodes) => nodes.first().is_some_and(|first| is_container(first) || is_image(first)),
        _ => is_container(node) || is_image(node),
    }
}

fn is_container(node: &Node<'_>) -> bool {
    node.child("HostConfig").is_some() && node.child("Config").is_some()
}

fn is_image(node: &Node<'_>) -> bool {
    node.child("RootFS").is_some() && node.child("Config").is_some()
}

/// Reads an answer.
pub(crate) fn read(reading: &mut Reading<'_>, node: &Node<'_>, subjects: &mut Vec<Subject>) {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    for node in nodes {
        if !reading.admits(1, node.at, "answers") {
            break;
        }
        if is_container(node) {
            let workload = container(reading, node);
            subjects.push(Subject::Workload(Box::new(workload)));
        } else if is_image(node) {
            let image = image::inspected(reading, node);
            subjects.push(Subject::Image(Box::new(image)));
        } else {
            reading.problem_at(ProblemKind::Unsupported, node.at, "neither a container nor an image; it is not read");
        }
    }
}

fn container(reading: &mut Reading<'_>, node: &Node<'_>) -> Workload {
    let mut workload = Workload::new(WorkloadPlatform::Docker, "container", reading.path, node.at);
    let name = reading.text_at(node, "Name").map(|name| name.value).unwrap_or_default();
    name.trim_start_matches('/').clone_into(&mut workload.name);
    let mut container = Container::new(ContainerRole::Main, workload.name.clone(), node.at);
    if let Some(config) = reading.mapping_at(node, "Config") {
        configuration(reading, config, &mut container, &mut workload);
    }
    if let Some(host) = reading.mapping_at(node, "HostConfig") {
        machine::read(reading, host, &mut container, &mut workload);
        security(reading, host, &mut container);
        ports(reading, host, &mut container);
    }
    if container.confinement.app_armor.is_none() {
        let profile = filled(reading, node, "AppArmorProfile");
        container.confinement.app_armor = profile.map(|profile| engine::profile(&profile, "docker-default"));
    }
    mounts(reading, node, &mut container, &mut workload);
    if let Some(settings) = reading.mapping_at(node, "NetworkSettings")
        && let Some(networks) = reading.mapping_at(settings, "Networks")
    {
        for entry in networks.counted() {
            if reading.admits(1, entry.at, "networks") {
                workload.network.joins.push(Located::new(entry.key.clone().into_owned(), entry.at));
            }
        }
    }
    workload.containers.push(container);
    workload
}

fn configuration(reading: &mut Reading<'_>, config: &Node<'_>, container: &mut Container, workload: &mut Workload) {
    container.image = filled(reading, config, "Image");
    container.command = reading.texts_at(config, "Entrypoint");
    container.arguments = reading.texts_at(config, "Cmd");
    container.terminal = reading.flag_at(config, "Tty");
    container.interactive = reading.flag_at(config, "OpenStdin");
    if let Some(user) = filled(reading, config, "User") {
        engine::user(&user, &mut container.confinement);
    }
    for pair in reading.texts_at(config, "Env") {
        container.environment.push(engine::variable(&pair));
    }
    container.ports = image::exposed(reading, config);
    container.hooks.extend(image::health_check(reading, config));
    workload.labels = engine::texts(reading, config, "Labels");
}

fn security(reading: &mut Reading<'_>, host: &Node<'_>, container: &mut Container) {
    container.privileged = reading.flag_at(host, "Privileged");
    container.read_only_root = reading.flag_at(host, "ReadonlyRootfs");
    let add: Vec<_> = reading.texts_at(host, "CapAdd").into_iter().map(engine::capability).collect();
    let drop: Vec<_> = reading.texts_at(host, "CapDrop").into_iter().map(engine::capability).collect();
    if let Some(first) = add.first().or(drop.first()) {
        container.capabilities = Some(Capabilities { at: first.at, add, drop });
    }
    for option in reading.texts_at(host, "SecurityOpt") {
        engine::security_option(reading, &option, container);
    }
    // Paths of `/proc` that are hidden are listed, unless none is.
    if let Some(Node { value: Value::List(paths), at, .. }) = host.child("MaskedPaths") {
        let mask = if paths.is_empty() { "Unmasked" } else { "Default" };
        container.proc_mount = Some(Located::new(mask.to_owned(), *at));
    }
}

/// Ports that are published stand beside those that are only exposed; a port that is both is the one that is published.
fn ports(reading: &mut Reading<'_>, host: &Node<'_>, container: &mut Container) {
    let Some(bindings) = reading.mapping_at(host, "PortBindings") else { return };
    let mut published = Vec::new();
    for entry in bindings.counted() {
        let Some(exposed) = engine::exposed(&entry.key, entry.at) else {
            reading.wrong(&entry.node, &entry.key, "bindings of a port");
            continue;
        };
        for node in reading.mappings_at(bindings, &entry.key) {
            let host_port = filled(reading, node, "HostPort");
            let number = host_port.and_then(|port| Some(Located::new(port.value.parse().ok()?, port.at)));
            let host_address = filled(reading, node, "HostIp");
            published.push(Port { host: number, host_address, ..exposed.clone() });
        }
    }
    let key = |port: &Port| {
        let protocol = port.protocol.as_ref().map_or("TCP", |it| it.value.as_str()).to_owned();
        (port.container.as_ref().map(|it| it.value), protocol)
    };
    let known: std::collections::HashSet<_> = published.iter().map(key).collect();
    container.ports.retain(|port| !known.contains(&key(port)));
    container.ports.append(&mut published);
}

/// What is mounted has no name of its own where it is a file of the host: it goes by its place in the list.
fn mounts(reading: &mut Reading<'_>, node: &Node<'_>, container: &mut Container, workload: &mut Workload) {
    for (index, node) in reading.mappings_at(node, "Mounts").into_iter().enumerate() {
        let kind = reading.text_at(node, "Type").unwrap_or_else(|| Located::new("bind".to_owned(), node.at));
        let name = filled(reading, node, "Name");
        let volume = name.clone().unwrap_or_else(|| Located::new(format!("mount-{index}"), node.at));
        let source = if kind.value == "volume" { name } else { filled(reading, node, "Source") };
        let writable = reading.flag_at(node, "RW");
        container.mounts.push(Mount {
            volume: volume.clone(),
            path: filled(reading, node, "Destination"),
            read_only: writable.map(|writable| Located::new(!writable.value, writable.at)),
            propagation: filled(reading, node, "Propagation").map(engine::propagation),
        });
        let sources = vec![VolumeSource::new(engine::volume_kind(kind), source)];
        workload.volumes.push(Volume { name: volume.value, at: node.at, sources });
    }
}

/// A text that is not empty.
pub(crate) fn filled(reading: &mut Reading<'_>, parent: &Node<'_>, key: &str) -> Option<Located<String>> {
    reading.text_at(parent, key).filter(|text| !text.value.is_empty())
}

/// What happens when it ends.
fn restart(reading: &mut Reading<'_>, host: &Node<'_>) -> Option<RestartPolicy> {
    let policy = reading.mapping_at(host, "RestartPolicy")?;
    let name = filled(reading, policy, "Name")?;
    let when = engine::restart(reading, &name)?;
    let attempts = reading.integer_at(policy, "MaximumRetryCount").filter(|count| count.value > 0);
    Some(RestartPolicy { when, attempts })
}
