//! JSON documents.

use std::fmt::Write;

use serde_json::Value;

use boltseal_model::text::is_obeyed;

/// A document as text, with a line end.
pub fn json(document: &Value) -> String {
    // Every map of a document has text keys, so that serde_json has no way to fail.
    inert(serde_json::to_string_pretty(document).unwrap_or_default()) + "\n"
}

/// The same JSON with every character escaped that a terminal would obey: `serde_json` escapes those below the space, as the
/// grammar demands, and not those above. They can only stand in texts, where an escape means the same.
pub fn inert(text: String) -> String {
    // Most documents have nothing but the plain characters of ASCII, which takes a tenth of the time to tell.
    if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
        return text;
    }
    let is_obeyed = |character: char| character != '\n' && is_obeyed(character);
    if !text.contains(is_obeyed) {
        return text;
    }
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        if is_obeyed(character) {
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
        out
    })
}

/// The value without the members that are null: what is not known is left out, since schemas have no null for it.
pub fn pruned(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, member)| !member.is_null())
                .map(|(key, member)| (key, pruned(member)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_read_back() {
        let value = json!({"a": "\u{1b}[2J\u{7f}\u{9b}1m\u{202e}\u{feff}é"});
        let text = json(&value);
        assert!(text.contains(r"\u001b[2J\u007f\u009b1m\u202e\ufeffé"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn unknown_members_are_left_out_at_every_depth() {
        assert_eq!(pruned(json!({"a": null, "b": [{"c": null, "d": 0}], "e": []})), json!({"b": [{"d": 0}], "e": []}));
    }
}
