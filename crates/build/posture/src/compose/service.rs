//! A service.

use boltseal_model::workload::{
    Capabilities, Container, ContainerRole, EnvironmentSource, EnvironmentVariable, Hook, WorkloadPlatform,
};
use boltseal_model::{Located, ProblemKind, Workload};
use boltseal_yaml::{Entry, Node, Value};

use super::{machine, ports, unknown, volumes};
use crate::engine;
use crate::reading::{Reading, is_unresolved, text};

/// Every member that a service may have, those of versions 2 and 3 included.
const MEMBERS: &[&str] = &[
    "annotations",
    "attach",
    "blkio_config",
    "build",
    "cap_add",
    "cap_drop",
    "cgroup",
    "cgroup_parent",
    "command",
    "configs",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_rt_period",
    "cpu_rt_runtime",
    "cpu_shares",
    "cpus",
    "cpuset",
    "credential_spec",
    "depends_on",
    "deploy",
    "develop",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "gpus",
    "group_add",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "ipc",
    "isolation",
    "label_file",
    "labels",
    "links",
    "logging",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "models",
    "network_mode",
    "networks",
    "oom_kill_disable",
    "oom_score_adj",
    "pid",
    "pids_limit",
    "platform",
    "ports",
    "post_start",
    "pre_stop",
    "privileged",
    "profiles",
    "provider",
    "pull_policy",
    "read_only",
    "restart",
    "runtime",
    "scale",
    "secrets",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "use_api_socket",
    "user",
    "userns_mode",
    "uts",
    "volume_driver",
    "volumes",
    "volumes_from",
    "working_dir",
];

pub(super) fn read(reading: &mut Reading<'_>, entry: &Entry<'_>, declared: &volumes::Declared) -> Workload {
    let node = &entry.node;
    unknown(reading, node, MEMBERS, "a service");
    for key in ["extends", "volumes_from", "label_file"] {
        if let Some(entry) = node.entries().iter().rfind(|entry| entry.key == key && entry.node.value != Value::Null) {
            let detail = format!("what `{key}` names is not read, so that values may be missing");
            reading.problem_at(ProblemKind::Unsupported, entry.at, &detail);
        }
    }
    let mut workload = Workload::new(WorkloadPlatform::Compose, "service", reading.path, entry.at);
    workload.name = entry.key.clone().into_owned();
    let mut container = Container::new(ContainerRole::Main, workload.name.clone(), entry.at);
    container.image = reading.text_at(node, "image");
    container.command = words(reading, node, "entrypoint");
    container.arguments = words(reading, node, "command");
    container.pull = pull(reading, node);
    container.terminal = reading.flag_at(node, "tty");
    container.interactive = reading.flag_at(node, "stdin_open");
    container.init_process = reading.flag_at(node, "init");
    let logging = reading.mapping_at(node, "logging");
    container.log_driver = logging.and_then(|logging| reading.text_at(logging, "driver"));
    security(reading, node, &mut container);
    ports::read(reading, node, &mut container);
    environment(reading, node, &mut container);
    container.hooks.extend(health_check(reading, node));
    workload.labels = pairs(reading, node, "labels");
    workload.annotations = pairs(reading, node, "annotations");
    machine::read(reading, node, &mut container, &mut workload);
    volumes::read(reading, node, declared, &mut container, &mut workload);
    workload.containers.push(container);
    workload
}

/// A command, as one text or as a list.
fn words(reading: &mut Reading<'_>, parent: &Node<'_>, key: &str) -> Vec<Located<String>> {
    match parent.child(key) {
        Some(Node { value: Value::List(_), .. }) => reading.texts_at(parent, key),
        _ => reading.name_at(parent, key).into_iter().collect(),
    }
}

