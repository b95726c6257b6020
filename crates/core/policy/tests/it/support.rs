//! Facts and rules for tests.

use std::collections::BTreeMap;

use boltseal_model::{Limits, Located, Position};
use boltseal_policy::{Facts, Library, Loader, Mistake, Outcome, Schema, Schemas, Subject};
use schemars::JsonSchema;
use serde::Serialize;

/// What the rules of tests judge.
#[derive(Serialize, JsonSchema)]
pub struct Ship {
    pub at: Position,
    /// Who sails it.
    pub platform: Flag,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crew: Option<Located<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub armed: Option<Located<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captain: Option<Person>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<Crate>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(Located<String>, Located<String>)>,
    pub notes: BTreeMap<String, serde_json::Value>,
    pub order: Order,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "what the schema must know and no ship has")]
pub enum Flag {
    /// The first.
    Panama,
    /// The second.
    Malta,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "what the schema must know and no ship has")]
pub enum Order {
    None,
    Sail(Located<String>),
}

#[derive(Serialize, JsonSchema)]
pub struct Person {
    pub at: Position,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<Located<String>>,
}

#[derive(Serialize, JsonSchema)]
pub struct Crate {
    pub at: Position,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Located<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<Located<String>>,
}

pub fn place(line: u32, column: u32) -> Position {
    Position { line, column }
}

fn text(text: &str, line: u32) -> Located<String> {
    Located::new(text.to_owned(), place(line, 5))
}

pub fn ship() -> Ship {
    Ship {
        at: place(1, 1),
        platform: Flag::Malta,
        name: "Hope".into(),
        crew: Some(Located::new(12, place(2, 7))),
        armed: None,
        captain: Some(Person { at: place(3, 3), name: "Ann".into(), rank: None }),
        boxes: vec![
            Crate {
                at: place(10, 3),
                name: "tea".into(),
                weight: Some(text("500m", 11)),
                contents: vec![text("leaves", 12), text("rats", 13)],
            },
            Crate { at: place(20, 3), name: "gold".into(), weight: Some(text("2Gi", 21)), contents: vec![] },
            Crate { at: place(30, 3), name: "air".into(), weight: None, contents: vec![] },
        ],
        labels: vec![(text("port", 40), text("Genua", 40)), (text("a/b", 41), text("c", 41))],
        notes: BTreeMap::from([
            ("deep".into(), serde_json::json!({"list": [1, 2, {"x": "y"}], "text": "t", "none": null})),
            ("flag".into(), serde_json::json!(true)),
        ]),
        order: Order::Sail(text("home", 50)),
    }
}

pub fn schemas() -> Schemas {
    Schemas::default().with("ship", Schema::of::<Ship>()).with("port", Schema::of::<Person>())
}

/// Reads one file.
pub fn load(text: &str) -> (Library, Vec<Mistake>) {
    let (schemas, limits) = (schemas(), Limits::default());
    let mut loader = Loader::new(&schemas, &limits);
    loader.add("p.yaml", text.as_bytes());
    loader.finish()
}

/// A rule with a condition, and further keys.
pub fn rule(when: &str, rest: &str) -> String {
    let when = serde_json::to_string(when).unwrap();
    let message = if rest.contains("message:") { "" } else { "message: broken\n" };
    format!(
        "id: rule\ntitle: A rule\nseverity: high\nat: [build]\non: ship\nwhen: {when}\naction: deny\n{message}\
         remediation: Mend it.\n{rest}"
    )
}

/// What a condition comes to.
pub fn outcome(when: &str) -> Result<Outcome, Vec<String>> {
    outcome_within(when, &Limits::default())
}

pub fn outcome_within(when: &str, limits: &Limits) -> Result<Outcome, Vec<String>> {
    let (library, mistakes) = load(&rule(when, ""));
    if !mistakes.is_empty() {
        return Err(mistakes.into_iter().map(|mistake| mistake.detail).collect());
    }
    let facts = Facts::of(&ship()).unwrap();
    Ok(library.policies[0].judge(&Subject::new("ship", &facts), None, limits))
}

/// Holds expressions to being true.
pub fn all_true(expressions: &[&str]) {
    for expression in expressions {
        match outcome(expression) {
            Ok(Outcome::Broken(_)) => {}
            other => panic!("{expression}: {other:?}"),
        }
    }
}

/// Holds expressions to fail when they are evaluated, each with a part of the error.
pub fn all_fail(expressions: &[(&str, &str)]) {
    for (expression, detail) in expressions {
        match outcome(expression) {
            Ok(Outcome::Error { errors, .. }) if errors[0].detail.contains(detail) => {}
            other => panic!("{expression}: {other:?}"),
        }
    }
}

/// Holds expressions to be refused when they are read, each with a part of the mistake.
pub fn all_refused(expressions: &[(&str, &str)]) {
    for (expression, detail) in expressions {
        match outcome(expression) {
            Err(mistakes) if mistakes.iter().any(|mistake| mistake.contains(detail)) => {}
            other => panic!("{expression}: {other:?}\nexpected {detail}"),
        }
    }
}
