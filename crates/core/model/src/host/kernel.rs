//! The operating system, its kernel, and what is mounted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Collected;

/// An operating system, as `os-release` names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OperatingSystem {
    /// `ID`, such as `debian`; empty where no file says.
    pub id: String,
    /// `VERSION_ID`.
    pub version: String,
    /// `PRETTY_NAME`.
    pub name: String,
    /// The distribution that is made to run containers and nothing else, if it is one: `bottlerocket`, `flatcar`, `fedora-coreos`, `talos`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_optimised: Option<String>,
}

/// A kernel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Kernel {
    /// Its release, as `6.1.0-18-amd64`.
    pub release: Collected<String>,
    /// Security modules that are active, in their order: `lockdown`, `apparmor`, `bpf`.
    pub security_modules: Collected<Vec<String>>,
    /// The lockdown: `none`, `integrity` or `confidentiality`.
    pub lockdown: Collected<String>,
    /// SELinux, where it is active: `enforcing` or `permissive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selinux: Option<Collected<String>>,
    /// Modules that are loaded.
    pub modules: Collected<Vec<String>>,
}

/// Something that is mounted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Mount {
    /// Where.
    pub name: String,
    /// What: a device, or the name of a file system without one.
    pub device: String,
    /// The type of the file system.
    pub kind: String,
    /// Its options, such as `nodev`.
    pub options: Vec<String>,
}
