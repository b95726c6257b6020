//! Whether an edit changed what it was to change, and nothing else.

use std::collections::BTreeSet;

use boltseal_model::Limits;
use boltseal_model::dockerfile::{Dockerfile, Instruction};
use boltseal_yaml::{Node, Value, tree};

use crate::subject::Subject;

/// Whether two documents differ under these paths alone.
pub(super) fn differs_only(before: &str, after: &str, paths: &[Vec<String>], limits: &Limits) -> bool {
    match (tree(before, 0, limits), tree(after, 0, limits)) {
        (Ok(before), Ok(after)) => same(Some(&before), Some(&after), &mut Vec::new(), paths),
        _ => false,
    }
}

/// Levels are bounded by the reader of the tree. A mapping that is not there is one without entries.
fn same(before: Option<&Node<'_>>, after: Option<&Node<'_>>, path: &mut Vec<String>, paths: &[Vec<String>]) -> bool {
    if paths.iter().any(|edited| path.starts_with(edited)) {
        return true;
    }
    let value = |node: Option<&Node<'_>>| node.is_some_and(|node| node.value != Value::Null);
    let is_mapping = |node: Option<&Node<'_>>| matches!(node, Some(Node { value: Value::Mapping(_), .. }));
    match (before.map(|node| &node.value), after.map(|node| &node.value)) {
        (Some(Value::List(before)), Some(Value::List(after))) => {
            before.len() == after.len()
                && before.iter().zip(after).enumerate().all(|(place, (before, after))| {
                    path.push(format!("[{place}]"));
                    let is_same = same(Some(before), Some(after), path, paths);
                    path.pop();
                    is_same
                })
        }
        _ if is_mapping(before) || is_mapping(after) => {
            let is_other = |node| value(node) && !is_mapping(node);
            if is_other(before) || is_other(after) || tags(before) != tags(after) && before.is_some() && after.is_some()
            {
                return false;
            }
            let entries = |node: Option<&Node<'_>>| -> BTreeSet<String> {
                node.map(|node| node.entries().iter().map(|entry| entry.key.clone().into_owned()).collect())
                    .unwrap_or_default()
            };
            let keys: BTreeSet<String> = entries(before).union(&entries(after)).cloned().collect();
            let child = |node: Option<&'_ Node<'_>>, key: &str| -> Option<usize> {
                node?.entries().iter().rposition(|entry| entry.key == key)
            };
            keys.into_iter().all(|key| {
                let find = |node: Option<&'_ Node<'_>>| child(node, &key);
                let (left, right) = (find(before), find(after));
                let left = left.and_then(|place| before?.entries().get(place)).map(|entry| &entry.node);
                let right = right.and_then(|place| after?.entries().get(place)).map(|entry| &entry.node);
                path.push(key);
                let is_same = same(left, right, path, paths);
                path.pop();
                is_same
            })
        }
        (Some(left), Some(right)) => left == right && tags(before) == tags(after),
        (None, None) => true,
        _ => false,
    }
}

fn tags<'n>(node: Option<&'n Node<'_>>) -> Option<&'n str> {
    node?.tag.as_deref()
}

/// Whether two Dockerfiles differ in these instructions alone.
pub(super) fn differ_only_in(before: &[Subject], after: &[Subject], edited: &[usize]) -> bool {
    let (Some(before), Some(after)) = (dockerfile(before), dockerfile(after)) else { return false };
    let (before, after) = (instructions(before), instructions(after));
    // What stands before the first stage is an instruction of the file, and of no stage.
    before.len() == after.len()
        && before.iter().zip(&after).filter(|(before, after)| !is_same(before, after)).count() <= edited.len()
}

fn is_same(before: &Instruction, after: &Instruction) -> bool {
    let flags = |it: &Instruction| {
        it.flags.iter().map(|flag| (flag.name.value.clone(), flag.value.clone())).collect::<Vec<_>>()
    };
    before.keyword == after.keyword && before.text.value == after.text.value && flags(before) == flags(after)
}

fn dockerfile(subjects: &[Subject]) -> Option<&Dockerfile> {
    match subjects {
        [Subject::Dockerfile(file)] => Some(file),
        _ => None,
    }
}

fn instructions(file: &Dockerfile) -> Vec<&Instruction> {
    file.stages.iter().flat_map(|stage| &stage.instructions).collect()
}
