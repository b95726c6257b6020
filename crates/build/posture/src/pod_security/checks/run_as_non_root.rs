//! The platform refuses to start anything as root. From version 1.35 on a pod with users of its own is exempt.

use boltseal_model::Workload;

use super::is_exempt_with_own_users;
use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "runAsNonRoot", level: Level::Restricted, since: Version::minor(0), overrides: &[], judge };

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    if is_exempt_with_own_users(workload, version) {
        return None;
    }
    let mut culprits = Culprits::default();
    let of_pod = workload.confinement.non_root.as_ref();
    if let Some(flag) = of_pod.filter(|flag| !flag.value) {
        culprits.pod(flag.at);
    }
    let is_required = of_pod.is_some_and(|flag| flag.value);
    for container in &workload.containers {
        match &container.confinement.non_root {
            Some(flag) if !flag.value => culprits.container(container, flag.at),
            None if !is_required => culprits.container(container, container.at),
            Some(_) | None => {}
        }
    }
    culprits.refuse("runAsNonRoot != true", |_| {
        "securityContext.runAsNonRoot must be true, for the pod or for each container, and nowhere false".to_owned()
    })
}
