//! No ports of the host.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "hostPorts", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for container in &workload.containers {
        for port in container.ports.iter().filter_map(|port| port.host.as_ref()).filter(|port| port.value != 0) {
            culprits.container(container, port.at);
            culprits.value(port.value.to_string());
        }
    }
    culprits.refuse("hostPort", |values| format!("hostPort is {values}, and must be absent or 0"))
}
