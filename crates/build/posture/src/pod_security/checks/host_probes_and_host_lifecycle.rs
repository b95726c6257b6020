//! Probes and hooks call the pod alone: the node that calls them reaches what the pod cannot.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check = Check {
    id: "hostProbesAndHostLifecycle",
    level: Level::Baseline,
    since: Version::minor(34),
    overrides: &[],
    judge,
};

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for container in &workload.containers {
        let hosts = container.hooks.iter().flat_map(|hook| &hook.hosts);
        for host in hosts.filter(|host| !host.value.is_empty()) {
            culprits.container(container, host.at);
            culprits.value(format!("{:?}", host.value));
        }
    }
    culprits.refuse("probe or lifecycle host", |values| {
        format!("probes and hooks call {values}; their host must be absent or empty")
    })
}
