//! Services of a host.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A unit of systemd.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Unit {
    /// Its name, as `rpcbind.service`.
    pub name: String,
    /// Whether it starts with the host, or another unit wants it.
    pub is_enabled: bool,
    /// Whether nothing can start it.
    pub is_masked: bool,
}

/// The audit daemon.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// Whether it starts with the host.
    pub is_enabled: bool,
    /// Files and folders that its rules watch.
    pub watches: Vec<String>,
    /// Calls of the system that its rules record, each once.
    pub calls: Vec<String>,
    /// Whether rules cannot be changed until the next start of the host.
    pub is_immutable: bool,
    /// How many rules there are.
    pub rules: i64,
}

/// The server of SSH.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ssh {
    /// What its files set, by keyword in small letters: `permitrootlogin`. What a `Match` sets for some is not among it.
    pub settings: std::collections::BTreeMap<String, String>,
    /// Whether there are `Match` blocks, which may say otherwise for some.
    pub has_match: bool,
}

/// The configuration of containerd.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Containerd {
    /// The path of its file.
    pub file: String,
    /// Where its API listens with TCP; empty where it does not.
    pub tcp_address: String,
    /// Whether containers of Kubernetes may do what their processes could not before: `enable_unprivileged_ports` and its like aside,
    /// whether SELinux is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selinux: Option<bool>,
    /// Whether AppArmor is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_apparmor: Option<bool>,
    /// Whether privileged containers see the devices of the host that are plugged in.
    pub runtimes_with_host_devices: Vec<String>,
}

/// The configuration of Podman, Buildah and CRI-O.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Podman {
    /// The path of its file.
    pub file: String,
    /// Capabilities of containers that state none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_capabilities: Option<Vec<String>>,
    /// `no_new_privileges`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_new_privileges: Option<bool>,
    /// `pids_limit`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pids_limit: Option<i64>,
    /// `seccomp_profile`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seccomp_profile: Option<String>,
    /// Whether images are taken whoever signed them: `insecureAcceptAnything` in `policy.json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepts_any_image: Option<bool>,
    /// Registries that are reached without TLS.
    pub insecure_registries: Vec<String>,
}
