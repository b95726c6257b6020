//! The way back to task definitions of ECS, in the names of its API.

use super::ways::{To, Way};

const OPTIONS: &[&str] = &["dockerSecurityOptions"];

pub(super) static WAYS: &[Way] = &[
    ("Container", "capabilities.add", To::List(&["linuxParameters", "capabilities", "add"])),
    ("Container", "capabilities.drop", To::List(&["linuxParameters", "capabilities", "drop"])),
    ("Container", "confinement.app_armor.kind", To::TurnedOff(OPTIONS, "apparmor", "unconfined")),
    ("Container", "confinement.seccomp.kind", To::TurnedOff(OPTIONS, "seccomp", "unconfined")),
    ("Container", "confinement.selinux.disabled", To::TurnedOff(OPTIONS, "label", "disable")),
    ("Container", "escalates", To::NoNewPrivileges(OPTIONS, "no-new-privileges")),
    ("Container", "interactive", To::Value(&["interactive"])),
    ("Container", "privileged", To::Value(&["privileged"])),
    ("Container", "read_only_root", To::Value(&["readonlyRootFilesystem"])),
    ("Container", "terminal", To::Value(&["pseudoTerminal"])),
    (
        "Volume",
        "sources[0].is_authorised_by_role",
        To::Words(&["efsVolumeConfiguration", "authorizationConfig", "iam"], &[("true", "ENABLED")]),
    ),
    (
        "Volume",
        "sources[0].is_encrypted_in_transit",
        To::Words(&["efsVolumeConfiguration", "transitEncryption"], &[("true", "ENABLED")]),
    ),
    ("Workload", "host.ipc", To::Word(&["ipcMode"])),
    ("Workload", "host.processes", To::Word(&["pidMode"])),
    ("Workload", "shares_processes", To::Word(&["pidMode"])),
];
