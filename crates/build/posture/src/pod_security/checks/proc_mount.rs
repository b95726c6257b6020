//! What `/proc` hides of the host stays hidden. From version 1.35 on a pod with users of its own may see it.

use boltseal_model::Workload;

use super::{is_exempt_with_own_users, unmasked_proc};
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "procMount", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    if is_exempt_with_own_users(workload, version) { None } else { unmasked_proc(workload) }
}
