//! What an engine with the API of Docker says of itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An engine that runs.
///
/// Source: the API of the Docker Engine, `SystemInfo`, `SystemVersion`, `NetworkList` and `SwarmInspect`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Engine {
    /// Its version.
    pub version: String,
    /// The driver that keeps layers.
    pub storage_driver: String,
    /// The driver that logs of containers go to where they name none.
    pub log_driver: String,
    /// What it confines containers with: `name=seccomp,profile=default`, `name=apparmor`, `name=userns`, `name=rootless`.
    pub security_options: Vec<String>,
    /// Registries that it reaches without TLS, but for those of the host itself.
    pub insecure_registries: Vec<String>,
    /// Whether containers outlive it.
    pub live_restore: bool,
    /// Whether experimental features are on.
    pub experimental: bool,
    /// Where it keeps images and containers.
    pub data_root: String,
    /// Containers, whether they run or not.
    pub containers: i64,
    /// Containers that run.
    pub running: i64,
    /// Images.
    pub images: i64,
    /// Images that no container is made of.
    pub unused_images: i64,
    /// Networks.
    pub networks: Vec<EngineNetwork>,
    /// The swarm that it is part of, if it is part of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swarm: Option<Swarm>,
}

/// A network of an engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EngineNetwork {
    /// Its name.
    pub name: String,
    /// Its driver.
    pub driver: String,
    /// Whether containers on it reach each other, where it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icc: Option<bool>,
    /// Whether it encrypts what goes between hosts.
    pub is_encrypted: bool,
}

/// A swarm.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Swarm {
    /// Whether the host manages it.
    pub is_manager: bool,
    /// Hosts that manage it.
    pub managers: i64,
    /// Hosts in it.
    pub nodes: i64,
    /// Where it listens for other hosts, where it says.
    pub listens: String,
    /// Whether a manager asks for a key when it starts. Only a manager knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_lock: Option<bool>,
    /// Hours until the certificate of a host ends. Only a manager knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_hours: Option<i64>,
}
