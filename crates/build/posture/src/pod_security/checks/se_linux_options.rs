//! The type of SELinux is one for containers, and neither user nor role is set. Engines in containers have a type from version 1.31 on.

use boltseal_model::workload::Confinement;
use boltseal_model::{Position, Workload};

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "seLinuxOptions", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

const ALLOWED: &[&str] = &["", "container_t", "container_init_t", "container_kvm_t"];
const ALLOWED_FROM_31: &str = "container_engine_t";

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for (what, at) in forbidden(&workload.confinement, version) {
        culprits.pod(at);
        culprits.value(what);
    }
    for container in &workload.containers {
        for (what, at) in forbidden(&container.confinement, version) {
            culprits.container(container, at);
            culprits.value(what);
        }
    }
    culprits.refuse("seLinuxOptions", |values| {
        format!(
            "securityContext.seLinuxOptions has {values}; user and role must be absent, the type one for containers"
        )
    })
}

fn forbidden(confinement: &Confinement, version: Version) -> impl Iterator<Item = (String, Position)> {
    let options = confinement.selinux.as_ref();
    let is_allowed =
        move |kind: &str| ALLOWED.contains(&kind) || (kind == ALLOWED_FROM_31 && version >= Version::minor(31));
    let kind = options.and_then(|options| options.kind.as_ref()).filter(move |kind| !is_allowed(&kind.value));
    let user = options.and_then(|options| options.user.as_ref()).filter(|user| !user.value.is_empty());
    let role = options.and_then(|options| options.role.as_ref()).filter(|role| !role.value.is_empty());
    [("type", kind), ("user", user), ("role", role)]
        .into_iter()
        .filter_map(|(name, part)| part.map(|part| (format!("{name} {:?}", part.value), part.at)))
}
