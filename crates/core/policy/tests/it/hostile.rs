//! Any text is a policy or is refused, and what is accepted does not fail for its types.

use boltseal_model::Limits;
use boltseal_policy::{ErrorKind, Facts, Outcome, Subject};
use proptest::prelude::*;

use crate::support::{load, outcome, rule, ship};

/// Reads and judges, and holds all that comes of it to what it promises.
fn run(text: &str) {
    let (library, mistakes) = load(text);
    let lines = u32::try_from(text.matches(['\n', '\r']).count() + 2).unwrap();
    for mistake in &mistakes {
        assert!(!mistake.detail.is_empty() && mistake.at.line <= lines, "{mistake}");
    }
    assert!(
        !library.policies.is_empty() || !library.sets.is_empty() || !mistakes.is_empty() || text.contains("exempt")
    );
    let facts = Facts::of(&ship()).unwrap();
    let limits = Limits { policy_steps: 20_000, ..Limits::default() };
    for policy in &library.policies {
        let subject = Subject::new("ship", &facts);
        let _ = policy.judge(&subject, None, &limits);
        for (_, explanation) in policy.explain(&subject, &limits) {
            assert!(!explanation.to_string().is_empty());
        }
    }
}

const PIECES: &[&str] = &[
    "ship",
    "ship.boxes",
    ".name",
    ".?crew",
    "[0]",
    "[?0]",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "'''",
    "r'",
    "b'",
    "\\",
    "\\u",
    "&&",
    "||",
    "!",
    "?",
    ":",
    ".",
    ",",
    "==",
    "<",
    "in",
    "+",
    "-",
    "*",
    "/",
    "%",
    "1",
    "1u",
    "1.5",
    "0x",
    "1e",
    "true",
    "null",
    "x",
    ".all(x, ",
    ".map(x, ",
    ".filter(x, ",
    "has(",
    ".orValue(",
    ".optMap(x, ",
    ".matches('a')",
    "size(",
    "quantity('1')",
    "ip('::1')",
    "cidr('::/0')",
    "url('/')",
    "semver('1.0.0')",
    "sets.contains(",
    "optional.of(",
    "`",
    "é",
    "\n",
    " ",
    "//",
];

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => ".{0,3}"];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

const LINES: &[&str] = &[
    "id: a\n",
    "id: b-c\n",
    "title: x\n",
    "severity: high\n",
    "at: [build]\n",
    "on: ship\n",
    "on: [ship, port]\n",
    "platforms: [malta]\n",
    "for: b in ship.boxes\n",
    "when: ",
    "when: |\n  ",
    "where: ",
    "action: deny\n",
    "message: ",
    "message: '{ship.name}'\n",
    "remediation: x\n",
    "references: [x]\n",
    "variables:\n  v: ",
    "exemptions:\n",
    "  - {owner: x, reason: z, expires: 2027-01-01}\n",
    "set: s\n",
    "rules: ['*']\n",
    "exempt: [a]\n",
    "owner: x\n",
    "reason: z\n",
    "expires: 2027-01-01\n",
    "---\n",
    "{",
    "}",
    "- ",
    "&a ",
    "*a",
    "true\n",
    "ship.name == 'x'\n",
    "\n",
    ": ",
    "\t",
];

fn documents() -> impl Strategy<Value = String> {
    let line = prop_oneof![9 => prop::sample::select(LINES).prop_map(str::to_owned), 1 => pieces()];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.concat())
}

/// Expressions of our own facts, of any type, most of which do not fit together.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "ship",
        "ship.name",
        "ship.platform",
        "ship.boxes",
        "ship.crew",
        "ship.?crew",
        "ship.?armed",
        "ship.?captain",
        "ship.captain.name",
        "ship.?captain.?rank",
        "ship.labels",
        "ship.order",
        "ship.order.sail",
        "ship.?order.?sail",
        "x",
        "x.name",
        "x.?weight",
        "x.contents",
        "1",
        "2u",
        "1.5",
        "'a'",
        "true",
        "null",
        "[1, 2]",
        "[]",
        "{'a': 1}",
        "quantity('1')",
        "ip('::1')",
        "cidr('::/0')",
        "url('/a')",
        "semver('1.2.3')",
        "optional.of(1)",
        "optional.none()",
        "b'a'",
        "int",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 40, 3, |inner| {
        let operators = vec!["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "in", "&&", "||"];
        let loops = vec!["all", "exists", "exists_one", "map", "filter", "optMap", "optFlatMap"];
        let methods = vec![
            "size()",
            "sum()",
            "min()",
            "isSorted()",
            "flatten()",
            "join()",
            "lowerAscii()",
            "trim()",
            "sign()",
            "asInteger()",
            "family()",
            "getHost()",
            "major()",
            "hasValue()",
            "masked()",
            "getQuery()",
            "reverse()",
            "isLoopback()",
            "split('a')",
        ];
        let binary = vec![
            "contains",
            "startsWith",
            "orValue",
            "or",
            "indexOf",
            "add",
            "compareTo",
            "isLessThan",
            "containsIP",
            "containsCIDR",
            "substring",
            "matches",
            "find",
        ];
        let functions = vec![
            "size",
            "int",
            "string",
            "double",
            "uint",
            "bool",
            "type",
            "quantity",
            "isIP",
            "ip",
            "optional.of",
            "bytes",
        ];
        prop_oneof![
            (inner.clone(), prop::sample::select(operators), inner.clone())
                .prop_map(|(a, o, b)| format!("({a} {o} {b})")),
            (inner.clone(), prop::sample::select(loops), inner.clone())
                .prop_map(|(a, name, b)| format!("{a}.{name}(x, {b})")),
            (inner.clone(), prop::sample::select(methods)).prop_map(|(a, name)| format!("{a}.{name}")),
            (inner.clone(), prop::sample::select(binary), inner.clone())
                .prop_map(|(a, name, b)| format!("{a}.{name}({b})")),
            (inner.clone(), prop::sample::select(functions)).prop_map(|(a, name)| format!("{name}({a})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            // Elements of different types would make a list of which only evaluation knows more.
            inner.clone().prop_map(|a| format!("[{a}, {a}]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}[?{b}]")),
            inner.clone().prop_map(|a| format!("{{'a': {a}}}.?a")),
            inner.clone().prop_map(|a| format!("!{a}")),
            inner.prop_map(|a| format!("-{a}")),
        ]
    })
}

/// Whether an expression gives what is only known when it is evaluated, which may fail for its type.
fn is_dynamic(expression: &str) -> bool {
    ["[]", "null", "none()", "dyn"].iter().any(|part| expression.contains(part))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn never_panics_on_any_text(text in documents()) {
        run(&text);
    }

    #[test]
    fn never_panics_on_any_expression(text in pieces()) {
        run(&rule(&text, ""));
        run(&rule("true", &format!("message: {}\n", serde_json::to_string(&format!("{{{text}}}")).unwrap())));
    }

    #[test]
    fn what_is_accepted_does_not_fail_for_its_types(expression in expression()) {
        if let Ok(Outcome::Error { errors, .. }) = outcome(&format!("[{expression}].size() == 1"))
            && !is_dynamic(&expression)
        {
            for error in errors {
                prop_assert!(matches!(error.kind, ErrorKind::Value | ErrorKind::Steps), "{expression}: {error}");
            }
        }
    }
}
