//! What a service is given of the machine, and what it shares with the host.

use boltseal_model::workload::{Container, Device, Quantity, RestartPolicy, Ulimit};
use boltseal_model::{Located, Workload};
use boltseal_yaml::{Node, Value};

use super::service::pairs;
use crate::engine;
use crate::reading::{Reading, key_at};

pub(super) fn read(reading: &mut Reading<'_>, service: &Node<'_>, container: &mut Container, workload: &mut Workload) {
    let mode = reading.text_at(service, "network_mode");
    workload.host.network = mode.as_ref().map(engine::is_host);
    workload.network.mode = mode;
    networks(reading, service, workload);
    workload.host.processes = reading.text_at(service, "pid").as_ref().map(engine::is_host);
    workload.host.ipc = reading.text_at(service, "ipc").as_ref().map(engine::is_host);
    workload.host.users = reading.text_at(service, "userns_mode").as_ref().map(engine::is_host);
    workload.host.uts = reading.text_at(service, "uts").as_ref().map(engine::is_host);
    workload.host.cgroup = reading.text_at(service, "cgroup").as_ref().map(engine::is_host);
    workload.cgroup_parent = reading.text_at(service, "cgroup_parent");
    workload.runtime = reading.text_at(service, "runtime");
    workload.sysctls =
        pairs(reading, service, "sysctls").into_iter().map(|(name, value)| (name, Some(value))).collect();
    for group in reading.texts_at(service, "group_add") {
        if let Ok(id) = group.value.parse() {
            workload.groups.push(Located::new(id, group.at));
        }
    }
    devices(reading, service, container);
    ulimits(reading, service, container);
    let deploy = reading.mapping_at(service, "deploy");
    resources(reading, service, deploy, container);
    workload.restart = restart(reading, service, deploy);
    let replicas = deploy.and_then(|deploy| reading.integer_at(deploy, "replicas"));
    workload.replicas = replicas.or_else(|| reading.integer_at(service, "scale"));
}

fn networks(reading: &mut Reading<'_>, service: &Node<'_>, workload: &mut Workload) {
    match service.child("networks") {
        Some(Node { value: Value::List(_), .. }) => workload.network.joins = reading.texts_at(service, "networks"),
        _ => {
            for entry in reading.mapping_at(service, "networks").map(Node::counted).unwrap_or_default() {
                if reading.admits(1, entry.at, "networks") {
                    workload.network.joins.push(Located::new(entry.key.clone().into_owned(), entry.at));
                }
            }
        }
    }
}

/// `on-failure:5`, or the policy of a deployment.
fn restart(reading: &mut Reading<'_>, service: &Node<'_>, deploy: Option<&Node<'_>>) -> Option<RestartPolicy> {
    if let Some(policy) = deploy.and_then(|deploy| reading.mapping_at(deploy, "restart_policy")) {
        let condition = reading.text_at(policy, "condition")?;
        let when = engine::restart(reading, &condition)?;
        return Some(RestartPolicy { when, attempts: reading.integer_at(policy, "max_attempts") });
    }
    let policy = reading.text_at(service, "restart")?;
    let (name, attempts) = match policy.value.split_once(':') {
        Some((name, attempts)) => (name, attempts.trim().parse().ok()),
        None => (policy.value.as_str(), None),
    };
    let when = engine::restart(reading, &Located::new(name.to_owned(), policy.at))?;
    Some(RestartPolicy { when, attempts: attempts.map(|attempts| Located::new(attempts, policy.at)) })
}

