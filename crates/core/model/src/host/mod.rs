//! What is known of a host that runs containers: facts that somebody collected, for rules to judge.
//!
//! A [`Host`] is collected on a machine, or read from a file that was written on another. What nobody could find out says so
//! ([`Collected::Unknown`]) where the value would stand, with the reason, so that a rule can tell what is not there from what could not be
//! seen.
//!
//! Facts hold no secrets: of settings that may carry some, the names are kept and the values are not.

mod collected;
mod docker;
mod engine;
mod files;
mod kernel;
mod kubernetes;
mod listener;
mod services;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use collected::{Collected, Unknown};
pub use docker::{Docker, DockerSettings};
pub use engine::{Engine, EngineNetwork, Swarm};
pub use files::{File, FileKind, FileState};
pub use kernel::{Kernel, Mount, OperatingSystem};
pub use kubernetes::{Component, Kubernetes};
pub use listener::Listener;
pub use services::{Audit, Containerd, Podman, Ssh, Unit};

use crate::Position;

/// A machine that runs containers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Its operating system.
    pub system: OperatingSystem,
    /// Its kernel.
    pub kernel: Kernel,
    /// Parameters of the kernel that have to do with security, by name, those that the kernel has: `net.ipv4.ip_forward`.
    pub sysctls: BTreeMap<String, Collected<String>>,
    /// What is mounted.
    pub mounts: Collected<Vec<Mount>>,
    /// Files and folders that matter, those that are there.
    pub files: Vec<File>,
    /// Units of systemd that are installed.
    pub units: Collected<Vec<Unit>>,
    /// What listens to the network.
    pub listeners: Collected<Vec<Listener>>,
    /// People who are in the group that may command Docker.
    pub docker_group: Collected<Vec<String>>,
    /// The audit daemon and its rules, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit: Option<Collected<Audit>>,
    /// The server of SSH, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh: Option<Collected<Ssh>>,
    /// Docker, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker: Option<Docker>,
    /// containerd, where it is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub containerd: Option<Collected<Containerd>>,
    /// Podman, where it is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub podman: Option<Collected<Podman>>,
    /// Kubernetes, where the host is a node of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Kubernetes>,
    /// Where the facts begin in the file that they were read from.
    #[serde(skip_deserializing, skip_serializing_if = "is_nowhere")]
    pub at: Position,
}

fn is_nowhere(at: &Position) -> bool {
    at.line == 0
}
