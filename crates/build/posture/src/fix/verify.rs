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
    let (before, after) = (stated(before), stated(after));
    let mut within = |key: String, before: Option<&Node<'_>>, after: Option<&Node<'_>>| {
        path.push(key);
        let is_same = same(before, after, path, paths);
        path.pop();
        is_same
    };
    match (before.map(|node| &node.value), after.map(|node| &node.value)) {
        (None, None) => true,
        (Some(Value::Mapping(_)) | None, Some(Value::Mapping(_)) | None) => {
            let keys = |node: Option<&Node<'_>>| -> BTreeSet<String> {
                node.map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.clone().into_owned()).collect()
            };
            let all: BTreeSet<String> = keys(before).union(&keys(after)).cloned().collect();
            have_one_tag(before, after)
                && all.into_iter().all(|key| {
                    let left = before.and_then(|node| node.child(&key));
                    let right = after.and_then(|node| node.child(&key));
                    within(key, left, right)
                })
        }
        (Some(Value::List(left)), Some(Value::List(right))) => {
            let mut pairs = left.iter().zip(right).enumerate();
            have_one_tag(before, after)
                && left.len() == right.len()
                && pairs.all(|(place, (left, right))| within(format!("[{place}]"), Some(left), Some(right)))
        }
        (Some(left), Some(right)) => left == right && have_one_tag(before, after),
        _ => false,
    }
}

/// Nothing is as good as absent.
fn stated<'n, 'a>(node: Option<&'n Node<'a>>) -> Option<&'n Node<'a>> {
    node.filter(|node| node.value != Value::Null)
}

/// Whether both have the same tag, where both are there.
fn have_one_tag(before: Option<&Node<'_>>, after: Option<&Node<'_>>) -> bool {
    before.zip(after).is_none_or(|(before, after)| before.tag == after.tag)
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
