//! A filter of system calls is asked for. Windows has none, and is exempt from version 1.25 on.

use boltseal_model::Workload;

use super::{is_exempt_as_windows, seccomp_forbidden};
use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check = Check {
    id: "seccompProfile_restricted",
    level: Level::Restricted,
    since: Version::minor(19),
    overrides: &["seccompProfile_baseline"],
    judge,
};

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    if is_exempt_as_windows(workload, version) {
        return None;
    }
    const REASON: &str = "seccompProfile";
    let forbidden = seccomp_forbidden(workload).refuse(REASON, |values| {
        format!("securityContext.seccompProfile.type is {values}, and must be \"RuntimeDefault\" or \"Localhost\"")
    });
    if forbidden.is_some() {
        return forbidden;
    }
    let mut culprits = Culprits::default();
    let is_inherited = workload.confinement.seccomp.is_some();
    for container in workload.containers.iter().filter(|it| !is_inherited && it.confinement.seccomp.is_none()) {
        culprits.container(container, container.at);
    }
    culprits.refuse(REASON, |_| {
        "securityContext.seccompProfile.type must be \"RuntimeDefault\" or \"Localhost\", for the pod or for each container".to_owned()
    })
}
