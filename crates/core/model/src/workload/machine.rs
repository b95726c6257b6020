//! What a workload is given of the machine.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Located, Position};

/// Amounts of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Resources {
    /// What is set aside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Quantity>,
    /// What cannot be exceeded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Quantity>,
}

impl Resources {
    /// Whether nothing is stated.
    pub const fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.limits.is_empty()
    }
}

/// An amount of something, as Kubernetes spells it on every platform: `cpu` and `500m`, `memory` and `64Mi`, `pids` and `100`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Quantity {
    /// Of what.
    pub name: Located<String>,
    /// How much.
    pub amount: Located<String>,
}

/// What a process may use up, in the units of the system call `setrlimit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ulimit {
    /// Of what, as `nofile`.
    pub name: Located<String>,
    /// What a process begins with; -1 is without limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft: Option<Located<i64>>,
    /// What it may raise that to; -1 is without limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hard: Option<Located<i64>>,
}

/// A device of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Device {
    /// Where its declaration begins.
    pub at: Position,
    /// Path on the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Located<String>>,
    /// Path in the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Located<String>>,
    /// What may be done with it: `r`, `w` and `m`, for reading, writing and making nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Located<String>>,
}

/// What happens when a container ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RestartPolicy {
    /// When it is started again: `Always`, `OnFailure`, `Never`, or `UnlessStopped` of Compose and Docker.
    pub when: Located<String>,
    /// How often in a row. Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<Located<i64>>,
}
