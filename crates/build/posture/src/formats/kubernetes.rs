//! Manifests of Kubernetes.

use boltseal_yaml::{Node, Value};

use super::{Format, Shape};
use crate::kubernetes;

pub(super) static FORMAT: Format = Format {
    id: "kubernetes",
    shape: Shape::Tree {
        hints: |head| {
            let has_any = |keys: [&str; 3]| keys.iter().any(|key| head.has_key(key));
            // Plans may hold objects of Kubernetes.
            head.has_key("kind")
                && has_any(["apiVersion", "metadata", "spec"])
                && !has_any(["planned_values", "resource_changes", "terraform_version"])
        },
        fits,
        read: |reading, node, subjects| kubernetes::read(reading, &node, subjects),
    },
};

/// Objects may be in a list without a kind of its own. Nothing at all is a manifest without objects.
fn fits(node: &Node<'_>) -> bool {
    match &node.value {
        Value::List(nodes) => nodes.first().is_some_and(|first| first.child("kind").is_some()),
        Value::Null => true,
        _ => node.child("kind").is_some() || (node.child("apiVersion").is_some() && node.child("metadata").is_some()),
    }
}
