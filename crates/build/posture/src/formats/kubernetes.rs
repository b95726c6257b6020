//! Manifests of Kubernetes.

use boltseal_yaml::{Node, Value};

use super::{Format, Shape};
use crate::kubernetes;

pub(super) static FORMAT: Format = Format {
    id: "kubernetes",
    shape: Shape::Tree {
        hints: |head| head.has_key("kind") && ["apiVersion", "metadata", "spec"].iter().any(|key| head.has_key(key)),
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
