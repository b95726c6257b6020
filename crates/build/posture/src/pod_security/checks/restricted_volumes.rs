//! Volumes are of the kinds that a pod may define itself; everything else comes by a claim.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check = Check {
    id: "restrictedVolumes",
    level: Level::Restricted,
    since: Version::minor(0),
    overrides: &["hostPathVolumes"],
    judge,
};

/// An image was let in for every version at once, so that it is not a matter of the version asked for.
const ALLOWED: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

fn judge(workload: &Workload, _: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for volume in &workload.volumes {
        for source in volume.sources.iter().filter(|source| !ALLOWED.contains(&&*source.kind.value)) {
            culprits.volume(&volume.name, source.kind.at);
            culprits.value(&*source.kind.value);
        }
    }
    culprits.refuse("restricted volume types", |values| format!("{values} must come by a persistentVolumeClaim"))
}
