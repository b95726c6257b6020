//! No files of the host.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "hostPathVolumes", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for volume in &workload.volumes {
        for source in volume.sources.iter().filter(|source| source.kind.value == "hostPath") {
            culprits.volume(&volume.name, source.kind.at);
            culprits.value(source.subject.as_ref().map_or("a path", |path| &path.value));
        }
    }
    culprits.refuse("hostPath volumes", |values| format!("hostPath of {values} must not be there"))
}
