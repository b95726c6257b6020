//! The way back to manifests of Kubernetes.

use super::ways::{To, Way};

pub(super) static WAYS: &[Way] = &[
    ("Container", "capabilities.add", To::List(&["securityContext", "capabilities", "add"])),
    ("Container", "capabilities.drop", To::List(&["securityContext", "capabilities", "drop"])),
    ("Container", "confinement.app_armor.kind", To::Value(&["securityContext", "appArmorProfile", "type"])),
    ("Container", "confinement.non_root", To::Value(&["securityContext", "runAsNonRoot"])),
    ("Container", "confinement.seccomp.kind", To::Value(&["securityContext", "seccompProfile", "type"])),
    ("Container", "escalates", To::Value(&["securityContext", "allowPrivilegeEscalation"])),
    ("Container", "interactive", To::Value(&["stdin"])),
    ("Container", "privileged", To::Value(&["securityContext", "privileged"])),
    ("Container", "proc_mount", To::Value(&["securityContext", "procMount"])),
    ("Container", "pull", To::Value(&["imagePullPolicy"])),
    ("Container", "read_only_root", To::Value(&["securityContext", "readOnlyRootFilesystem"])),
    ("Container", "terminal", To::Value(&["tty"])),
    ("Workload", "confinement.app_armor.kind", To::Value(&["securityContext", "appArmorProfile", "type"])),
    ("Workload", "confinement.non_root", To::Value(&["securityContext", "runAsNonRoot"])),
    ("Workload", "confinement.seccomp.kind", To::Value(&["securityContext", "seccompProfile", "type"])),
    ("Workload", "host.ipc", To::Value(&["hostIPC"])),
    ("Workload", "host.network", To::Value(&["hostNetwork"])),
    ("Workload", "host.processes", To::Value(&["hostPID"])),
    ("Workload", "identity.mounts_token", To::Value(&["automountServiceAccountToken"])),
    ("Workload", "shares_processes", To::Value(&["shareProcessNamespace"])),
];
