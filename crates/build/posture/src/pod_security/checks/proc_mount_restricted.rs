//! What `/proc` hides of the host stays hidden, also from a pod with users of its own.

use boltseal_model::Workload;

use super::unmasked_proc;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check = Check {
    id: "procMount_restricted",
    level: Level::Restricted,
    since: Version::minor(35),
    overrides: &["procMount"],
    judge,
};

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    unmasked_proc(workload)
}
