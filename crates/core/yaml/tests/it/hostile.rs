//! Any text gives a tree or a fault, in bounded memory.

use boltseal_model::{Limits, ProblemKind};
use boltseal_yaml::{Fault, Node, Value, documents, tree};
use proptest::prelude::*;

fn fault(text: &str) -> Fault {
    tree(text, 0, &Limits::default()).unwrap_err()
}

fn nodes(node: &Node<'_>) -> usize {
    1 + match &node.value {
        Value::List(list) => list.iter().map(nodes).sum(),
        _ => node.entries().iter().map(|entry| 1 + nodes(&entry.node)).sum::<usize>(),
    }
}

#[test]
fn a_fault_says_where_it_is() {
    let fault = fault("a: 1\nb: [1, 2\nc: }\n");
    assert_eq!(fault.kind, ProblemKind::Malformed);
    assert!(fault.at.is_some_and(|at| at.line >= 2), "{fault:?}");
    assert_eq!(tree("a: [\n", 10, &Limits::default()).unwrap_err().at.map(|at| at.line), Some(11));
}

#[test]
fn bombs_of_anchors_and_of_nesting_trip_limits() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let names = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb += &format!("a{level}: &a{level} [{names}]\n");
    }
    assert_eq!(fault(&bomb).kind, ProblemKind::TooMany);
    // Aliases cannot add up to what nobody could write.
    let nested = format!("a: &a {}{}\nb: {}*a{}", "[".repeat(60), "]".repeat(60), "[".repeat(60), "]".repeat(60));
    assert_eq!(fault(&nested).kind, ProblemKind::TooDeep);
    for level in ["[", "{a: ", "- "] {
        assert_eq!(fault(&level.repeat(100_000)).kind, ProblemKind::TooDeep, "{level}");
    }
}

#[test]
fn what_is_no_tree_is_a_fault_and_says_why() {
    for (text, kind, detail) in [
        ("a: &a {<<: *a}", ProblemKind::Malformed, "an anchor that holds itself"),
        ("<<: 1", ProblemKind::Malformed, "`<<` must name mappings"),
        ("{[a]: 1}", ProblemKind::Malformed, "a key must be a text"),
        ("a: &a 1\n*a : 2", ProblemKind::Malformed, "a key must be a text"),
        ("a: !!int x", ProblemKind::Malformed, "a value that is not of the type of its tag"),
        ("a: !!binary eA==", ProblemKind::Unsupported, "a value of the type `!!binary`"),
        ("a: 1\n...\nb: 2", ProblemKind::Malformed, "another document that no marker begins"),
        ("a: [1,", ProblemKind::Truncated, ""),
        ("a: \"b", ProblemKind::Truncated, ""),
        ("a: *b", ProblemKind::Malformed, ""),
    ] {
        let fault = fault(text);
        assert!(fault.kind == kind && fault.detail.contains(detail) && fault.at.is_some(), "{text}: {fault:?}");
    }
}

fn piece() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "a: ",
        "- ",
        "\n",
        "  ",
        "&a ",
        "*a",
        "<<: ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "'",
        "\"",
        "|\n",
        ">-\n",
        "--- ",
        "...\n",
        "? ",
        "!!int ",
        "# ",
        "\t",
        "\\u",
        "%YAML 1.1\n",
        "~",
        "0x",
        "é",
        "\r",
        "\u{85}",
        "1e400",
    ];
    prop_oneof![8 => prop::sample::select(KNOWN).prop_map(str::to_owned), 1 => ".{0,4}"]
}

proptest! {
    #[test]
    fn never_panics_and_never_grows(text in prop::collection::vec(piece(), 0..60)) {
        let text = text.concat();
        let last = u32::try_from(text.matches(['\n', '\r']).count()).unwrap() + 1;
        for (before, document) in documents(&text) {
            match tree(document, before, &Limits::default()) {
                Ok(node) => {
                    prop_assert!(nodes(&node) <= 6 * document.len() + 2, "{document:?}");
                    prop_assert!(node.at.line <= last, "{document:?}");
                }
                Err(fault) => prop_assert!(!fault.detail.is_empty() && !fault.detail.contains('\n'), "{fault:?}"),
            }
        }
    }
}
