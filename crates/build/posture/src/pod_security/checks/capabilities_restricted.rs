//! Every capability is dropped, and only NET_BIND_SERVICE is added. Windows has none, and is exempt from version 1.25 on.

use boltseal_model::Workload;

use super::is_exempt_as_windows;
use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check = Check {
    id: "capabilities_restricted",
    level: Level::Restricted,
    since: Version::minor(22),
    overrides: &["capabilities_baseline"],
    judge,
};

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    if is_exempt_as_windows(workload, version) {
        return None;
    }
    let (mut keeping, mut adding) = (Culprits::default(), Culprits::default());
    for container in &workload.containers {
        let capabilities = container.capabilities.as_ref();
        if !capabilities.is_some_and(|it| it.drop.iter().any(|capability| capability.value == "ALL")) {
            keeping.container(container, capabilities.map_or(container.at, |capabilities| capabilities.at));
        }
        let added = capabilities.into_iter().flat_map(|capabilities| &capabilities.add);
        for capability in added.filter(|capability| capability.value != "NET_BIND_SERVICE") {
            adding.container(container, capability.at);
            adding.value(format!("{:?}", capability.value));
        }
    }
    const REASON: &str = "unrestricted capabilities";
    let keeping = keeping.refuse(REASON, |_| "securityContext.capabilities.drop must have \"ALL\"".to_owned());
    let adding = adding.refuse(REASON, |values| {
        format!("securityContext.capabilities.add has {values}, and may have \"NET_BIND_SERVICE\" alone")
    });
    match (keeping, adding) {
        (Some(keeping), Some(adding)) => Some(keeping.and(adding)),
        (one, other) => one.or(other),
    }
}
