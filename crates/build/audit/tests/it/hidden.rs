//! A fact that is hidden makes no rule pass that is broken, and breaks none that holds.

use std::fs;
use std::path::Path;

use boltseal_model::Limits;
use boltseal_policy::{Outcome, Policy, Subject as Judged};
use boltseal_posture::{Checks, File, Known, Subject, read};
use serde_json::{Value, json};

/// The facts of a case, as they are written.
fn facts(path: &Path) -> Option<Value> {
    let bytes = fs::read(path).unwrap();
    let (subjects, _) = read(&File { path: "case", bytes: &bytes }, &Limits::default());
    let host = subjects.iter().find_map(|subject| match subject {
        Subject::Host(host) => Some(host),
        _ => None,
    })?;
    let mut facts = serde_json::to_value(host).unwrap();
    facts.as_object_mut().unwrap().remove("at");
    Some(facts)
}

/// What a rule says of facts; nothing where they are none, since only some can be hidden.
fn judged(policy: &Policy, facts: &Value) -> Option<Outcome> {
    let mut document = json!({ "apiVersion": "boltseal.dev/v1", "kind": "Host" });
    document.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    let text = document.to_string();
    let (subjects, _) = read(&File { path: "case", bytes: text.as_bytes() }, &Limits::default());
    let known = Known::of(subjects.first()?).unwrap().into_iter().next()?;
    Some(policy.judge(&Judged::new(known.root, &known.facts), None, &Limits::default()))
}

/// The paths of all values.
fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    let name = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                found.push(format!("{path}/{}", name(key)));
                paths(value, &format!("{path}/{}", name(key)), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                paths(value, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn whatever_fact_is_hidden_what_is_broken_does_not_pass_and_what_holds_does_not_break() {
    let (checks, _) = Checks::load(&[], &Limits::default());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../content/checks");
    let (mut broken, mut held) = (0, 0);
    for rule in checks.rules().into_iter().filter(|rule| rule.policy.roots == ["host"]) {
        let policy = rule.policy;
        for entry in fs::read_dir(folder.join(&policy.id)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Some(facts) = facts(&path) else { continue };
            let mut places = Vec::new();
            paths(&facts, "", &mut places);
            for place in places {
                let with = |value: Value| {
                    let mut hidden = facts.clone();
                    *hidden.pointer_mut(&place).unwrap() = value;
                    judged(policy, &hidden)
                };
                // A mapping with names of any kind takes this for one of them.
                if with(json!({ "any": "name" })).is_some() {
                    continue;
                }
                match with(json!({ "unknown": "hidden" })) {
                    Some(outcome) if name.starts_with("fires-") => {
                        let is_told = matches!(outcome, Outcome::Broken(_) | Outcome::Unknown { .. });
                        assert!(is_told, "{}: {name}: without {place}: {outcome:?}", policy.id);
                        broken += usize::from(matches!(outcome, Outcome::Unknown { .. }));
                    }
                    Some(outcome) if name.starts_with("quiet-") => {
                        let is_told = matches!(outcome, Outcome::Pass | Outcome::Unknown { .. });
                        assert!(is_told, "{}: {name}: without {place}: {outcome:?}", policy.id);
                        held += usize::from(matches!(outcome, Outcome::Unknown { .. }));
                    }
                    _ => {}
                }
            }
        }
    }
    // Most rules look at a fact that can be hidden.
    assert!(broken > 150 && held > 150, "{broken} and {held}");
}
