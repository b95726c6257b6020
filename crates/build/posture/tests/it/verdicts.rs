//! One rule, one verdict: the same application on every platform breaks the same rules, as often, wherever both have the field.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use boltseal_model::Limits;
use boltseal_posture::{Checks, File, read};
use proptest::prelude::*;
use serde_json::Value;

use crate::application::{app, plan, template};

static CHECKS: LazyLock<Checks> = LazyLock::new(|| Checks::load(&[], &Limits::default()).0);

/// How often each rule is broken by what is declared.
fn broken(declaration: &Value) -> BTreeMap<&str, usize> {
    let (text, limits) = (declaration.to_string(), Limits::default());
    let (subjects, _) = read(&File { path: "f", bytes: text.as_bytes() }, &limits);
    let mut found = BTreeMap::new();
    for subject in &subjects {
        let (checks, unjudged) = CHECKS.judge(subject, None, &limits);
        assert_eq!(unjudged, [], "{text}");
        checks.iter().for_each(|check| *found.entry(check.rule).or_default() += 1);
    }
    found
}

/// Rules that are for both platforms, without those that are told apart by what only one of them has.
fn shared<'c>(one: &str, other: &str, apart: &[&str]) -> Vec<&'c str> {
    let rules = CHECKS.rules().into_iter().map(|rule| rule.policy).filter(|policy| {
        let is_for = |platform: &str| policy.platforms.is_empty() || policy.platforms.iter().any(|it| it == platform);
        policy.roots == ["workload"] && is_for(one) && is_for(other) && !apart.contains(&policy.id.as_str())
    });
    rules.map(|policy| policy.id.as_str()).collect()
}

fn compare(ours: &Value, theirs: &Value, platform: &str, apart: &[&str]) {
    let (mine, other) = (broken(ours), broken(theirs));
    let rules = shared("kubernetes", platform, apart);
    assert!(rules.len() >= 20, "{platform}: {rules:?}");
    for rule in rules {
        assert_eq!(mine.get(rule), other.get(rule), "{rule}: {ours} and {theirs}");
    }
    // What is for other platforms alone says nothing here.
    for policy in CHECKS.rules().into_iter().map(|rule| rule.policy).filter(|policy| !policy.platforms.is_empty()) {
        if !policy.platforms.iter().any(|it| it == platform) {
            assert_eq!(other.get(policy.id.as_str()), None, "{} on {platform}", policy.id);
        }
    }
}

proptest! {
    #[test]
    fn an_application_breaks_the_same_rules_on_every_platform(app in app()) {
        let pod = app.pod();
        compare(&pod, &app.task(), "ecs", &[]);
        compare(&pod, &plan(&app.task()), "ecs", &[]);
        compare(&pod, &app.group(), "aci", &[]);
        compare(&pod, &template(&app.group()), "aci", &[]);
        compare(&pod, &app.compose(), "compose", &[]);
    }
}
