//! The profile of AppArmor is the runtime's or one of the host's, whether a field or an annotation states it.

use boltseal_model::Workload;

use super::forbidden;
use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "appArmorProfile", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

/// Annotations with this beginning name a container behind it.
const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    if let Some((kind, at)) = forbidden(workload.confinement.app_armor.as_ref()) {
        culprits.pod(at);
        culprits.value(kind);
    }
    for container in &workload.containers {
        if let Some((kind, at)) = forbidden(container.confinement.app_armor.as_ref()) {
            culprits.container(container, at);
            culprits.value(kind);
        }
    }
    for (name, profile) in &workload.annotations {
        let is_allowed = matches!(&*profile.value, "" | "runtime/default") || profile.value.starts_with("localhost/");
        if name.value.starts_with(ANNOTATION) && !is_allowed {
            culprits.annotation(&name.value, profile.at);
            culprits.value(format!("{:?}", profile.value));
        }
    }
    culprits.refuse("forbidden AppArmor profile", |values| {
        format!("the profile is {values}, and must be absent, the runtime's default or one of the host's")
    })
}
