//! No container is as powerful as the host's root.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "privileged", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for container in &workload.containers {
        culprits.container_if(container, container.privileged.as_ref());
    }
    culprits.refuse("privileged", |_| "securityContext.privileged must be absent or false".to_owned())
}
