//! What somebody declares to be run: containers, and what they are allowed.
//!
//! One [`Workload`] stands for a pod template of Kubernetes, a task definition of ECS, a container group of ACI, a Compose project
//! or a container of an engine, so that a rule is written once. A value that a declaration leaves out is absent here as well:
//! what the platform then does is for the rule to say. A value that is there keeps its place in [`Workload::path`].

mod confinement;
mod container;
mod volume;

pub use confinement::{Capabilities, Confinement, Profile, SelinuxOptions, WindowsOptions};
pub use container::{
    Container, ContainerRole, EnvironmentSource, EnvironmentVariable, Hook, HookKind, Port, Quantity, Resources,
};
pub use volume::{Mount, Volume, VolumeSource};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Located, Position};

/// The platform whose declaration it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorkloadPlatform {
    /// Kubernetes, with everything that speaks its API.
    Kubernetes,
}

/// What is declared to be run as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Workload {
    /// The platform whose declaration it is.
    pub platform: WorkloadPlatform,
    /// What the platform calls it, such as `Deployment`.
    pub kind: String,
    /// Its name; empty where the platform makes one.
    pub name: String,
    /// The part of the platform that it is to run in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Located<String>>,
    /// Path of the file that declares it.
    pub path: String,
    /// Where its declaration begins.
    pub at: Position,
    /// Annotations of what runs, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<(Located<String>, Located<String>)>,
    /// Its containers, those first that run first.
    pub containers: Vec<Container>,
    /// What its containers may mount.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
    /// What it shares with the host.
    pub host: HostNamespaces,
    /// The operating system that it is for, such as `windows`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operating_system: Option<Located<String>>,
    /// What holds for each container that does not say otherwise.
    pub confinement: Confinement,
    /// Group that owns the volumes, and further groups of every process.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Located<i64>>,
    /// Kernel parameters, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sysctls: Vec<(Located<String>, Option<Located<String>>)>,
    /// Who it is to the platform.
    pub identity: Identity,
    /// Whether its containers see each other's processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares_processes: Option<Located<bool>>,
}

/// Namespaces of the host that a workload runs in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HostNamespaces {
    /// The host's network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Located<bool>>,
    /// The host's processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<Located<bool>>,
    /// The host's inter-process communication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipc: Option<Located<bool>>,
    /// The host's users: where false, root in a container is nobody on the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Located<bool>>,
}

/// Who a workload is to its platform.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Identity {
    /// Account or role that it acts as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Located<String>>,
    /// Whether its containers get the account's token as a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mounts_token: Option<Located<bool>>,
}
