//! Expressions of every kind, held to what the crate `cel` makes of them.

use boltseal_policy::Outcome;
use proptest::prelude::*;

use crate::support::outcome;

/// A value of the reference as a literal, if it has one.
fn literal(value: &cel::Value) -> Option<String> {
    Some(match value {
        cel::Value::Null => "null".into(),
        cel::Value::Bool(flag) => flag.to_string(),
        cel::Value::Int(number) => number.to_string(),
        cel::Value::UInt(number) => format!("{number}u"),
        cel::Value::Float(number) if number.is_nan() => return None,
        cel::Value::Float(number) if number.is_infinite() => {
            format!("double('{}inf')", if *number < 0.0 { "-" } else { "" })
        }
        cel::Value::Float(number) => format!("{number:?}"),
        cel::Value::String(text) => format!("{text:?}"),
        cel::Value::List(values) => format!("[{}]", values.iter().map(literal).collect::<Option<Vec<_>>>()?.join(", ")),
        _ => return None,
    })
}

/// Holds our value of an expression to that of the reference; an error there must be an error here.
fn same(expression: &str) {
    let program = cel::Program::compile(expression).unwrap();
    match program.execute(&cel::Context::default()) {
        Ok(value) => {
            let Some(value) = literal(&value) else { return };
            match outcome(&format!("({expression}) == {value}")) {
                Ok(Outcome::Broken(_)) => {}
                other => panic!("{expression} is {value}, and here {other:?}"),
            }
        }
        // It fails where NaN meets a whole number. As CEL has it, NaN is neither less nor greater than any number.
        Err(error) if expression.contains("0.0 / 0.0") && error.to_string().contains("no matching overload for '_") => {
        }
        Err(error) => match outcome(&format!("[{expression}].size() == 1")) {
            Ok(Outcome::Error { .. }) => {}
            other => panic!("{expression} fails ({error}), and here {other:?}"),
        },
    }
}

/// An expression of a type, with the variables that the loops around it bind.
fn int(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        (-3i64..5).prop_map(|number| number.to_string()),
        Just("9223372036854775807".to_owned()),
        Just("i".to_owned()),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = || int(depth - 1);
    prop_oneof![
        2 => leaf,
        3 => (inner(), prop::sample::select(vec!["+", "-", "*", "/", "%"]), inner()).prop_map(|(a, o, b)| format!("({a} {o} {b})")),
        1 => inner().prop_map(|a| format!("-({a})")),
        1 => (flag(depth - 1), inner(), inner()).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
        1 => list(depth - 1).prop_map(|xs| format!("size({xs})")),
        1 => text(depth - 1).prop_map(|s| format!("{s}.size()")),
        1 => (list(depth - 1), inner()).prop_map(|(xs, a)| format!("{xs}[{a}]")),
        1 => double(depth - 1).prop_map(|d| format!("int({d})")),
    ]
    .boxed()
}

fn double(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec!["0.0", "1.5", "-2.25", "1e10", "3.0"]).prop_map(str::to_owned);
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![
        2 => leaf,
        2 => (double(depth - 1), prop::sample::select(vec!["+", "-", "*", "/"]), double(depth - 1))
            .prop_map(|(a, o, b)| format!("({a} {o} {b})")),
        // Beyond what a double holds exactly the reference rounds before it compares, and CEL does not.
        1 => int(depth - 1).prop_map(|a| format!("double({a} % 1000000)")),
    ]
    .boxed()
}

fn text(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec!["''", "'a'", "'ab'", "'é'", "'aXa'"]).prop_map(str::to_owned);
    if depth == 0 {
        return leaf.boxed();
    }
    prop_oneof![
        2 => leaf,
        2 => (text(depth - 1), text(depth - 1)).prop_map(|(a, b)| format!("({a} + {b})")),
        1 => int(depth - 1).prop_map(|a| format!("string({a})")),
    ]
    .boxed()
}

fn list(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return prop::sample::select(vec!["[1, 2, 3]", "[0]", "[2, 2]"]).prop_map(str::to_owned).boxed();
    }
    prop_oneof![
        2 => prop::collection::vec(int(depth - 1), 1..4).prop_map(|elements| format!("[{}]", elements.join(", "))),
        1 => (list(depth - 1), list(depth - 1)).prop_map(|(a, b)| format!("({a} + {b})")),
        1 => (list(depth - 1), int(depth - 1)).prop_map(|(xs, a)| format!("{xs}.map(i, {a})")),
        1 => (list(depth - 1), flag(depth - 1)).prop_map(|(xs, c)| format!("{xs}.filter(i, {c})")),
    ]
    .boxed()
}

fn flag(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return prop::sample::select(vec!["true", "false", "i == 1"]).prop_map(str::to_owned).boxed();
    }
    let inner = || flag(depth - 1);
    let compare = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    prop_oneof![
        2 => (inner(), prop::sample::select(vec!["&&", "||"]), inner()).prop_map(|(a, o, b)| format!("({a} {o} {b})")),
        1 => inner().prop_map(|a| format!("!({a})")),
        2 => (int(depth - 1), compare(), int(depth - 1)).prop_map(|(a, o, b)| format!("({a} {o} {b})")),
        1 => (double(depth - 1), compare(), int(depth - 1)).prop_map(|(a, o, b)| format!("({a} {o} {b})")),
        1 => (text(depth - 1), compare(), text(depth - 1)).prop_map(|(a, o, b)| format!("({a} {o} {b})")),
        1 => (int(depth - 1), list(depth - 1)).prop_map(|(a, xs)| format!("({a} in {xs})")),
        1 => (list(depth - 1), list(depth - 1)).prop_map(|(a, b)| format!("({a} == {b})")),
        2 => (list(depth - 1), prop::sample::select(vec!["all", "exists", "exists_one"]), inner())
            .prop_map(|(xs, name, c)| format!("{xs}.{name}(i, {c})")),
        1 => (text(depth - 1), prop::sample::select(vec!["contains", "startsWith", "endsWith", "matches"]), text(0))
            .prop_map(|(a, name, b)| format!("{a}.{name}({b})")),
    ]
    .boxed()
}

/// Binds the variable that expressions may name.
fn bound(expression: &str) -> String {
    format!("[1].map(i, {expression})[0]")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn values_are_those_of_the_reference(expression in prop_oneof![int(3), double(3), text(3), list(3), flag(4)]) {
        same(&bound(&expression));
    }
}
