//! From the shape of a plan to that of a platform's interface.

use std::borrow::Cow;

use boltseal_model::Position;
use boltseal_yaml::{Entry, Node, Value};

use super::is_void;
use crate::reading::unresolved;

/// The values, with what is only known when the plan is carried out in its place. Levels are bounded by the reader of the tree.
pub(super) fn with_unknown<'a>(values: &Node<'a>, unknown: Option<&Node<'_>>) -> Node<'a> {
    let Some(unknown) = unknown else { return values.clone() };
    let value = match (&values.value, &unknown.value) {
        (_, Value::Flag(true)) => return later(values.at),
        (Value::Mapping(_), Value::Mapping(_)) => {
            let mut entries: Vec<Entry<'a>> = Vec::new();
            let counted = unknown.counted();
            let by_key: std::collections::HashMap<&str, &Node<'_>> =
                counted.iter().map(|entry| (&*entry.key, &entry.node)).collect();
            let mut known = std::collections::HashSet::new();
            for entry in values.counted() {
                known.insert(&*entry.key);
                let node = with_unknown(&entry.node, by_key.get(&*entry.key).copied());
                entries.push(Entry { key: entry.key.clone(), at: entry.at, node });
            }
            for entry in counted {
                if entry.node.value == Value::Flag(true) && !known.contains(&*entry.key) {
                    let key = Cow::Owned(entry.key.clone().into_owned());
                    entries.push(Entry { key, at: values.at, node: later(values.at) });
                }
            }
            Value::Mapping(entries)
        }
        (Value::List(nodes), Value::List(others)) => {
            let others = others.iter().map(Some).chain(std::iter::repeat(None));
            Value::List(nodes.iter().zip(others).map(|(node, other)| with_unknown(node, other)).collect())
        }
        _ => values.value.clone(),
    };
    Node::new(value, values.at)
}

fn later<'a>(at: Position) -> Node<'a> {
    unresolved("known after apply", at)
}

/// A mapping of what says something.
pub(super) fn mapping<'a>(
    at: Position,
    members: impl IntoIterator<Item = (&'static str, Option<Node<'a>>)>,
) -> Node<'a> {
    let entry = |(key, node): (&'static str, Option<Node<'a>>)| {
        let node = node.filter(|node| !is_void(node))?;
        Some(Entry { key: Cow::Borrowed(key), at: node.at, node })
    };
    Node::new(Value::Mapping(members.into_iter().filter_map(entry).collect()), at)
}

/// A list.
pub(super) fn list(at: Position, nodes: Vec<Node<'_>>) -> Node<'_> {
    Node::new(Value::List(nodes), at)
}

/// A copy of what stands under a key.
pub(super) fn copy<'a>(parent: &Node<'a>, key: &str) -> Option<Node<'a>> {
    parent.child(key).cloned()
}

/// The blocks under a key, each changed. What is no list of blocks, or is not known yet, stays for the reader to judge.
pub(super) fn blocks<'a>(parent: &Node<'a>, key: &str, change: impl Fn(&Node<'a>) -> Node<'a>) -> Option<Node<'a>> {
    let node = parent.child(key)?;
    match &node.value {
        Value::List(nodes) => {
            let changed = nodes.iter().map(|node| match node.value {
                Value::Mapping(_) => change(node),
                _ => node.clone(),
            });
            Some(list(node.at, changed.collect()))
        }
        _ => Some(node.clone()),
    }
}

/// The one block under a key, changed.
pub(super) fn block<'a>(parent: &Node<'a>, key: &str, change: impl Fn(&Node<'a>) -> Node<'a>) -> Option<Node<'a>> {
    let changed = blocks(parent, key, change)?;
    match changed.value {
        Value::List(nodes) => nodes.into_iter().next(),
        _ => Some(changed),
    }
}

/// Puts every value of a tree at one place: that of the text that it was read out of.
pub(super) fn place(node: &mut Node<'_>, at: Position) {
    node.at = at;
    match &mut node.value {
        Value::List(nodes) => nodes.iter_mut().for_each(|node| place(node, at)),
        Value::Mapping(entries) => {
            for entry in entries {
                entry.at = at;
                place(&mut entry.node, at);
            }
        }
        _ => {}
    }
}
