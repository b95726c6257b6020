//! Languages of templates: what is only known when a template is deployed, and what the template itself tells.

pub(crate) mod arm;
pub(crate) mod cloudformation;

use boltseal_model::Resource;
use boltseal_model::workload::WorkloadPlatform;
use boltseal_yaml::Node;

use crate::reading::Reading;
use crate::subject::declared;

/// An object of a template that runs nothing itself.
pub(crate) fn resource(
    reading: &Reading<'_>,
    platform: WorkloadPlatform,
    kind: &str,
    name: &str,
    node: &Node<'_>,
) -> Resource {
    Resource {
        platform,
        kind: kind.to_owned(),
        api_version: node.child("apiVersion").and_then(Node::text).unwrap_or_default().to_owned(),
        name: name.to_owned(),
        namespace: None,
        path: reading.path.to_owned(),
        at: node.at,
        labels: Vec::new(),
        annotations: Vec::new(),
        body: declared(node, &may_be_secret),
    }
}

/// Whether the value of a member is better not shown.
fn may_be_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["password", "secret", "token", "accountkey", "account_key", "workspacekey", "workspace_key", "connectionstring"]
        .iter()
        .any(|word| lower.contains(word))
}
