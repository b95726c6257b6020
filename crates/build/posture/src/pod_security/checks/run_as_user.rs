//! Nothing is told to run as root. From version 1.35 on a pod with users of its own is exempt.

use boltseal_model::Workload;

use super::is_exempt_with_own_users;
use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "runAsUser", level: Level::Restricted, since: Version::minor(23), overrides: &[], judge };

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    if is_exempt_with_own_users(workload, version) {
        return None;
    }
    let mut culprits = Culprits::default();
    if let Some(user) = workload.confinement.user.as_ref().filter(|user| user.value == 0) {
        culprits.pod(user.at);
    }
    for container in &workload.containers {
        if let Some(user) = container.confinement.user.as_ref().filter(|user| user.value == 0) {
            culprits.container(container, user.at);
        }
    }
    culprits.refuse("runAsUser=0", |_| "securityContext.runAsUser must not be 0".to_owned())
}
