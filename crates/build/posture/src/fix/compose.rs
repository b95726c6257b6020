//! The way back to services of Compose, where a workload and its only container are one.

use super::ways::{To, Way};

const OPTIONS: &[&str] = &["security_opt"];

pub(super) static WAYS: &[Way] = &[
    ("Container", "capabilities.add", To::List(&["cap_add"])),
    ("Container", "capabilities.drop", To::List(&["cap_drop"])),
    ("Container", "confinement.app_armor.kind", To::TurnedOff(OPTIONS, "apparmor", "unconfined")),
    ("Container", "confinement.seccomp.kind", To::TurnedOff(OPTIONS, "seccomp", "unconfined")),
    ("Container", "confinement.selinux.disabled", To::TurnedOff(OPTIONS, "label", "disable")),
    ("Container", "escalates", To::NoNewPrivileges(OPTIONS, "no-new-privileges:true")),
    ("Container", "interactive", To::Value(&["stdin_open"])),
    ("Container", "privileged", To::Value(&["privileged"])),
    ("Container", "pull", To::Words(&["pull_policy"], &[("Always", "always")])),
    ("Container", "read_only_root", To::Value(&["read_only"])),
    ("Container", "terminal", To::Value(&["tty"])),
    ("Workload", "cgroup_parent", To::Value(&["cgroup_parent"])),
    ("Workload", "host.cgroup", To::Word(&["cgroup"])),
    ("Workload", "host.ipc", To::Word(&["ipc"])),
    ("Workload", "host.network", To::Word(&["network_mode"])),
    ("Workload", "host.processes", To::Word(&["pid"])),
    ("Workload", "host.users", To::Word(&["userns_mode"])),
    ("Workload", "host.uts", To::Word(&["uts"])),
    ("Workload", "network.mode", To::Value(&["network_mode"])),
];
