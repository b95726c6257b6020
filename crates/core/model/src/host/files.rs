//! Files and folders of a host that matter.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Collected;

/// A file or folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Its path, links in it resolved.
    pub name: String,
    /// What it is for, such as `docker-socket` and `kubelet-config`.
    pub role: String,
    /// What it is like.
    pub state: Collected<FileState>,
}

/// What a file is like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FileState {
    /// What it is.
    pub kind: FileKind,
    /// Its mode, four octal digits as `chmod` takes them; `mode.exceeds('644')` is true where it has a bit that 644 has not.
    pub mode: String,
    /// The number of its owner.
    pub owner: i64,
    /// The number of its group.
    pub group: i64,
    /// The name of its group; empty where the host has none for it.
    pub group_name: String,
}

/// What a file is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A regular file.
    #[default]
    File,
    /// A folder.
    Folder,
    /// A socket.
    Socket,
    /// A device, a pipe, or a link that leads nowhere.
    Other,
}
