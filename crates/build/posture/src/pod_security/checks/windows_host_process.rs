//! No container of Windows runs as a process of the host.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "windowsHostProcess", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    let of_pod = workload.confinement.windows.as_ref().and_then(|windows| windows.host_process.as_ref());
    if let Some(flag) = of_pod.filter(|flag| flag.value) {
        culprits.pod(flag.at);
    }
    for container in &workload.containers {
        let windows = container.confinement.windows.as_ref();
        culprits.container_if(container, windows.and_then(|windows| windows.host_process.as_ref()));
    }
    culprits.refuse("hostProcess", |_| "securityContext.windowsOptions.hostProcess must be absent or false".to_owned())
}
