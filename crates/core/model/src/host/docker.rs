//! The daemon of Docker, as it is configured.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Collected, Engine};

/// Docker on a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Docker {
    /// How the daemon is configured: its file, and its command line where it runs.
    pub settings: Collected<DockerSettings>,
    /// What the daemon says of itself.
    pub engine: Collected<Engine>,
}

/// Settings of the daemon. One that is absent is at its default, which depends on the version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DockerSettings {
    /// The path of its file, whether there is one or not.
    pub file: String,
    /// `icc`: whether containers on the default bridge reach each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icc: Option<bool>,
    /// `log-level`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,
    /// `iptables`: whether it writes rules for the packet filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iptables: Option<bool>,
    /// `insecure-registries`
    pub insecure_registries: Vec<String>,
    /// `storage-driver`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_driver: Option<String>,
    /// `storage-opts`
    pub storage_options: Vec<String>,
    /// `hosts`: where it listens.
    pub listens: Vec<String>,
    /// `tls`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<bool>,
    /// `tlsverify`: whether clients need a certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_verify: Option<bool>,
    /// `tlscacert`: a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_authority: Option<String>,
    /// `tlscert`: a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_certificate: Option<String>,
    /// `tlskey`: a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key: Option<String>,
    /// `default-ulimits`: their names.
    pub default_ulimits: Vec<String>,
    /// `userns-remap`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_namespace: Option<String>,
    /// `cgroup-parent`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cgroup_parent: Option<String>,
    /// `authorization-plugins`
    pub authorization_plugins: Vec<String>,
    /// `log-driver`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_driver: Option<String>,
    /// `no-new-privileges`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_new_privileges: Option<bool>,
    /// `live-restore`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_restore: Option<bool>,
    /// `userland-proxy`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userland_proxy: Option<bool>,
    /// `seccomp-profile`: a path, or `unconfined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seccomp_profile: Option<String>,
    /// `selinux-enabled`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selinux: Option<bool>,
    /// `experimental`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experimental: Option<bool>,
    /// `data-root`: where images and containers are kept.
    pub data_root: String,
}
