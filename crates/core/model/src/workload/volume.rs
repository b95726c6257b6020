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
    /// The kind of source as the platform spells it, such as `hostPath`.
    pub kind: Located<String>,
    /// What the kind calls it: the path on the host, the name of the secret, the driver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Located<String>>,
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
