//! What an image is meant to do.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Digest;

/// What an image is meant to do: everything that a guard holds its containers to.
///
/// The image itself is named by the statement that carries this. Lists are sorted by their value, so that the same image gives the same
/// bytes. Empty lists mean that nothing is meant: an intent without ports is one of an image that does not listen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Intent {
    /// The program that is started, with its arguments, as the image's configuration has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<Stated<Vec<String>>>,
    /// The user that it runs as, a name or a number, with `:group` behind it where one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Stated<String>>,
    /// Every file that may be executed. Anything else that runs is drift.
    #[serde(default)]
    pub executables: Vec<Executable>,
    /// Ports that it listens on.
    #[serde(default)]
    pub ports: Vec<Stated<Port>>,
    /// Paths that are mounted from outside.
    #[serde(default)]
    pub volumes: Vec<Stated<String>>,
    /// Paths that it writes to.
    #[serde(default)]
    pub writable_paths: Vec<Stated<String>>,
    /// Capabilities of Linux that it needs, as `CAP_NET_BIND_SERVICE`. Derived ones are an estimate.
    #[serde(default)]
    pub capabilities: Vec<Stated<String>>,
    /// System calls that it needs, by their names in the kernel's table. Derived ones are an estimate.
    #[serde(default)]
    pub system_calls: Vec<Stated<String>>,
    /// Others that it speaks to.
    #[serde(default)]
    pub peers: Vec<Stated<Peer>>,
    /// Vulnerabilities that must be guarded until they are fixed.
    #[serde(default)]
    pub guarded: Vec<Guarded>,
}

/// A value, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stated<T> {
    /// What is stated.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
    /// What it was seen in: a path, a line of a file, a key of a configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// Where a part of an intent comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// From the image alone.
    Derived,
    /// From what somebody wrote beside the image.
    Declared,
    /// From a guarded run.
    Observed,
}

/// A file that may be executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Executable {
    /// Absolute path in the image.
    pub path: String,
    /// SHA-256 of its content.
    pub digest: Digest,
    /// What makes it executable.
    pub kind: ExecutableKind,
    /// The layer that brought it, by the digest of its uncompressed content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<Digest>,
    /// The package that owns it, as a package URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Where this comes from.
    pub origin: Origin,
}

/// What makes a file executable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExecutableKind {
    /// An ELF program.
    Program,
    /// An ELF library, which programs load.
    Library,
    /// A text whose first line names its interpreter.
    Script,
    /// A file that an interpreter or a virtual machine is told to run.
    Module,
}

/// A port of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// What it carries.
    pub protocol: Transport,
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
            Transport::Sctp => "sctp",
        };
        write!(f, "{}/{protocol}", self.number)
    }
}

/// What a port carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Streams.
    Tcp,
    /// Datagrams.
    Udp,
    /// Messages in streams.
    Sctp,
}

/// Another end that it speaks to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// A host name, an address or a block of addresses.
    pub host: String,
    /// The port there, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<Port>,
}

/// A vulnerability of the image that must be guarded until it is fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Guarded {
    /// Its identifier, as `CVE-2026-1234`.
    pub id: String,
    /// The package that has it, as a package URL.
    pub package: String,
    /// The virtual patch that blocks its exploit, by id, where one exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_patch: Option<String>,
}