/// `/dev/host:/dev/container:rwm`, or a mapping.
fn devices(reading: &mut Reading<'_>, service: &Node<'_>, container: &mut Container) {
    for node in reading.list_at(service, "devices") {
        let device = match &node.value {
            Value::Mapping(_) => Device {
                at: node.at,
                host: reading.text_at(node, "source"),
                container: reading.text_at(node, "target"),
                permissions: reading.text_at(node, "permissions"),
            },
            Value::Text(text) if !crate::reading::is_unresolved(node) => {
                let mut parts = text.split(':').map(|part| Located::new(part.to_owned(), node.at));
                Device { at: node.at, host: parts.next(), container: parts.next(), permissions: parts.next() }
            }
            _ => {
                reading.wrong(node, "devices", "a device, as /dev/a:/dev/b:rw");
                continue;
            }
        };
        container.devices.push(device);
    }
}

/// One number for both, or both.
fn ulimits(reading: &mut Reading<'_>, service: &Node<'_>, container: &mut Container) {
    let Some(ulimits) = reading.mapping_at(service, "ulimits") else { return };
    for entry in ulimits.counted() {
        if !reading.admits(1, entry.at, "ulimits") {
            break;
        }
        let name = Located::new(entry.key.clone().into_owned(), entry.at);
        let (soft, hard) = match entry.node.value {
            Value::Mapping(_) => (reading.integer_at(&entry.node, "soft"), reading.integer_at(&entry.node, "hard")),
            _ => {
                let both = reading.integer(&entry.node, &entry.key);
                (both.clone(), both)
            }
        };
        container.ulimits.push(Ulimit { name, soft, hard });
    }
}

/// What a deployment says counts before what a service says itself.
fn resources(reading: &mut Reading<'_>, service: &Node<'_>, deploy: Option<&Node<'_>>, container: &mut Container) {
    let whole = deploy.and_then(|deploy| reading.mapping_at(deploy, "resources"));
    let limits = whole.and_then(|whole| reading.mapping_at(whole, "limits"));
    let reservations = whole.and_then(|whole| reading.mapping_at(whole, "reservations"));
    let mut amount = |parent: Option<&Node<'_>>, key: &str, own: &str, name: &str| {
        let (parent, key) = parent.filter(|it| it.child(key).is_some()).map_or((service, own), |it| (it, key));
        let amount = reading.amount_at(parent, key)?;
        let amount = match name {
            "memory" => bytes(&amount),
            // Nought and -1 are no limit.
            "pids" if amount.value.starts_with('-') || amount.value == "0" => return None,
            _ => amount,
        };
        Some(Quantity { name: Located::new(name.to_owned(), key_at(parent, key)), amount })
    };
    let found = [
        amount(limits, "cpus", "cpus", "cpu"),
        amount(limits, "memory", "mem_limit", "memory"),
        amount(limits, "pids", "pids_limit", "pids"),
    ];
    container.resources.limits.extend(found.into_iter().flatten());
    let found = [
        amount(reservations, "cpus", "", "cpu"),
        amount(reservations, "memory", "mem_reservation", "memory"),
        amount(None, "", "cpu_shares", "cpu-shares"),
    ];
    container.resources.requests.extend(found.into_iter().flatten());
}

/// Amounts of memory are multiples of 1,024 whatever they are called, `64m` and `64MB` alike.
///
/// Source: the Compose specification, "Specifying byte values".
fn bytes(amount: &Located<String>) -> Located<String> {
    let lower = amount.value.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = lower.get(digits.len()..).unwrap_or_default();
    let suffix = match unit.trim_end_matches('b').trim_end_matches('i') {
        "k" => "Ki",
        "m" => "Mi",
        "g" => "Gi",
        "t" => "Ti",
        _ => "",
    };
    Located::new(format!("{}{suffix}", digits.trim()), amount.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_memory_are_spelled_as_kubernetes_does() {
        for (text, expected) in [
            ("64m", "64Mi"),
            ("64MB", "64Mi"),
            ("1.5g", "1.5Gi"),
            ("2 Gb", "2Gi"),
            ("100", "100"),
            ("5b", "5"),
            ("1KiB", "1Ki"),
        ] {
            assert_eq!(bytes(&Located::new(text.to_owned(), Default::default())).value, expected, "{text}");
        }
    }
}
