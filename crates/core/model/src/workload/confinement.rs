//! What the processes of a container may do.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Located, Position};

/// Users, profiles and options that a workload states for all its containers, and a container for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Confinement {
    /// User that processes start as; 0 also where the declaration names `root`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Located<i64>>,
    /// The user where it is named and not numbered, which the image's list of users tells. ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<Located<String>>,
    /// Group that processes start with; 0 also where the declaration names `root`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Located<i64>>,
    /// The group where it is named and not numbered. ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_name: Option<Located<String>>,
    /// Whether the platform refuses to start a container as root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_root: Option<Located<bool>>,
    /// Filter of system calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seccomp: Option<Profile>,
    /// Profile of AppArmor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_armor: Option<Profile>,
    /// Label of SELinux.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selinux: Option<SelinuxOptions>,
    /// What holds on Windows only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows: Option<WindowsOptions>,
}

/// A profile of seccomp or AppArmor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Profile {
    /// Where it is stated.
    pub at: Position,
    /// Where the profile comes from: `RuntimeDefault`, `Localhost` or `Unconfined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Located<String>>,
    /// Which of the host's profiles it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Located<String>>,
}

/// The parts of an SELinux label.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SelinuxOptions {
    /// Type, as `container_t`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Located<String>>,
    /// User.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Located<String>>,
    /// Role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Located<String>>,
    /// Level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Located<String>>,
    /// Whether containers are not kept apart by labels at all. ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Located<bool>>,
}

/// What holds on Windows only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WindowsOptions {
    /// Whether the container runs as a process of the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_process: Option<Located<bool>>,
    /// User that processes start as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Located<String>>,
}

/// Changes to the capabilities that the engine gives, spelled without `CAP_`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Capabilities {
    /// Where they are stated.
    pub at: Position,
    /// Those added.
    pub add: Vec<Located<String>>,
    /// Those taken away; `ALL` is every one.
    pub drop: Vec<Located<String>>,
}
