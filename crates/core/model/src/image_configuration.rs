//! What an image says of its containers, and how it was built.

use schemars::JsonSchema;
use serde::Serialize;

use crate::workload::{EnvironmentVariable, Hook, Port};
use crate::{Located, Position};

/// The configuration of an image.
///
/// Source: the OCI image specification, "Image Configuration", and what Docker adds to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImageConfiguration {
    /// Path of the file.
    pub path: String,
    /// Where it begins.
    pub at: Position,
    /// Names that the image goes by, where it was asked of an engine.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Located<String>>,
    /// The operating system that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operating_system: Option<Located<String>>,
    /// The processor that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<Located<String>>,
    /// When it was made, in the form of RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Located<String>>,
    /// The user that its containers start as, by name or number, with or without a group behind a colon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Located<String>>,
    /// Ports that its containers listen on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Port>,
    /// The environment of its containers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<EnvironmentVariable>,
    /// What its containers run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entrypoint: Vec<Located<String>>,
    /// Arguments of that, or what is run if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<Located<String>>,
    /// The folder that its containers start in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<Located<String>>,
    /// Folders that are kept apart from the container.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Located<String>>,
    /// Labels, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(Located<String>, Located<String>)>,
    /// How its containers are asked whether they live. Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<Hook>,
    /// The signal that stops its containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<Located<String>>,
    /// What waits until somebody builds upon it. Docker.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_build: Vec<Located<String>>,
    /// How it was built, the first instruction first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryEntry>,
}

/// One instruction of those that made an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HistoryEntry {
    /// Where it stands.
    pub at: Position,
    /// The instruction, as the tool that built the image spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Located<String>>,
    /// What the tool says besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<Located<String>>,
    /// Whether it changed no file, so that no layer belongs to it.
    pub is_empty_layer: bool,
}
