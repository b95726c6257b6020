//! What mends findings: that it applies, that it mends, and that it changes nothing else.

mod dockerfiles;
mod real;
mod refused;
mod tools;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use boltseal_model::{Limits, TextEdit};
use boltseal_posture::fix::Mending;
use boltseal_posture::{Checks, File, read};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::application::{App, app, cloudformation, template};
use crate::checks::{content, entries, name};
use written::{Manner, manner};

fn checks() -> Checks {
    let (checks, mistakes) = Checks::load(&[], &Limits::default());
    assert_eq!(mistakes, []);
    checks
}

fn mend(checks: &Checks, path: &str, text: &str) -> Mending {
    checks.mend(&File { path, bytes: text.as_bytes() }, None, &Limits::default())
}

/// How often each rule is broken.
fn broken(checks: &Checks, path: &str, text: &str) -> BTreeMap<String, usize> {
    let mut broken = BTreeMap::new();
    let (subjects, _) = read(&File { path, bytes: text.as_bytes() }, &Limits::default());
    for subject in &subjects {
        let (found, unjudged) = checks.judge(subject, None, &Limits::default());
        assert_eq!(unjudged, [], "{text}");
        for check in found {
            *broken.entry(check.rule.to_owned()).or_default() += 1;
        }
    }
    broken
}

/// The text with edits made, by nothing but their lines and columns.
fn made(text: &str, edits: &[TextEdit]) -> String {
    let mark = text.chars().take_while(|letter| *letter == '\u{feff}').count();
    let lines: Vec<Vec<char>> = text.split_inclusive('\n').map(|line| line.chars().collect()).collect();
    let place = |line: u32, column: u32| {
        let before: usize = lines.iter().take(line as usize - 1).map(Vec::len).sum();
        before + column as usize - 1 + if line == 1 { mark } else { 0 }
    };
    let mut letters: Vec<char> = text.chars().collect();
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.start_line, edit.start_column));
    for edit in sorted.into_iter().rev() {
        let range = place(edit.start_line, edit.start_column)..place(edit.end_line, edit.end_column);
        letters.splice(range, edit.text.chars());
    }
    letters.into_iter().collect()
}

/// Holds what is offered for a file to all that is promised. Gives the rules that were mended.
fn hold(checks: &Checks, path: &str, text: &str) -> BTreeSet<String> {
    let mending = mend(checks, path, text);
    assert_eq!(mending.faults, [], "{text}");
    let before = broken(checks, path, text);
    let mut mended = BTreeSet::new();
    for offer in &mending.offers {
        let Ok(edits) = &offer.edits else { continue };
        let alone = made(text, edits);
        let after = broken(checks, path, &alone);
        let count = |of: &BTreeMap<String, usize>| of.get(&offer.rule).copied().unwrap_or_default();
        assert!(count(&after) < count(&before), "{}: {text}\n{alone}", offer.rule);
        let worse = after.iter().find(|(rule, count)| before.get(*rule).is_none_or(|before| before < *count));
        assert_eq!(worse, None, "{}: {text}\n{alone}", offer.rule);
        untouched(text, &alone, edits);
        mended.insert(offer.rule.clone());
    }
    let Some(whole) = &mending.text else {
        assert!(mended.is_empty() && mending.diff.is_empty(), "{text}");
        return mended;
    };
    let left = broken(checks, path, whole);
    for offer in mending.offers.iter().filter(|offer| offer.edits.is_ok()) {
        let refused = mending.offers.iter().filter(|it| it.rule == offer.rule && it.edits.is_err()).count();
        // What was refused alone may be possible with the others.
        assert!(left.get(&offer.rule).copied().unwrap_or_default() <= refused, "{}: {text}\n{whole}", offer.rule);
    }
    let again = mend(checks, path, whole);
    assert_eq!(again.text, None, "mended twice: {text}\n{whole}");
    if let Some([by_patch, by_git]) = tools::applied(path, text, &mending.diff) {
        assert_eq!(&by_patch, whole, "{}", mending.diff);
        assert_eq!(&by_git, whole, "{}", mending.diff);
    }
    mended
}

/// Lines that no edit begins or ends in are the same to the byte, in the same order.
fn untouched(before: &str, after: &str, edits: &[TextEdit]) {
    let mut rest = after.split_inclusive('\n');
    for (index, line) in before.split_inclusive('\n').enumerate() {
        let number = u32::try_from(index).unwrap() + 1;
        let is_touched = edits.iter().any(|edit| (edit.start_line..=edit.end_line).contains(&number));
        assert!(is_touched || rest.any(|other| other == line), "line {number} of {before}\nis not in {after}");
    }
}

