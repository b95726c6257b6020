//! The filter of system calls is not switched off. Before version 1.19 annotations state it, from then on fields do.

use boltseal_model::Workload;

use super::seccomp_forbidden;
use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "seccompProfile_baseline", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

const POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION: &str = "container.seccomp.security.alpha.kubernetes.io/";

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    let culprits = if version < Version::minor(19) { annotated(workload) } else { seccomp_forbidden(workload) };
    culprits.refuse("seccompProfile", |values| {
        format!("the profile is {values}, and must be absent, the runtime's default or one of the host's")
    })
}

/// Annotations of the pod, and of those containers that there are, that name another profile.
fn annotated(workload: &Workload) -> Culprits {
    let mut culprits = Culprits::default();
    for (name, profile) in &workload.annotations {
        let is_meant = name.value == POD_ANNOTATION
            || name
                .value
                .strip_prefix(CONTAINER_ANNOTATION)
                .is_some_and(|container| workload.containers.iter().any(|it| it.name == container));
        let is_allowed =
            matches!(&*profile.value, "runtime/default" | "docker/default") || profile.value.starts_with("localhost/");
        if is_meant && !is_allowed {
            culprits.annotation(&name.value, profile.at);
            culprits.value(format!("{:?}", profile.value));
        }
    }
    culprits
}
