//! How a workload is reached, and how it reaches what it is made of.

use schemars::JsonSchema;
use serde::Serialize;

use super::{EnvironmentSource, Port};
use crate::{Located, Position};

/// How a workload is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Network {
    /// How it is connected, as the platform spells it: `bridge`, `awsvpc`, `none`, `host`, `container:…`. ECS, Compose, Docker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Located<String>>,
    /// Networks that it is in, by name. Compose, Docker; the subnets of ACI.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<Located<String>>,
    /// Whether it has an address in the internet. ACI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_public: Option<Located<bool>>,
    /// Its name there. ACI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Located<String>>,
    /// Ports that the address answers on, whether public or not. ACI.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Port>,
}

impl Network {
    /// Whether nothing is stated.
    pub const fn is_empty(&self) -> bool {
        self.mode.is_none()
            && self.joins.is_empty()
            && self.is_public.is_none()
            && self.domain.is_none()
            && self.ports.is_empty()
    }
}

/// Who a workload is to a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RegistryCredential {
    /// Where it is stated.
    pub at: Position,
    /// The registry. ACI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Located<String>>,
    /// The user there. ACI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Located<String>>,
    /// Where the password is. Without, the platform's own identity stands for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<EnvironmentSource>,
}
