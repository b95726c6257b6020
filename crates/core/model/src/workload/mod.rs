//! What somebody declares to be run: containers, and what they are allowed.
//!
//! One [`Workload`] stands for a pod template of Kubernetes, a task definition of ECS, a container group of ACI, a service of Compose
//! or a container of an engine, so that a rule is written once: what platforms share has one field, spelled alike on all of them.
//! Fields that not every platform has say which do; what is said of none is of Kubernetes alone or of all. A value that a
//! declaration leaves out is absent here as well: what the platform then does is for the rule to say. A value that is there keeps
//! its place in [`Workload::path`].

mod confinement;
mod container;
mod machine;
mod network;
mod volume;

pub use confinement::{Capabilities, Confinement, Profile, SelinuxOptions, WindowsOptions};
pub use container::{Container, ContainerRole, EnvironmentSource, EnvironmentVariable, Hook, HookKind, Port};
pub use machine::{Device, Quantity, Resources, RestartPolicy, Ulimit};
pub use network::{Network, RegistryCredential};
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
    /// Amazon Elastic Container Service.
    Ecs,
    /// Azure Container Instances.
    Aci,
    /// Compose, with everything that reads its files.
    Compose,
    /// A container of an engine that speaks the API of Docker.
    Docker,
    /// A Dockerfile: what is built of it, run with nothing stated besides.
    Dockerfile,
    /// An image, run with nothing stated besides.
    Image,
}

/// What is declared to be run as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Workload {
    /// The platform whose declaration it is.
    pub platform: WorkloadPlatform,
    /// What the platform calls it: `Deployment`, `task-definition`, `container-group`, `service`, `container`.
    pub kind: String,
    /// Its name; empty where the platform makes one.
    pub name: String,
    /// The part of the platform that it is to run in: a namespace of Kubernetes, the project of Compose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Located<String>>,
    /// Path of the file that declares it.
    pub path: String,
    /// Where its declaration begins.
    pub at: Position,
    /// Labels of what runs, by name; tags of ECS and ACI.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(Located<String>, Located<String>)>,
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
    /// Whether its containers see each other's processes. Kubernetes, ECS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares_processes: Option<Located<bool>>,
    /// How it is reached.
    #[serde(skip_serializing_if = "Network::is_empty")]
    pub network: Network,
    /// What all its containers together are given of the machine. Kubernetes, ECS.
    #[serde(skip_serializing_if = "Resources::is_empty")]
    pub resources: Resources,
    /// What happens when it ends. Every platform; ECS says it for each container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart: Option<RestartPolicy>,
    /// Who it is to the registries that its images are in. Kubernetes, ACI; ECS says it for each container.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub registries: Vec<RegistryCredential>,
    /// The runtime that starts its containers instead of the usual one. Kubernetes, Compose, Docker; the `sku` of ACI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<Located<String>>,
    /// The control group that its own is put into. Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cgroup_parent: Option<Located<String>>,
    /// How many of it are to run. Kubernetes, Compose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<Located<i64>>,
    /// The user's own key that what it keeps is encrypted with, by its name. ACI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_key: Option<Located<String>>,
    /// What it may be launched on: `EC2`, `FARGATE`, `EXTERNAL`. ECS.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub launch_types: Vec<Located<String>>,
}

impl Workload {
    /// A workload of which nothing more is known.
    pub fn new(platform: WorkloadPlatform, kind: &str, path: &str, at: Position) -> Self {
        Self {
            platform,
            kind: kind.to_owned(),
            name: String::new(),
            namespace: None,
            path: path.to_owned(),
            at,
            labels: Vec::new(),
            annotations: Vec::new(),
            containers: Vec::new(),
            volumes: Vec::new(),
            host: HostNamespaces::default(),
            operating_system: None,
            confinement: Confinement::default(),
            groups: Vec::new(),
            sysctls: Vec::new(),
            identity: Identity::default(),
            shares_processes: None,
            network: Network::default(),
            resources: Resources::default(),
            restart: None,
            registries: Vec::new(),
            runtime: None,
            cgroup_parent: None,
            replicas: None,
            encryption_key: None,
            launch_types: Vec::new(),
        }
    }
}

/// Namespaces of the host that a workload runs in. Every platform but ACI, where there are none.
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
    /// The host's name. Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uts: Option<Located<bool>>,
    /// The host's control groups. Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cgroup: Option<Located<bool>>,
}

/// Who a workload is to its platform.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Identity {
    /// Account or role that it acts as: the service account of Kubernetes, the task role of ECS, the identity of ACI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Located<String>>,
    /// Role that the platform itself takes to start it: the execution role of ECS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role: Option<Located<String>>,
    /// Whether its containers get the account's token as a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mounts_token: Option<Located<bool>>,
}
