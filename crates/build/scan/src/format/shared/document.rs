//! JSON documents.

use serde_json::Value;

/// A document as text, with a line end.
pub fn json(document: &Value) -> String {
    // Every map of a document has text keys, so that serde_json has no way to fail.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
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
    fn unknown_members_are_left_out_at_every_depth() {
        assert_eq!(pruned(json!({"a": null, "b": [{"c": null, "d": 0}], "e": []})), json!({"b": [{"d": 0}], "e": []}));
    }
}
