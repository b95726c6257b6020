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

/// `most` is up to how often it is told how often a rule is broken.
fn compare(ours: &Value, theirs: &Value, platform: &str, apart: &[&str], most: usize) {
    let (mine, other) = (broken(ours), broken(theirs));
    let rules = shared("kubernetes", platform, apart);
    assert!(rules.len() >= 20, "{platform}: {rules:?}");
    let times = |found: &BTreeMap<&str, usize>, rule: &str| found.get(rule).map_or(0, |times| *times.min(&most));
    for rule in rules {
        assert_eq!(times(&mine, rule), times(&other, rule), "{rule}: {ours} and {theirs}");
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
        for task in [app.task(), plan(&app.task())] {
            // Who does not share the host's processes shares those of the task there.
            compare(&pod, &task, "ecs", &["processes-shared"], usize::MAX);
        }
        for group in [app.group(), template(&app.group())] {
            compare(&pod, &group, "aci", &[], usize::MAX);
        }
        // Each service is a workload of its own there, and has no volume but those that it mounts.
        compare(&pod, &app.project(), "compose", &["host-path", "host-path-sensitive", "host-engine-socket"], 1);
    }
}
