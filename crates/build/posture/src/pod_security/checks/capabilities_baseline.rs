//! Nothing is added to the capabilities that engines give anyway; NET_RAW, which they once gave, is not among them.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "capabilities_baseline", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

const ALLOWED: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for container in &workload.containers {
        let added = container.capabilities.iter().flat_map(|capabilities| &capabilities.add);
        for capability in added.filter(|capability| !ALLOWED.contains(&&*capability.value)) {
            culprits.container(container, capability.at);
            culprits.value(format!("{:?}", capability.value));
        }
    }
    culprits.refuse("non-default capabilities", |values| {
        format!("securityContext.capabilities.add has {values}, beyond what engines give anyway")
    })
}