/// When the image is pulled, in the words of Kubernetes; `build` pulls nothing.
fn pull(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Located<String>> {
    let policy = reading.text_at(node, "pull_policy")?;
    let word = match policy.value.as_str() {
        "always" | "daily" | "weekly" => "Always",
        "never" => "Never",
        "missing" | "if_not_present" => "IfNotPresent",
        "build" => return None,
        other if other.starts_with("every_") => "Always",
        other => {
            let other: String = other.chars().take(40).collect();
            let detail = format!("there is no pull policy {other:?}; it counts as absent");
            reading.problem_at(ProblemKind::Malformed, policy.at, &detail);
            return None;
        }
    };
    Some(Located::new(word.to_owned(), policy.at))
}

fn security(reading: &mut Reading<'_>, node: &Node<'_>, container: &mut Container) {
    container.privileged = reading.flag_at(node, "privileged");
    container.read_only_root = reading.flag_at(node, "read_only");
    if let Some(user) = reading.text_at(node, "user") {
        engine::user(&user, &mut container.confinement);
    }
    let add: Vec<_> = reading.texts_at(node, "cap_add").into_iter().map(engine::capability).collect();
    let drop: Vec<_> = reading.texts_at(node, "cap_drop").into_iter().map(engine::capability).collect();
    if let Some(first) = add.first().or(drop.first()) {
        container.capabilities = Some(Capabilities { at: first.at, add, drop });
    }
    for option in reading.texts_at(node, "security_opt") {
        engine::security_option(reading, &option, container);
    }
}

/// Variables as a list of `NAME=value` or a mapping. Without a value, that of whoever deploys it is taken.
fn environment(reading: &mut Reading<'_>, node: &Node<'_>, container: &mut Container) {
    match node.child("environment") {
        Some(Node { value: Value::List(_), .. }) => {
            for node in reading.list_at(node, "environment") {
                match node.text() {
                    // The name is known even where the value is not.
                    Some(pair) => {
                        let mut variable = engine::variable(&Located::new(pair.to_owned(), node.at));
                        if is_unresolved(node) {
                            variable.source = EnvironmentSource::Deployer {};
                        }
                        container.environment.push(variable);
                    }
                    None => reading.wrong(node, "environment", "a list of texts"),
                }
            }
        }
        Some(_) => {
            let variables = reading.mapping_at(node, "environment").map(Node::counted).unwrap_or_default();
            for entry in variables {
                if !reading.admits(1, entry.at, "environment") {
                    break;
                }
                let source = match text(&entry.node, true) {
                    Some(value) if !is_unresolved(&entry.node) => EnvironmentSource::literal(value),
                    None if entry.node.value != Value::Null => {
                        reading.wrong(&entry.node, &entry.key, "a text");
                        continue;
                    }
                    _ => EnvironmentSource::Deployer {},
                };
                let name = Located::new(entry.key.clone().into_owned(), entry.at);
                container.environment.push(EnvironmentVariable { name, source });
            }
        }
        None => {}
    }
    environment_files(reading, node, container);
}

fn environment_files(reading: &mut Reading<'_>, node: &Node<'_>, container: &mut Container) {
    let mut files = Vec::new();
    match node.child("env_file") {
        Some(Node { value: Value::List(_), .. }) => {
            for node in reading.list_at(node, "env_file") {
                match node.value {
                    Value::Mapping(_) => files.extend(reading.name_at(node, "path")),
                    Value::Text(_) => files.extend(node.text().map(|text| Located::new(text.to_owned(), node.at))),
                    _ => reading.wrong(node, "env_file", "a list of paths"),
                }
            }
        }
        _ => files.extend(reading.name_at(node, "env_file")),
    }
    for file in files {
        let name = Located::new(String::new(), file.at);
        container.environment.push(EnvironmentVariable { name, source: EnvironmentSource::Configuration(file) });
    }
}

fn health_check(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Hook> {
    let check = reading.mapping_at(node, "healthcheck")?;
    let is_disabled = reading.flag_at(check, "disable").is_some_and(|flag| flag.value);
    let test = words(reading, check, "test");
    if is_disabled {
        return engine::health_check(vec![Located::new("NONE".to_owned(), check.at)], check.at);
    }
    // Without a command that of the image runs, as often as is said here.
    engine::health_check(test, check.at)
}

/// Labels as a list of `name=text` or a mapping.
pub(super) fn pairs(
    reading: &mut Reading<'_>,
    parent: &Node<'_>,
    key: &str,
) -> Vec<(Located<String>, Located<String>)> {
    let Some(Node { value: Value::List(_), .. }) = parent.child(key) else {
        return engine::texts(reading, parent, key);
    };
    let pair = |pair: Located<String>| {
        let (name, text) = pair.value.split_once('=').unwrap_or((&pair.value, ""));
        (Located::new(name.to_owned(), pair.at), Located::new(text.to_owned(), pair.at))
    };
    reading.texts_at(parent, key).into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(MEMBERS.is_sorted());
    }
}
