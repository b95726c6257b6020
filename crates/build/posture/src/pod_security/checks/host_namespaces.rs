//! The pod has a network, processes and inter-process communication of its own.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "hostNamespaces", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    let host = &workload.host;
    for (name, shared) in [("hostNetwork", &host.network), ("hostPID", &host.processes), ("hostIPC", &host.ipc)] {
        if let Some(shared) = shared.as_ref().filter(|shared| shared.value) {
            culprits.pod(shared.at);
            culprits.value(name);
        }
    }
    culprits.refuse("host namespaces", |values| format!("{values} must be absent or false"))
}
