//! Verdicts: where findings point, what is exempt, and what never counts as passed.

use boltseal_model::{Limits, Severity};
use boltseal_policy::{Action, Breach, Day, ErrorKind, Facts, Outcome, Rule, Subject, decide, judge};

use crate::support::{load, outcome_within, place, rule, ship};

fn judged(when: &str, rest: &str, today: &str) -> Outcome {
    let (library, mistakes) = load(&rule(when, rest));
    assert_eq!(mistakes, [], "{when} {rest}");
    let facts = Facts::of(&ship()).unwrap();
    library.policies[0].judge(&Subject::new("ship", &facts), Day::parse(today), &Limits::default())
}

fn breaches(when: &str, rest: &str, today: &str) -> Vec<Breach> {
    match judged(when, rest, today) {
        Outcome::Broken(breaches) => breaches,
        other => panic!("{when}: {other:?}"),
    }
}

#[test]
fn each_element_that_breaks_a_rule_is_a_finding_at_its_place() {
    let found = breaches(
        "box.name != 'tea'",
        "for: box in ship.boxes\nwhere: box.weight\nmessage: \"{box.name}: {box.?weight.orValue('-')} {{{box.contents}}}\"\n",
        "",
    );
    let shown: Vec<_> =
        found.iter().map(|it| (it.message.as_str(), it.element.as_deref().unwrap(), it.position.unwrap())).collect();
    assert_eq!(
        shown,
        [("gold: 2Gi {}", "box gold", place(21, 5)), ("air: - {}", "box air", place(30, 3))],
        "where the weight is absent, the box is the place"
    );
    let found = breaches("text == 'rats'", "for: text in ship.boxes[0].contents\n", "");
    assert_eq!((found[0].position, found[0].element.as_deref()), (Some(place(13, 5)), Some("text rats")));
    let found = breaches("true", "for: box in ship.boxes.filter(b, b.name == 'gold')\nwhere: box.contents\n", "");
    assert_eq!(found[0].position, Some(place(20, 3)), "what a filter gives still knows its place");
}

#[test]
fn a_place_is_the_nearest_that_is_there() {
    for (place_written, expected) in [
        ("ship.crew", place(2, 7)),
        ("ship.armed", place(1, 1)),
        ("ship.captain.rank", place(3, 3)),
        ("ship.boxes[0].weight", place(11, 5)),
        ("ship.boxes[7].weight", place(10, 3)),
        ("ship.boxes", place(10, 3)),
        ("ship.labels['a/b']", place(41, 5)),
        ("ship.labels.none", place(1, 1)),
        ("ship.order.sail", place(50, 5)),
        ("ship.notes.deep.list", place(1, 1)),
    ] {
        let found = breaches("true", &format!("where: ship{}\n", place_written.trim_start_matches("ship")), "");
        assert_eq!(found[0].position, Some(expected), "{place_written}");
    }
}

#[test]
fn variables_are_evaluated_when_they_are_asked_for() {
    let rest = "variables:\n  broken: 1 / 0\n  heavy: box.?weight.optMap(w, quantity(w).isGreaterThan(quantity('1G'))).orValue(false)\n  \
                twice: variables.heavy && [1].all(x, variables.heavy)\nfor: box in ship.boxes\n";
    let found = breaches("[1].exists(x, variables.twice && x == 1)", rest, "");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].element.as_deref(), Some("box gold"), "they are evaluated anew for each element");
    assert!(matches!(judged("variables.broken == 1", rest, ""), Outcome::Error { .. }));
}

#[test]
fn a_rule_applies_where_its_facts_and_platforms_are() {
    let applies = |rest: &str| judged("false", rest, "");
    assert_eq!(applies("platforms: [malta]\n"), Outcome::Pass);
    assert_eq!(applies("platforms: [panama]\n"), Outcome::NotApplicable("it is for panama, not for malta".into()));
    let (library, _) = load(&rule("ship.name == port.name", "").replace("on: ship", "on: [ship, port]"));
    let (facts, port) = (Facts::of(&ship()).unwrap(), Facts::of(&ship().captain.unwrap()).unwrap());
    let (subject, limits) = (Subject::new("ship", &facts), Limits::default());
    let policy = &library.policies[0];
    assert_eq!(
        policy.judge(&subject, None, &limits),
        Outcome::NotApplicable("no facts called `port` are known".into())
    );
    assert_eq!(policy.judge(&subject.with("port", &port), None, &limits), Outcome::Pass);
}

