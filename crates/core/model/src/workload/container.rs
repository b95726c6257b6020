//! A container of a workload.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Capabilities, Confinement, Mount};
use crate::{Located, Position, Redacted};

/// When a container runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContainerRole {
    /// Before the others.
    Init,
    /// As long as the workload does.
    Main,
    /// Put into a running workload to look into it.
    Ephemeral,
}

/// One container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Container {
    /// When it runs.
    pub role: ContainerRole,
    /// Its name in the workload; empty where it has none.
    pub name: String,
    /// Where its declaration begins.
    pub at: Position,
    /// Reference of its image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Located<String>>,
    /// What runs instead of the image's entry point.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Located<String>>,
    /// Arguments instead of the image's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<Located<String>>,
    /// What holds instead of what the workload states.
    pub confinement: Confinement,
    /// Whether it is as powerful as the host's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<Located<bool>>,
    /// Whether its processes may gain more than they started with, as by set-user-ID programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalates: Option<Located<bool>>,
    /// Whether its root file system cannot be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only_root: Option<Located<bool>>,
    /// Changes to its capabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<Capabilities>,
    /// How it sees `/proc`: `Default` or `Unmasked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proc_mount: Option<Located<String>>,
    /// Ports that it listens on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Port>,
    /// Volumes that it sees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Mount>,
    /// Its environment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<EnvironmentVariable>,
    /// What it is given of the machine.
    pub resources: Resources,
    /// What the platform calls while it runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<Hook>,
}

/// A port that a container listens on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Port {
    /// Its number in the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Located<i64>>,
    /// Its number on the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Located<i64>>,
    /// The address of the host that it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_address: Option<Located<String>>,
    /// `TCP`, `UDP` or `SCTP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Located<String>>,
}

/// A variable of the environment, or a whole set of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EnvironmentVariable {
    /// Its name; where a set is taken over, what its names begin with.
    pub name: Located<String>,
    /// Where its value comes from.
    pub source: EnvironmentSource,
}

/// Where the value of a variable comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EnvironmentSource {
    /// The declaration itself, which may hold what should be secret.
    Literal(
        #[serde(skip)]
        #[schemars(with = "()")]
        Redacted<String>,
    ),
    /// The platform's store of secrets, by the name there.
    Secret(Located<String>),
    /// The platform's store of configuration, by the name there.
    Configuration(Located<String>),
    /// What the platform knows of the workload itself.
    Platform,
}

/// What a container is given of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Resources {
    /// What is set aside for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Quantity>,
    /// What it cannot exceed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Quantity>,
}

/// An amount of something, as it is spelled: `cpu` and `500m`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Quantity {
    /// Of what.
    pub name: Located<String>,
    /// How much.
    pub amount: Located<String>,
}

/// Why the platform calls into a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HookKind {
    /// Whether it lives.
    Liveness,
    /// Whether it is ready for work.
    Readiness,
    /// Whether it has started.
    Startup,
    /// It has been started.
    PostStart,
    /// It is about to be stopped.
    PreStop,
}

/// A call of the platform into a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hook {
    /// Why.
    pub kind: HookKind,
    /// Where it is stated.
    pub at: Position,
    /// Hosts that are called instead of the workload itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Located<String>>,
}
