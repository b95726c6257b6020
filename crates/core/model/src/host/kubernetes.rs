//! A node of Kubernetes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Collected;

/// What of Kubernetes is on a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Kubernetes {
    /// The kubelet, where it is there: its file and its flags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubelet: Option<Collected<Component>>,
    /// The API server, where it runs as a static pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_server: Option<Collected<Component>>,
    /// How the API server encrypts what it keeps: the providers of the first kind of objects in the file that it names, in their order.
    /// Their keys are not collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Collected<Vec<String>>>,
    /// The controller manager, where it runs as a static pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller_manager: Option<Collected<Component>>,
    /// The scheduler, where it runs as a static pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler: Option<Collected<Component>>,
    /// etcd, where it runs as a static pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etcd: Option<Collected<Component>>,
}

/// A program of Kubernetes, and how it is started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Component {
    /// The path of the file that configures it.
    pub file: String,
    /// Its settings: flags without their hyphens (`anonymous-auth`), and for the kubelet also the paths in its file
    /// (`authentication.anonymous.enabled`), where a flag goes before the file.
    pub settings: BTreeMap<String, String>,
}
