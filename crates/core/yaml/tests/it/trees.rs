//! What becomes of a document.

use boltseal_model::{Limits, Position};
use boltseal_yaml::{Node, Value, documents, tree};

fn read(text: &str) -> Node<'_> {
    tree(text, 0, &Limits::default()).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

fn value<'n>(node: &'n Node<'_>, path: &str) -> &'n Value<'n> {
    let found = path.split('.').try_fold(node, |node, key| node.child(key));
    &found.unwrap_or_else(|| panic!("{path} in {node:?}")).value
}

#[test]
fn every_value_knows_its_line_and_column() {
    let node = read("a: 1\nb:\n  - c: true\n    d: 'x'\n");
    let Value::List(list) = value(&node, "b") else { panic!("{node:?}") };
    assert_eq!(list[0].at, Position { line: 3, column: 5 });
    let entry = &list[0].entries()[1];
    assert_eq!((entry.at, entry.node.at), (Position { line: 4, column: 5 }, Position { line: 4, column: 8 }));
}

#[test]
fn places_are_those_in_the_whole_text() {
    let text = "a: 1\n---\n\nb: 2\n";
    let lines: Vec<u32> = documents(text)
        .map(|(before, document)| tree(document, before, &Limits::default()).unwrap().entries()[0].at.line)
        .collect();
    assert_eq!(lines, [1, 4]);
}

#[test]
fn json_with_its_escapes_is_read_like_yaml() {
    let node = read("{\n\t\"a\\n\": {\"b\": [1, null, \"\\ud83d\\ude00\\/\"]},\n\t\"c\": false}");
    let Value::List(list) = &node.entries()[0].node.child("b").unwrap().value else { panic!("{node:?}") };
    assert_eq!(list[2].text(), Some("😀/"));
    assert_eq!((list[1].value.clone(), list[1].at), (Value::Null, Position { line: 2, column: 19 }));
    assert_eq!(value(&node, "c"), &Value::Flag(false));
}

#[test]
fn scalars_mean_what_they_mean_to_readers_of_yaml_1_1() {
    for (text, expected) in [
        ("yes", Value::Flag(true)),
        ("Off", Value::Flag(false)),
        ("'yes'", Value::Text("yes".into())),
        ("0.0", Value::Integer(0)),
        ("0x10", Value::Integer(16)),
        ("010", Value::Integer(8)),
        ("0o10", Value::Integer(8)),
        ("1e3", Value::Integer(1000)),
        ("1.5", Value::Number(1.5)),
        ("-1", Value::Integer(-1)),
        ("18446744073709551615", Value::Number(18_446_744_073_709_551_615.0)),
        ("~", Value::Null),
        ("", Value::Null),
        ("08", Value::Integer(8)),
        ("-0x1F", Value::Integer(-31)),
        ("0b11", Value::Integer(3)),
        ("1_000", Value::Integer(1000)),
        ("1.", Value::Integer(1)),
        ("0x-1", Value::Text("0x-1".into())),
        ("+", Value::Text("+".into())),
        ("1.2.3", Value::Text("1.2.3".into())),
        ("infinity", Value::Text("infinity".into())),
        ("yEs", Value::Text("yEs".into())),
        ("! 1", Value::Text("1".into())),
        ("!Ref 1", Value::Integer(1)),
        ("!!str 1", Value::Text("1".into())),
        ("!!int '1'", Value::Integer(1)),
        ("!!bool \"on\"", Value::Flag(true)),
        ("|\n  yes", Value::Text("yes\n".into())),
        (".nan", Value::Text(".nan".into())),
    ] {
        assert_eq!(read(&format!("a: {text}\n")).entries()[0].node.value, expected, "{text}");
    }
}

#[test]
fn an_alias_stands_where_it_is_used_and_merged_keys_give_way() {
    let node = read("base: &b\n  x: 1\n  y: 2\nmerged:\n  <<: *b\n  y: 3\nalias: *b\n");
    assert_eq!((value(&node, "merged.x"), value(&node, "merged.y")), (&Value::Integer(1), &Value::Integer(3)));
    assert_eq!(node.child("alias").unwrap().at, Position { line: 7, column: 8 });
    let mut repeated = 0;
    node.repeated_keys(&mut |_| repeated += 1);
    assert_eq!(repeated, 0);
    let node = read("a: &a {x: 1, z: 1}\nb: &b {x: 2, y: 2}\nmerged:\n  <<: [*a, *b]\n  y: 3\nplain: {'<<': 1}\n");
    for (key, expected) in [("merged.x", 1), ("merged.y", 3), ("merged.z", 1), ("plain.<<", 1)] {
        assert_eq!(value(&node, key), &Value::Integer(expected), "{key}");
    }
    let Value::Mapping(merged) = value(&node, "merged") else { panic!("{node:?}") };
    assert_eq!(merged.iter().map(|entry| entry.at.line).collect::<Vec<_>>(), [1, 1, 5]);
    // By the book the first counts, for the reader of Kubernetes the last; it is told.
    let node = read("base: &b {y: 2}\nmerged:\n  y: 3\n  <<: *b\n");
    node.repeated_keys(&mut |entry| repeated += entry.at.line);
    assert_eq!((value(&node, "merged.y"), repeated), (&Value::Integer(2), 1));
}

#[test]
fn the_last_of_repeated_keys_counts_and_each_is_told() {
    let node = read("a: {b: 1, b: 2}\nc: 1\nc: ~\n");
    assert_eq!(value(&node, "a.b"), &Value::Integer(2));
    assert!(node.child("c").is_none());
    let mut repeated = Vec::new();
    node.repeated_keys(&mut |entry| repeated.push((entry.key.to_string(), entry.at.line)));
    assert_eq!(repeated, [("b".into(), 1), ("c".into(), 3)]);
}

#[test]
fn tags_of_programs_are_kept_and_those_of_yaml_are_not() {
    let node = read("a: !Ref x\nb: !Join ['', [1]]\nc: !Sub {d: 1}\ne: !!str 1\nf: ! 1\ng: &g !GetAtt x.y\nh: *g\n");
    let tags: Vec<_> = node.entries().iter().map(|entry| entry.node.tag.as_deref()).collect();
    assert_eq!(tags, [Some("!Ref"), Some("!Join"), Some("!Sub"), None, None, Some("!GetAtt"), Some("!GetAtt")]);
    assert_eq!(value(&node, "c.d"), &Value::Integer(1));
}
