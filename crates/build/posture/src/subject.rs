//! What is read of a file.

use boltseal_model::dockerfile::Dockerfile;
use boltseal_model::{Declared, Host, ImageConfiguration, Located, Position, Redacted, Resource, Workload};
use boltseal_yaml::{Node, Value};
use serde::Serialize;

use crate::reading::{is_unresolved, text};

/// Something that rules judge.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// What is declared to be run.
    Workload(Box<Workload>),
    /// How an image is to be built.
    Dockerfile(Box<Dockerfile>),
    /// What an image says of its containers.
    Image(Box<ImageConfiguration>),
    /// An object that runs nothing itself.
    Resource(Box<Resource>),
    /// What is known of a host.
    Host(Box<Host>),
}

impl Subject {
    /// Where it begins in its file.
    pub fn at(&self) -> Position {
        match self {
            Self::Workload(workload) => workload.at,
            Self::Dockerfile(_) => Position { line: 1, column: 1 },
            Self::Image(image) => image.at,
            Self::Resource(resource) => resource.at,
            Self::Host(host) => host.at,
        }
    }
}

/// The value as rules see it. `is_hidden` says of which names the values must not be shown.
pub(crate) fn declared(node: &Node<'_>, is_hidden: &impl Fn(&str) -> bool) -> Declared {
    convert(node, false, is_hidden)
}

/// Levels are bounded by the reader of the tree, so that this may call itself.
fn convert(node: &Node<'_>, hide: bool, is_hidden: &impl Fn(&str) -> bool) -> Declared {
    if is_unresolved(node) {
        return Declared::Unresolved(node.at);
    }
    if hide && let Some(text) = text(node, true) {
        return Declared::Hidden(Located::new(Redacted::new(text), node.at));
    }
    match &node.value {
        Value::Null => Declared::Null,
        Value::Flag(flag) => Declared::Flag(Located::new(*flag, node.at)),
        Value::Integer(number) => Declared::Integer(Located::new(*number, node.at)),
        Value::Number(number) => Declared::Number(Located::new(*number, node.at)),
        Value::Text(text) => Declared::Text(Located::new(text.clone().into_owned(), node.at)),
        Value::List(nodes) => Declared::List(nodes.iter().map(|node| convert(node, hide, is_hidden)).collect()),
        Value::Mapping(_) => {
            let entries = node.counted().into_iter().map(|entry| {
                let hide = hide || is_hidden(&entry.key);
                (entry.key.clone().into_owned(), convert(&entry.node, hide, is_hidden))
            });
            Declared::Mapping(entries.collect())
        }
    }
}
