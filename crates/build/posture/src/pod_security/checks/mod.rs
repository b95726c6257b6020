//! One file per check, named by its id.

mod allow_privilege_escalation;
mod app_armor_profile;
mod capabilities_baseline;
mod capabilities_restricted;
mod host_namespaces;
mod host_path_volumes;
mod host_ports;
mod host_probes_and_host_lifecycle;
mod privileged;
mod proc_mount;
mod proc_mount_restricted;
mod restricted_volumes;
mod run_as_non_root;
mod run_as_user;
mod se_linux_options;
mod seccomp_profile_baseline;
mod seccomp_profile_restricted;
mod sysctls;
mod windows_host_process;

use boltseal_model::workload::Profile;
use boltseal_model::{Position, Workload};

use super::culprits::Culprits;
use super::{Check, Refusal, Version};

/// Every check, by id.
pub const ALL: &[&Check] = &[
    &allow_privilege_escalation::CHECK,
    &app_armor_profile::CHECK,
    &capabilities_baseline::CHECK,
    &capabilities_restricted::CHECK,
    &host_namespaces::CHECK,
    &host_path_volumes::CHECK,
    &host_ports::CHECK,
    &host_probes_and_host_lifecycle::CHECK,
    &privileged::CHECK,
    &proc_mount::CHECK,
    &proc_mount_restricted::CHECK,
    &restricted_volumes::CHECK,
    &run_as_non_root::CHECK,
    &run_as_user::CHECK,
    &se_linux_options::CHECK,
    &seccomp_profile_baseline::CHECK,
    &seccomp_profile_restricted::CHECK,
    &sysctls::CHECK,
    &windows_host_process::CHECK,
];

/// Whether the workload is for Windows, in a version that knows how to say so.
fn is_exempt_as_windows(workload: &Workload, version: Version) -> bool {
    version >= Version::minor(25) && workload.operating_system.as_ref().is_some_and(|system| system.value == "windows")
}

/// Whether root in the workload is nobody on the host, in a version that counts on it.
fn is_exempt_with_own_users(workload: &Workload, version: Version) -> bool {
    version >= Version::minor(35) && workload.host.users.as_ref().is_some_and(|users| !users.value)
}

fn unmasked_proc(workload: &Workload) -> Option<Refusal> {
    let mut culprits = Culprits::default();
    for container in &workload.containers {
        if let Some(mount) = container.proc_mount.as_ref().filter(|mount| mount.value != "Default") {
            culprits.container(container, mount.at);
            culprits.value(format!("{:?}", mount.value));
        }
    }
    culprits.refuse("procMount", |values| {
        format!("securityContext.procMount is {values}, and must be absent or \"Default\"")
    })
}

/// Those who state a filter of system calls that is neither the runtime's nor one of the host's.
fn seccomp_forbidden(workload: &Workload) -> Culprits {
    let mut culprits = Culprits::default();
    if let Some((kind, at)) = forbidden(workload.confinement.seccomp.as_ref()) {
        culprits.pod(at);
        culprits.value(kind);
    }
    for container in &workload.containers {
        if let Some((kind, at)) = forbidden(container.confinement.seccomp.as_ref()) {
            culprits.container(container, at);
            culprits.value(kind);
        }
    }
    culprits
}

/// The kind of a profile that is neither the runtime's nor one of the host's, and where it stands. One without a kind is none of
/// them.
fn forbidden(profile: Option<&Profile>) -> Option<(String, Position)> {
    let profile = profile?;
    match &profile.kind {
        Some(kind) if matches!(&*kind.value, "RuntimeDefault" | "Localhost") => None,
        Some(kind) => Some((format!("{:?}", kind.value), kind.at)),
        None => Some(("\"\"".to_owned(), profile.at)),
    }
}