/// Files of one application, with the platform of each.
fn declarations(app: &App, manner: &Manner) -> [(&'static str, &'static str, String); 6] {
    [
        ("kubernetes", "deploy/pod.yaml", manner.written(&app.pod())),
        ("ecs", "task.json", manner.written(&app.task())),
        ("ecs", "stack.yaml", manner.written(&cloudformation(&app.task()))),
        ("aci", "group.yaml", manner.written(&app.group())),
        ("aci", "template.json", manner.written(&template(&app.group()))),
        ("compose", "compose.yaml", manner.written(&app.project())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_patch_applies_and_mends_and_touches_no_other_line(app in app(), manner in manner()) {
        let checks = checks();
        for (platform, path, text) in declarations(&app, &manner) {
            let mended = hold(&checks, path, &text);
            // No pod of these says that it wants no token.
            prop_assert!(platform != "kubernetes" || mended.contains("account-token-mounted"), "{}", text);
        }
    }

    #[test]
    fn each_document_of_a_file_is_mended_where_it_stands(one in app(), other in app(), manner in manner()) {
        let deployment = |app: &App| {
            let spec = app.pod()["spec"].clone();
            json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "d" }, "spec": { "template": { "spec": spec } } })
        };
        let documents: Vec<Value> = vec![one.pod(), deployment(&other), json!({ "kind": "List", "items": [other.pod(), one.pod()] })];
        let written: Vec<String> = documents.iter().map(|document| manner.written(document).trim_start_matches('\u{feff}').trim_end().to_owned()).collect();
        hold(&checks(), "many.yaml", &written.join("\n---\n"));
    }
}

/// A text with a part taken out, another put in, and one said twice: broken, or whole in another way.
fn damaged(text: &str, damage: &[(prop::sample::Index, prop::sample::Index, String)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (from, length, new) in damage {
        let from = from.index(letters.len() + 1);
        let to = (from + length.index(12)).min(letters.len());
        letters.splice(from..to, new.chars());
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn what_is_damaged_is_mended_for_good_or_left_alone(
        app in app(),
        manner in manner(),
        damage in prop::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), "[-&*a:{}\\[\\]|>#'\"\n ]{0,3}"),
            0..4,
        ),
    ) {
        let checks = checks();
        for (_, path, text) in declarations(&app, &manner) {
            let text = damaged(&text, &damage);
            let mending = mend(&checks, path, &text);
            if let Some(whole) = mending.text.filter(|_| mending.faults.is_empty()) {
                prop_assert_eq!(mend(&checks, path, &whole).text, None, "{}\n{}", text, whole);
            }
        }
    }
}

#[test]
fn every_platform_has_rules_that_are_mended_and_every_refusal_says_why() {
    let checks = checks();
    let mut mended: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let rules = checks.rules();
    let fixing = rules.iter().filter(|rule| rule.policy.has_fix());
    for rule in fixing.clone() {
        let mut is_mended = false;
        for path in entries(&content("checks").join(&rule.policy.id)) {
            let name = name(&path);
            if !name.starts_with("fires-") || name.contains(".fixed.") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for offer in mend(&checks, &name, &text).offers.iter().filter(|offer| offer.rule == rule.policy.id) {
                if let Err(reason) = &offer.edits {
                    assert!(!reason.is_empty() && !reason.contains('\n'), "{reason}");
                    continue;
                }
                is_mended = true;
                let known = [("aci", "aci"), ("group", "aci"), ("compose", "compose"), ("ecs", "ecs")];
                let others = [("task", "ecs"), ("template", "ecs"), ("Dockerfile", "Dockerfile")];
                let platform = known.iter().chain(&others).find(|(part, _)| name.contains(part));
                mended.entry(platform.map_or("kubernetes", |(_, of)| of)).or_default().insert(offer.rule.clone());
            }
            hold(&checks, &name, &text);
        }
        assert!(is_mended, "{} mends none of its cases", rule.policy.id);
    }
    assert!(fixing.count() >= 40);
    for (platform, least) in [("kubernetes", 18), ("ecs", 15), ("aci", 5), ("compose", 15), ("Dockerfile", 14)] {
        assert!(mended[platform].len() >= least, "{platform}: {:?}", mended[platform]);
    }
}
