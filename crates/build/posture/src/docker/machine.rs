//! What an engine gives a container of the machine, and what it shares with the host.

use boltseal_model::workload::{Container, Device, Quantity, Ulimit};
use boltseal_model::{Located, Workload};
use boltseal_yaml::Node;

use super::{filled, restart};
use crate::engine;
use crate::reading::{Reading, key_at};

pub(super) fn read(reading: &mut Reading<'_>, host: &Node<'_>, container: &mut Container, workload: &mut Workload) {
    let mode = filled(reading, host, "NetworkMode");
    workload.host.network = mode.as_ref().map(engine::is_host);
    workload.network.mode = mode;
    workload.host.processes = filled(reading, host, "PidMode").as_ref().map(engine::is_host);
    workload.host.ipc = filled(reading, host, "IpcMode").as_ref().map(engine::is_host);
    workload.host.users = filled(reading, host, "UsernsMode").as_ref().map(engine::is_host);
    workload.host.uts = filled(reading, host, "UTSMode").as_ref().map(engine::is_host);
    workload.host.cgroup = filled(reading, host, "CgroupnsMode").as_ref().map(engine::is_host);
    workload.cgroup_parent = filled(reading, host, "CgroupParent");
    workload.runtime = filled(reading, host, "Runtime");
    workload.restart = restart(reading, host);
    workload.sysctls =
        engine::texts(reading, host, "Sysctls").into_iter().map(|(name, value)| (name, Some(value))).collect();
    for group in reading.texts_at(host, "GroupAdd") {
        if let Ok(id) = group.value.parse() {
            workload.groups.push(Located::new(id, group.at));
        }
    }
    let log = reading.mapping_at(host, "LogConfig");
    container.log_driver = log.and_then(|log| filled(reading, log, "Type"));
    container.init_process = reading.flag_at(host, "Init");
    resources(reading, host, container);
    for node in reading.mappings_at(host, "Devices") {
        container.devices.push(Device {
            at: node.at,
            host: filled(reading, node, "PathOnHost"),
            container: filled(reading, node, "PathInContainer"),
            permissions: filled(reading, node, "CgroupPermissions"),
        });
    }
    for node in reading.mappings_at(host, "Ulimits") {
        container.ulimits.push(Ulimit {
            name: reading.text_at(node, "Name").unwrap_or_else(|| Located::new(String::new(), node.at)),
            soft: reading.integer_at(node, "Soft"),
            hard: reading.integer_at(node, "Hard"),
        });
    }
}

/// Nought is no limit, and of processes -1 is none either.
fn resources(reading: &mut Reading<'_>, host: &Node<'_>, container: &mut Container) {
    let mut amount = |key: &str, name: &str, spell: &dyn Fn(i64) -> String| {
        let number = reading.integer_at(host, key).filter(|number| number.value > 0)?;
        let name = Located::new(name.to_owned(), key_at(host, key));
        Some(Quantity { name, amount: Located::new(spell(number.value), number.at) })
    };
    let plain = |number: i64| number.to_string();
    let nanos = |number: i64| format!("{number}n");
    let limits =
        [amount("NanoCpus", "cpu", &nanos), amount("Memory", "memory", &plain), amount("PidsLimit", "pids", &plain)];
    let requests = [amount("MemoryReservation", "memory", &plain), amount("CpuShares", "cpu-shares", &plain)];
    container.resources.limits.extend(limits.into_iter().flatten());
    container.resources.requests.extend(requests.into_iter().flatten());
}
