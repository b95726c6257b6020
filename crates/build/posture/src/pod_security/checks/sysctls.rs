//! Kernel parameters are those that are the pod's alone. Some were found safe later than others.

use boltseal_model::Workload;

use crate::pod_security::culprits::Culprits;
use crate::pod_security::{Check, Level, Refusal, Version};

pub(super) const CHECK: Check =
    Check { id: "sysctls", level: Level::Baseline, since: Version::minor(0), overrides: &[], judge };

/// Names, and the version from which each is held to be safe.
const ALLOWED: &[(&str, Version)] = &[
    ("kernel.shm_rmid_forced", Version::minor(0)),
    ("net.ipv4.ip_local_port_range", Version::minor(0)),
    ("net.ipv4.ip_local_reserved_ports", Version::minor(27)),
    ("net.ipv4.ip_unprivileged_port_start", Version::minor(0)),
    ("net.ipv4.ping_group_range", Version::minor(0)),
    ("net.ipv4.tcp_fin_timeout", Version::minor(29)),
    ("net.ipv4.tcp_keepalive_intvl", Version::minor(29)),
    ("net.ipv4.tcp_keepalive_probes", Version::minor(29)),
    ("net.ipv4.tcp_keepalive_time", Version::minor(29)),
    ("net.ipv4.tcp_notsent_lowat", Version::minor(37)),
    ("net.ipv4.tcp_rmem", Version::minor(32)),
    ("net.ipv4.tcp_slow_start_after_idle", Version::minor(37)),
    ("net.ipv4.tcp_syncookies", Version::minor(0)),
    ("net.ipv4.tcp_wmem", Version::minor(32)),
];

fn judge(workload: &Workload, version: Version) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for (name, _) in &workload.sysctls {
        if !ALLOWED.iter().any(|(allowed, since)| *allowed == name.value && *since <= version) {
            culprits.pod(name.at);
            culprits.value(format!("{:?}", name.value));
        }
    }
    culprits.refuse("forbidden sysctls", |values| format!("securityContext.sysctls has {values}, which are not safe"))
}
