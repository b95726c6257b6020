//! Files that a workload brings along.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Located, Position};

/// Files that the containers of a workload may mount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Volume {
    /// Its name in the workload.
    pub name: String,
    /// Where its declaration begins.
    pub at: Position,
    /// Where the files come from. None is an empty folder; more than one is wrong, and what the platform takes is open.
    pub sources: Vec<VolumeSource>,
}

/// Where the files of a volume come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VolumeSource {
    /// The kind of source: `hostPath` for files of the host, `emptyDir` for an empty folder, `secret` for the platform's secrets, on
    /// every platform; else as the platform spells it.
    pub kind: Located<String>,
    /// What the kind calls it: the path on the host, the name of the secret, the driver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Located<String>>,
    /// Whether the files are encrypted on their way from where they are kept. ECS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_encrypted_in_transit: Option<Located<bool>>,
    /// Whether the workload's role must be allowed to see them. ECS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_authorised_by_role: Option<Located<bool>>,
    /// Whether the declaration holds a key or password to them, and does not only name it. ACI.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub holds_key: bool,
}

/// A volume as a container sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mount {
    /// Name of the volume.
    pub volume: Located<String>,
    /// Path in the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Located<String>>,
    /// Whether it cannot be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<Located<bool>>,
    /// Whether mounts in it are seen on the other side: `None`, `HostToContainer` or `Bidirectional`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagation: Option<Located<String>>,
}

impl VolumeSource {
    /// A source of which nothing more is known.
    pub const fn new(kind: Located<String>, subject: Option<Located<String>>) -> Self {
        Self { kind, subject, is_encrypted_in_transit: None, is_authorised_by_role: None, holds_key: false }
    }
}
