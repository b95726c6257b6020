//! No process gains more than it started with. Windows has no such thing, and is exempt from version 1.25 on.

use boltseal_model::Workload;

use super::is_exempt_as_windows;
use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "allowPrivilegeEscalation", level: Level::Restricted, since: Version::minor(8), overrides: &[], judge };

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    if is_exempt_as_windows(workload, version) {
        return None;
    }
    let mut culprits = Culprits::default();
    for container in &workload.containers {
        match &container.escalates {
            Some(flag) if !flag.value => {}
            Some(flag) => culprits.container(container, flag.at),
            None => culprits.container(container, container.at),
        }
    }
    culprits.refuse("allowPrivilegeEscalation != false", |_| {
        "securityContext.allowPrivilegeEscalation must be there and false".to_owned()
    })
}
