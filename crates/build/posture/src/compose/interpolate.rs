//! Variables in a Compose file, which are taken from the environment of whoever deploys it.
//!
//! Source: the Compose specification, "Interpolation" and "Reset value".

use boltseal_yaml::{Node, Value};

use crate::reading::unresolved;

/// Resolves the variables of a tree as far as the file tells. Levels are bounded by the reader of the tree.
pub(super) fn interpolate(node: &mut Node<'_>) {
    // What an earlier file said is taken back, and this one says nothing.
    if node.tag.as_deref() == Some("!reset") {
        node.value = Value::Null;
    }
    match &mut node.value {
        Value::Text(text) if text.contains('$') => match resolve(text) {
            Some(resolved) => *text = resolved.into(),
            None => *node = unresolved(std::mem::take(text), node.at),
        },
        Value::List(nodes) => nodes.iter_mut().for_each(interpolate),
        Value::Mapping(entries) => entries.iter_mut().for_each(|entry| interpolate(&mut entry.node)),
        Value::Null | Value::Flag(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

/// The text with default values in place of variables; nothing if a variable has none.
fn resolve(text: &str) -> Option<String> {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        resolved.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            resolved.push('$');
            rest = after;
            continue;
        }
        let Some(inner) = after.strip_prefix('{') else {
            // A name stands for what nobody here knows; anything else is no variable.
            if after.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_') {
                return None;
            }
            resolved.push('$');
            rest = after;
            continue;
        };
        let end = closing(inner)?;
        let (inner, after) = inner.split_at_checked(end)?;
        let name_end =
            inner.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(inner.len());
        let operator = inner.get(name_end..)?;
        match operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-')) {
            // Values within values are shorter than those around them, so that this ends.
            Some(default) => resolved.push_str(&resolve(default)?),
            None if operator.starts_with(":+") || operator.starts_with('+') => {}
            None => return None,
        }
        rest = after.strip_prefix('}')?;
    }
    resolved.push_str(rest);
    Some(resolved)
}

/// Where the brace stands that closes what was opened before the text.
fn closing(text: &str) -> Option<usize> {
    // Deeper ones would make the resolver call itself without end.
    const DEEPEST: usize = 50;
    let (mut open, mut before) = (1_usize, ' ');
    for (index, letter) in text.char_indices() {
        match letter {
            '{' if before == '$' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(index);
        }
        if open > DEEPEST {
            return None;
        }
        before = letter;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_stand_for_variables() {
        for (text, expected) in [
            ("a$$b", Some("a$b")),
            ("${A:-x}/${B-y}", Some("x/y")),
            ("${A:-${B:-z}}", Some("z")),
            ("${A:+x}!", Some("!")),
            ("${A}", None),
            ("$A", None),
            ("${A:?no}", None),
            ("${A:-${B}}", None),
            ("100 $", Some("100 $")),
            ("$1", Some("$1")),
            ("${A", None),
            ("${A:-}", Some("")),
        ] {
            assert_eq!(resolve(text).as_deref(), expected, "{text}");
        }
        assert_eq!(resolve(&"${A:-".repeat(100_000)), None);
        assert_eq!(resolve(&format!("{}{}", "${A:-".repeat(100), "}".repeat(100))), None);
    }
}
