//! A container of a workload.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Capabilities, Confinement, Device, Mount, RegistryCredential, Resources, RestartPolicy, Ulimit};
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
    /// How it sees `/proc`: `Default` or `Unmasked`. Kubernetes, Compose, Docker.
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
    /// When its image is pulled: `Always`, `IfNotPresent` or `Never`. Kubernetes, Compose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull: Option<Located<String>>,
    /// What happens when it ends, instead of what the workload states. Kubernetes, ECS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart: Option<RestartPolicy>,
    /// What a process of it may use up. ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ulimits: Vec<Ulimit>,
    /// Where its output goes, as the platform spells it, such as `json-file` and `awslogs`. ECS, Compose, Docker; `log-analytics` on ACI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_driver: Option<Located<String>>,
    /// Whether it has a terminal. Kubernetes, ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal: Option<Located<bool>>,
    /// Whether it reads what is typed. Kubernetes, ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<Located<bool>>,
    /// Whether a small process of the engine is its first one. ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_process: Option<Located<bool>>,
    /// Devices of the host that it sees. ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
    /// Who it is to the registry that its image is in. ECS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<RegistryCredential>,
}

impl Container {
    /// A container of which nothing more is known.
    pub fn new(role: ContainerRole, name: String, at: Position) -> Self {
        Self {
            role,
            name,
            at,
            image: None,
            command: Vec::new(),
            arguments: Vec::new(),
            confinement: Confinement::default(),
            privileged: None,
            escalates: None,
            read_only_root: None,
            capabilities: None,
            proc_mount: None,
            ports: Vec::new(),
            mounts: Vec::new(),
            environment: Vec::new(),
            resources: Resources::default(),
            hooks: Vec::new(),
            pull: None,
            restart: None,
            ulimits: Vec::new(),
            log_driver: None,
            terminal: None,
            interactive: None,
            init_process: None,
            devices: Vec::new(),
            registry: None,
        }
    }
}

/// A port that a container listens on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Port {
    /// Its name, which services and network policies may say instead of the number. Kubernetes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Located<String>>,
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
    /// The last of several ports that begin with those above, in the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Located<i64>>,
}

/// A variable of the environment, or a whole set of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EnvironmentVariable {
    /// Its name; where a set is taken over, what its names begin with.
    pub name: Located<String>,
    /// Where its value comes from.
    pub source: EnvironmentSource,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EnvironmentSource {
    /// The declaration itself, which may hold what should be secret.
    Literal {
        /// The value.
        #[serde(skip)]
        value: Redacted<String>,
        /// Whether it is empty.
        is_empty: bool,
        /// Whether the platform shows it to nobody, so that it stands in the declaration alone. ACI.
        is_hidden: bool,
    },
    /// The platform's store of secrets, by the name there.
    Secret(Located<String>),
    /// The platform's store of configuration, by the name there; a file of Compose.
    Configuration(Located<String>),
    /// What the platform knows of the workload itself.
    Platform {},
    /// Whoever deploys it: a template works it out, or it is taken from the environment there.
    Deployer {},
}

impl EnvironmentSource {
    /// A value that the declaration itself holds, for everybody to see.
    pub fn literal(value: impl Into<String>) -> Self {
        let value = value.into();
        Self::Literal { is_empty: value.is_empty(), value: Redacted::new(value), is_hidden: false }
    }
}

/// Why the platform calls into a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HookKind {
    /// Whether it lives: also the health check of ECS, Compose, Docker and images.
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

/// A call of the platform into a container. Every platform; ACI has no startup probe, and ECS, Compose and Docker have liveness alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hook {
    /// Why.
    pub kind: HookKind,
    /// Where it is stated.
    pub at: Position,
    /// Hosts that are called instead of the workload itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Located<String>>,
    /// The command that is run in the container, if the call is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Located<String>>,
    /// Whether it is stated that there shall be none. Compose, Docker.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_disabled: bool,
}
