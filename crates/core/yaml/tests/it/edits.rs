//! Changes that leave the rest as it is.

use boltseal_model::{Limits, Position};
use boltseal_yaml::edit::{Editor, Refusal, Scalar, Splice, apply};
use boltseal_yaml::{Node, Part, Value, tree};
use proptest::prelude::*;

/// Changes what is under `x` of a document.
fn changed(
    text: &str,
    change: impl FnOnce(&Editor<'_>, Part) -> Result<Vec<Splice>, Refusal>,
) -> Result<String, Refusal> {
    let editor = Editor::new(text, &Limits::default()).unwrap();
    let base = editor.mapping_at(Position { line: 1, column: 1 }).unwrap();
    change(&editor, base).map(|splices| apply(text, &splices).unwrap())
}

fn set(text: &str, keys: &[&str], value: &Scalar) -> Result<String, Refusal> {
    changed(text, |editor, base| editor.set(base, keys, value))
}

fn flag(text: &str, keys: &[&str]) -> Result<String, Refusal> {
    set(text, keys, &Scalar::Flag(false))
}

#[test]
fn a_value_takes_the_place_of_another_in_its_quotes() {
    for (before, after) in [
        ("a: true # why\nb: 1\n", "a: false # why\nb: 1\n"),
        ("a:   'true'\n", "a:   'false'\n"),
        ("{\"a\": true, \"b\": 1}", "{\"a\": false, \"b\": 1}"),
        ("a:\nb: 1\n", "a: false\nb: 1\n"),
        ("a: ~\r\nb: 1", "a: false\r\nb: 1"),
        ("{a: , b: 1}", "{a: false , b: 1}"),
        ("b: &x true\na: *x\n", "b: &x true\na: false\n"),
        ("a: true\na: true\n", "a: true\na: false\n"),
    ] {
        assert_eq!(flag(before, &["a"]).as_deref(), Ok(after), "{before:?}");
    }
    let text = Scalar::Text("yes".into());
    assert_eq!(set("a: b\n", &["a"], &text).as_deref(), Ok("a: \"yes\"\n"));
}

#[test]
fn what_is_missing_is_laid_out_as_the_rest_is() {
    for (before, after) in [
        ("x: 1", "x: 1\na:\n  b: false"),
        ("x:\n    y: 1\n# end\n", "x:\n    y: 1\na:\n    b: false\n# end\n"),
        ("x: 1\r\n\r\n\r\n", "x: 1\r\na:\r\n  b: false\r\n\r\n\r\n"),
        ("a:\n  c: |\n    text\n\n", "a:\n  b: false\n  c: |\n    text\n\n"),
        ("a:\n  d: 1 # d\n  c: >-\n    text\n", "a:\n  d: 1 # d\n  b: false\n  c: >-\n    text\n"),
        ("a: # nothing yet\nx: 1\n", "a: # nothing yet\n  b: false\nx: 1\n"),
        ("a: null # yet\nx: 1\n", "a: # yet\n  b: false\nx: 1\n"),
        ("a: {}\n", "a: {b: false}\n"),
        ("a: { c: 1 }\n", "a: { c: 1, b: false }\n"),
        ("a: {c: 1,}\n", "a: {c: 1, b: false,}\n"),
        ("a: {\n  c: 1 # c\n}\n", "a: {\n  c: 1, # c\n  b: false\n}\n"),
        ("{\"x\":1,\"a\":{\"c\":[1]}}", "{\"x\":1,\"a\":{\"c\":[1],\"b\":false}}"),
        ("{\n\t\"x\": 1\n}\n", "{\n\t\"x\": 1,\n\t\"a\": {\n\t\t\"b\": false\n\t}\n}\n"),
        ("{\n    \"x\": 1\n}", "{\n    \"x\": 1,\n    \"a\": {\n        \"b\": false\n    }\n}"),
        ("{x: 1, a: }", "{x: 1, a: {b: false} }"),
        ("a:\n  - &u 1\nb: *u\n", "?"),
    ] {
        let found = flag(before, &["a", "b"]);
        match after {
            "?" => assert!(found.is_err(), "{before:?}: {found:?}"),
            after => assert_eq!(found.as_deref(), Ok(after), "{before:?}"),
        }
    }
}

#[test]
fn elements_are_added_and_taken_out() {
    let add = |text: &str| changed(text, |editor, base| editor.add(base, &["a"], &[Scalar::Text("ALL".into())]));
    for (before, after) in [
        ("a:\n- x # x\nb: 1\n", "a:\n- x # x\n- ALL\nb: 1\n"),
        ("a:\n    - \"x\"", "a:\n    - \"x\"\n    - \"ALL\""),
        ("a: [x]\n", "a: [x, ALL]\n"),
        ("a: []\n", "a: [ALL]\n"),
        ("a:\nb: 1\n", "a: [ALL]\nb: 1\n"),
        ("{\"b\":[1]}", "{\"b\":[1],\"a\":[\"ALL\"]}"),
        ("{\n  \"b\": [\n    1\n  ]\n}", "{\n  \"b\": [\n    1\n  ],\n  \"a\": [\n    \"ALL\"\n  ]\n}"),
        ("{\"a\": [\n  \"x\"\n]}", "{\"a\": [\n  \"x\",\n  \"ALL\"\n]}"),
        ("b:\n- x\n", "b:\n- x\na:\n- ALL\n"),
    ] {
        assert_eq!(add(before).as_deref(), Ok(after), "{before:?}");
    }
    let out = |text: &str| changed(text, |editor, base| editor.take_out(base, &["a", "b"], |text| text == "x"));
    for (before, after) in [
        ("a:\n  b:\n  # about x\n  - x\n  - y\n", "a:\n  b:\n  # about x\n  - y\n"),
        ("a:\n  b:\n  - y\n  - x", "a:\n  b:\n  - y"),
        ("a:\n  b: [x, y, x, x]\nc: 1\n", "a:\n  b: [y]\nc: 1\n"),
        ("a:\n  b: [x, y]\nc: 1\n", "a:\n  b: [y]\nc: 1\n"),
        ("c: 1\na:\n  b: [x]\n", "c: 1\n"),
        ("a:\n  b:\n  - x\n  d: 1\n", "a:\n  d: 1\n"),
        ("{\"a\": {\"b\": [\"x\"]}, \"c\": 1}", "{\"c\": 1}"),
        ("c: 1\n", "c: 1\n"),
    ] {
        assert_eq!(out(before).as_deref(), Ok(after), "{before:?}");
    }
}

#[test]
fn an_entry_behind_a_dash_leaves_its_place_to_the_next() {
    let text = "x:\n- a: 1\n  b: 2\n";
    let editor = Editor::new(text, &Limits::default()).unwrap();
    let item = editor.mapping_at(Position { line: 2, column: 3 }).unwrap();
    let removed = |key| apply(text, &editor.remove(item, &[key]).unwrap()).unwrap();
    assert_eq!(removed("a"), "x:\n- b: 2\n");
    assert_eq!(removed("b"), "x:\n- a: 1\n");
}

#[test]
fn what_would_change_other_places_is_refused() {
    for (text, reason) in [
        ("base: &x {b: true}\na: *x\n", Refusal::Shared),
        ("a: &x {b: true}\nc: *x\n", Refusal::Shared),
        ("<<: &y {a: {b: true, c: 1}}\nx: 1\n", Refusal::Merged),
        ("a: {b: !Ref Flag}\n", Refusal::Computed),
        ("a: {b: \"${FLAG}\"}\n", Refusal::Computed),
        ("a: {b: \"[parameters('flag')]\"}\n", Refusal::Computed),
        ("a: {Ref: Flag}\n", Refusal::Computed),
        ("a: {b: [true]}\n", Refusal::Unexpected),
        ("a: [true]\n", Refusal::Unexpected),
        ("a: text\n", Refusal::Unexpected),
        ("a:\n  b: |\n    true\n", Refusal::Style),
    ] {
        assert_eq!(flag(text, &["a", "b"]), Err(reason), "{text:?}");
    }
}

/// A document of nested mappings and lists, in any style.
fn document() -> impl Strategy<Value = String> {
    let scalar = prop_oneof!["[a-z]{1,4}", Just("true".to_owned()), Just("'it''s'".to_owned()), Just(String::new())];
    let flow =
        prop_oneof!["\\{[ab]: [xy], c: 1 \\}", Just("[]".to_owned()), Just("{}".to_owned()), Just("[a, 'b']".into())];
    let value = prop_oneof![3 => scalar, 2 => flow];
    let entry = ("[abc]", value, any::<bool>(), 0usize..4).prop_map(|(key, value, has_comment, depth)| {
        let comment = if has_comment { " # a comment" } else { "" };
        (key, format!("{value}{comment}"), depth)
    });
    (prop::collection::vec(entry, 1..8), prop_oneof![Just("\n"), Just("\r\n")], any::<bool>()).prop_map(
        |(entries, newline, is_ended)| {
            let mut lines = Vec::new();
            for (index, (key, value, depth)) in entries.iter().enumerate() {
                match depth {
                    0 => lines.push(format!("{key}: {value}")),
                    1 => lines.extend([format!("k{index}:"), format!("   {key}: {value}")]),
                    2 => lines.extend([format!("k{index}:"), format!("- {key}: {value}"), "  z: 1".into()]),
                    _ => lines.extend([format!("k{index}: |"), "  text".into(), String::new()]),
                }
            }
            lines.join(newline) + if is_ended { newline } else { "" }
        },
    )
}

/// Places of entries do not count.
fn flat(node: &Node<'_>, path: &str, found: &mut Vec<(String, String)>) {
    match &node.value {
        Value::Mapping(_) => {
            for entry in node.counted() {
                flat(&entry.node, &format!("{path}/{}", entry.key), found);
            }
        }
        Value::List(nodes) => {
            for (index, node) in nodes.iter().enumerate() {
                flat(node, &format!("{path}/{index}"), found);
            }
        }
        // In the quotes of what was there.
        Value::Text(text) if text == "false" => found.push((path.to_owned(), "Flag(false)".to_owned())),
        value => found.push((path.to_owned(), format!("{value:?}"))),
    }
}

/// Whether a path leads to another, or into it.
fn is_within(path: &str, of: &str) -> bool {
    path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn values(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    flat(&tree(text, 0, &Limits::default()).unwrap(), "", &mut found);
    found.sort();
    found
}

proptest! {
    #[test]
    fn a_change_changes_what_it_is_for_and_no_other_line(text in document(), keys in prop::collection::vec("[abck]", 1..3)) {
        let Ok(editor) = Editor::new(&text, &Limits::default()) else { return Ok(()) };
        let Some(base) = editor.mapping_at(Position { line: 1, column: 1 }) else { return Ok(()) };
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        if let Ok(splices) = editor.set(base, &keys, &Scalar::Flag(false)) {
            let after = apply(&text, &splices).unwrap();
            let path = format!("/{}", keys.join("/"));
            let expected: Vec<_> = values(&text).into_iter().filter(|(at, value)| {
                // What held nothing, and now holds something, is no value any more.
                !(is_within(at, &path) || value == "Null" && is_within(&path, at))
            }).chain([(path.clone(), "Flag(false)".to_owned())]).collect();
            let mut expected = expected;
            expected.sort();
            prop_assert_eq!(values(&after), expected, "{} -> {}", text, after);
            let (before, made): (Vec<&str>, Vec<&str>) = (text.split('\n').collect(), after.split('\n').collect());
            let start = before.iter().zip(&made).take_while(|(before, after)| before == after).count();
            let both = before.iter().rev().zip(made.iter().rev());
            let end = both.take_while(|(before, after)| before == after).count();
            prop_assert!(start + end + 1 >= before.len(), "{} -> {}", text, after);
            let editor = Editor::new(&after, &Limits::default()).unwrap();
            let base = editor.mapping_at(Position { line: 1, column: 1 }).unwrap();
            prop_assert_eq!(apply(&after, &editor.set(base, &keys, &Scalar::Flag(false)).unwrap()).unwrap(), after.clone());
        }
        if let Ok(splices) = editor.remove(base, &keys) {
            let after = apply(&text, &splices).unwrap();
            let path = format!("/{}", keys.join("/"));
            let left: Vec<_> = values(&text).into_iter().filter(|(at, _)| !is_within(at, &path)).collect();
            prop_assert_eq!(values(&after), left, "{} -> {}", text, after);
        }
    }

    #[test]
    fn an_editor_never_panics(text in "[-a-z:{}\\[\\]\"'&*!|>#, \n\r]{0,60}") {
        let Ok(editor) = Editor::new(&text, &Limits::default()) else { return Ok(()) };
        for column in 1..8 {
            let Some(base) = editor.mapping_at(Position { line: 1, column }) else { continue };
            for splices in [
                editor.set(base, &["a", "b"], &Scalar::Flag(true)),
                editor.add(base, &["a"], &[Scalar::Text("x".into())]),
                editor.remove(base, &["a", "b"]),
                editor.take_out(base, &["a"], |_| true),
            ].into_iter().flatten() {
                prop_assert!(apply(&text, &splices).is_some());
            }
        }
    }
}