#[test]
fn exempt_findings_are_kept_and_marked_until_the_last_day() {
    let rest = "for: box in ship.boxes\nexemptions:\n  - {owner: team-x, reason: Known., expires: 2027-01-31, when: box.name == 'tea'}\n";
    let exempt = |today: &str| {
        let found = breaches("box.name != 'air'", rest, today);
        (found.len(), found[0].exemption.is_some(), found[0].expired.is_some(), found[1].exemption.is_some())
    };
    assert_eq!(exempt("2027-01-31"), (2, true, false, false));
    assert_eq!(exempt("2027-02-01"), (2, false, true, false));
    // An exemption that cannot be told does not hold, and is an error.
    let rest = "exemptions:\n  - {owner: x, reason: z, expires: 2027-01-31, when: 1 / 0 == 1}\n";
    match judged("true", rest, "") {
        Outcome::Error { errors, breaches } => {
            assert!(breaches[0].exemption.is_none() && errors[0].detail == "divided by nought");
            assert_eq!(errors[0].at, place(11, 54));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_error_is_no_pass_and_keeps_what_was_found() {
    match judged("1 / (size(box.name) - 3) > 0", "for: box in ship.boxes\n", "") {
        Outcome::Error { errors, breaches } => {
            assert_eq!(errors.len(), 1, "one for each place in the rule");
            assert_eq!(errors[0].to_string(), "p.yaml:6:8: divided by nought (for box tea)");
            assert_eq!(breaches.len(), 1);
        }
        other => panic!("{other:?}"),
    }
    // The message fails, and the finding stays.
    match judged("true", "message: \"{[1][2]} and\"\n", "") {
        Outcome::Error { errors, breaches } => {
            assert_eq!((errors[0].detail.as_str(), breaches[0].message.as_str()), ("no element 2", "A rule"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn steps_are_bounded_whatever_the_expression() {
    let limits = Limits { policy_steps: 10_000, ..Limits::default() };
    let ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 0]";
    let doubled =
        |text: &str, times: usize| format!("{text}{}", format!(".replace('a', '{}')", "a".repeat(100)).repeat(times));
    for when in [
        format!("{ten}.all(a, {ten}.all(b, {ten}.all(c, {ten}.all(d, {ten}.all(e, true)))))"),
        format!("{ten}.map(a, {ten}.map(b, {ten}.map(c, {ten}.map(d, {ten})))).size() > 0"),
        format!("{}.size() > 0", doubled("'aaaaaaaaaa'", 4)),
        format!("{ten}.all(a, {ten}.all(b, {ten}.all(c, !'x'.matches(string(a)))))"),
        format!("{ten}.all(a, {ten}.all(b, {ten}.all(c, {ten} == {ten})))"),
        // Nothing makes up for it.
        format!("{ten}.all(a, {ten}.all(b, {ten}.all(c, {ten}.all(d, true)))) || true"),
    ] {
        match outcome_within(&when, &limits) {
            Ok(Outcome::Error { errors, .. }) => assert_eq!(errors[0].kind, ErrorKind::Steps, "{when}"),
            other => panic!("{when}: {other:?}"),
        }
    }
}

#[test]
fn a_decision_is_as_its_worst_reason_and_errors_count() {
    let named = |id: &str, when: &str, rest: &str| rule(when, rest).replace("id: rule", &format!("id: {id}"));
    let decided = |rules: &[String]| {
        let (library, mistakes) = load(&rules.join("\n---\n"));
        assert_eq!(mistakes, []);
        let facts = Facts::of(&ship()).unwrap();
        let rules = library.rules();
        decide(&judge(&rules, &Subject::new("ship", &facts), Day::parse("2026-01-01"), &Limits::default()))
    };
    let warn = named("warn", "true", "").replace("action: deny", "action: warn");
    let exempt = named("exempt", "true", "exemptions: [{owner: x, reason: z, expires: 2027-01-31}]\n");
    assert_eq!(decided(&[named("pass", "false", "")]).action, None);
    assert_eq!(decided(std::slice::from_ref(&exempt)).action, None);
    assert_eq!(decided(&[exempt, warn.clone()]).action, Some(Action::Warn));
    let ruling = decided(&[warn, named("fails", "1 / 0 == 1", "")]);
    assert_eq!(ruling.action, Some(Action::Deny));
    assert_eq!(ruling.reasons[0].rule, "fails");
    assert!(ruling.reasons[0].message.starts_with("could not be judged: p.yaml:"), "{ruling:?}");
}

#[test]
fn a_set_says_what_a_rule_does() {
    let (library, _) = load(&rule("true", ""));
    let facts = Facts::of(&ship()).unwrap();
    let rule = Rule { action: Action::Warn, severity: Severity::Low, ..Rule::from(&library.policies[0]) };
    let ruling = decide(&judge(&[rule], &Subject::new("ship", &facts), None, &Limits::default()));
    assert_eq!((ruling.action, ruling.reasons[0].severity), (Some(Action::Warn), Severity::Low));
}

#[test]
fn values_of_subjects_cannot_write_to_a_terminal() {
    let mut ship = ship();
    ship.name = format!("a\u{1b}[31m{}", "x".repeat(10_000));
    let facts = Facts::of(&ship).unwrap();
    let (library, _) = load(&rule("true", "message: \"{ship.name}\"\n"));
    match library.policies[0].judge(&Subject::new("ship", &facts), None, &Limits::default()) {
        Outcome::Broken(found) => {
            assert!(found[0].message.starts_with("a\\u{1b}[31mxxx") && found[0].message.len() < 600, "{found:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_explanation_marks_what_decided() {
    let (library, _) = load(&rule(
        "variables.big && box.contents.exists(c, c.startsWith('r')) || ship.name == 'Hopp'",
        "for: box in ship.boxes\nvariables: {big: ship.boxes.size() > 2}\n",
    ));
    let facts = Facts::of(&ship()).unwrap();
    let explained = library.policies[0].explain(&Subject::new("ship", &facts), &Limits::default());
    assert_eq!(explained.len(), 3);
    let (element, explanation) = &explained[0];
    assert_eq!(element.as_deref(), Some("box tea"));
    assert_eq!(
        explanation.to_string(),
        "● variables.big && box.contents.exists(c, c.startsWith('r')) || ship.name == 'Hopp'  →  true
└─ ● variables.big && box.contents.exists(c, c.startsWith('r'))  →  true
   ├─ ● variables.big  →  true
   │  └─ ● ship.boxes.size() > 2  →  true
   │     └─ ● ship.boxes.size()  →  3
   └─ ● box.contents.exists(c, c.startsWith('r'))  →  true
      ├─ ● box.contents  →  [\"leaves\", \"rats\"]
      ├─ ○ c.startsWith('r')  →  false  (c is \"leaves\")
      └─ ● c.startsWith('r')  →  true  (c is \"rats\")
"
    );
    let last = explained[1].1.to_string();
    assert!(last.starts_with("● ") && last.contains("└─ ● ship.name == 'Hopp'  →  false"), "{last}");
}
