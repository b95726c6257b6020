//! Files of policies: what they must hold, and what is said where they do not.

use boltseal_model::{Limits, Severity};
use boltseal_policy::{Action, Day, Loader, Moment};

use crate::support::{load, place, rule, schemas};

fn details(text: &str) -> Vec<String> {
    load(text).1.iter().map(ToString::to_string).collect()
}

#[test]
fn a_whole_rule_is_read() {
    let (library, mistakes) = load(
        "# A rule with everything.
id: heavy-box
title: A box is heavy
severity: medium
at: [build, admit]
on: [ship]
platforms: [malta]
tags: [load]
for: box in ship.boxes.filter(b, has(b.weight))
variables:
  most: quantity('1Gi')
when: has(box.weight) && quantity(box.weight).isGreaterThan(variables.most)
where: box.weight
action: warn
message: \"box {box.name} of {{ship.name}} weighs {box.?weight.orValue('?')}\"
remediation: Part it.
references: [CIS-1.2]
exemptions:
  - {owner: team-x, reason: Paid for., expires: 2027-01-31, when: box.name == 'tea'}
",
    );
    assert_eq!(mistakes, []);
    let policy = &library.policies[0];
    assert_eq!((policy.id.as_str(), policy.severity, policy.action), ("heavy-box", Severity::Medium, Action::Warn));
    assert_eq!(policy.moments, [Moment::Build, Moment::Admit]);
    assert_eq!((policy.references.as_slice(), policy.at), (["CIS-1.2".to_owned()].as_slice(), place(2, 1)));
    assert_eq!(policy.expired(Day::parse("2027-02-01").unwrap()).count(), 1);
}

#[test]
fn everything_wrong_in_a_file_is_said_at_once() {
    let text = format!(
        "id: Bad Id\ntitel: A rule\nseverity: hihg\nat: [build, deplyo]\non: shp\naction: block\nmessage: m\n---\n{}\n---\n- 1\n---\nname: x\n---\na: [\n",
        rule("true", "")
    );
    assert_eq!(
        details(&text),
        [
            "p.yaml:1:1: `remediation` is missing",
            "p.yaml:1:1: `title` is missing",
            "p.yaml:1:1: `when` is missing",
            "p.yaml:1:5: `id` must be in kebab-case, as `host-network`",
            "p.yaml:2:1: there is no key `titel` here; did you mean `title`?",
            "p.yaml:3:11: there is no severity `hihg`; did you mean `high`?",
            "p.yaml:4:13: there is no moment `deplyo`; did you mean `deploy`?",
            "p.yaml:5:5: there are no facts called `shp`; did you mean `ship`?",
            "p.yaml:6:9: there is no action `block`; there is `warn`, `deny`",
            "p.yaml:20:1: a policy must be a mapping, and is a list",
            "p.yaml:22:1: neither a policy (`id`), nor a set (`set`), nor an exemption (`exempt`)",
            "p.yaml:24:4: unclosed bracket '['",
        ]
    );
    assert_eq!(load(&text).0.policies.len(), 1, "the others are read all the same");
}

#[test]
fn parts_of_a_rule_must_be_what_they_are() {
    for (rest, expected) in [
        ("for: ship.boxes", "`for` names an element and a list: `container in workload.containers`"),
        ("for: b in ship.name", "what `for` goes through must be list(dyn), and is string"),
        ("for: b in ship.bxes", "Ship has no field `bxes`; did you mean `boxes`?"),
        ("where: ship.boxes[0].wieght", "Crate has no field `wieght`; did you mean `weight`?"),
        ("where: size(ship.boxes)", "a place is a plain path, as `container.image`"),
        ("where: ship.boxes.name", "list(Crate) has no fields"),
        ("platforms: [matla]", "there is no platform `matla`; did you mean `malta`?"),
        ("message: \"{ship.name\"", "a brace that is not closed; a brace itself is `{{`"),
        ("message: \"ship.name}\"", "a brace that is not opened; a brace itself is `}}`"),
        ("message: \"{ship.?crew}\"", "this is an optional; end it with `.orValue(…)`"),
        ("message: \"{}\"", "expected a value, found the end"),
        ("variables: {a: ship.nme}", "Ship has no field `nme`; did you mean `name`?"),
        ("variables: {a: '1', b: variables.c}", "there is no variable `c` before this; there is `a`"),
        ("variables: {a-b: '1'}", "`a-b` is no name of a variable: letters, digits and `_`"),
        ("variables: [1]", "`variables` must be a mapping of names to expressions, and is a list"),
        ("at: [build]", "`at` is there twice"),
        ("exemptions: [{owner: x, reason: z}]", "`expires` is missing"),
        ("exemptions: [{owner: x, expires: 2027-01-31}]", "`reason` is missing"),
        ("exemptions: [{reason: x, expires: 2027-01-31}]", "`owner` is missing"),
        ("exemptions: [{owner: ' ', reason: z, expires: 2027-01-31}]", "`owner` is empty"),
        ("exemptions: [{owner: x, reason: z, expires: 2027-02-30}]", "`expires` must be a day, as 2027-01-31"),
        ("exemptions: [{owner: x, reason: z, expires: soon, when: ship.nam == ''}]", "Ship has no field `nam`"),
        ("exemptions: [{owner: x, reason: z, expires: 2027-01-31, until: z}]", "there is no key `until` here"),
        ("exemptions: {owner: x}", "`exemptions` must be a list, and is a mapping"),
    ] {
        let found = details(&rule("true", &format!("{rest}\n")));
        assert!(found.iter().any(|detail| detail.contains(expected)), "{rest}: {found:?}");
    }
    let found = details(&rule("true", "").replace("on: ship", "on: [ship, shop]"));
    assert_eq!(found, ["p.yaml:5:12: there are no facts called `shop`; did you mean `ship`?"]);
}

#[test]
fn an_id_is_there_once() {
    let (schemas, limits) = (schemas(), Limits::default());
    let mut loader = Loader::new(&schemas, &limits);
    loader.add("a.yaml", rule("true", "").as_bytes());
    loader.add("b.yaml", format!("# Again.\n{}", rule("true", "")).as_bytes());
    let (library, mistakes) = loader.finish();
    assert_eq!(library.policies.len(), 1);
    assert_eq!(mistakes[0].to_string(), "b.yaml:2:5: there is a rule `rule` already, in a.yaml at line 1, column 5");
}

#[test]
fn sets_choose_and_change_rules() {
    let named = |id: &str, rest: &str| rule("true", rest).replace("id: rule", &format!("id: {id}"));
    let rules = [named("host-a", "tags: [net]"), named("host-b", ""), named("root", "tags: [net]")].join("\n---\n");
    let (library, mistakes) = load(&format!(
        "{rules}\n---\nset: some\ntitle: Some\nrules:\n  - host-*\n  - {{tag: net, action: warn, severity: low}}\nexclude: [host-b]\n\
         ---\nset: worst\ntitle: Worst\nrules: [{{at-least: high}}]\n"
    ));
    assert_eq!(mistakes, []);
    let chosen = |index: usize| -> Vec<(String, Action, Severity)> {
        let rules = library.sets[index].rules(&library.policies);
        rules.iter().map(|rule| (rule.policy.id.clone(), rule.action, rule.severity)).collect()
    };
    let warned = |id: &str| (id.to_owned(), Action::Warn, Severity::Low);
    assert_eq!(chosen(0), [warned("host-a"), warned("root")]);
    assert_eq!(chosen(1).len(), 3);
    let found = details(&format!(
        "{rules}\n---\nset: some\ntitle: Some\nrules: [hots-a, {{tag: nat}}, {{action: warn}}, {{at-least: hi}}]\nexclude: [x]\n"
    ));
    assert_eq!(
        found,
        [
            "p.yaml:36:9: no rule is called `hots-a`; did you mean `host-a`?",
            "p.yaml:36:17: no rule has the tag `nat`",
            "p.yaml:36:29: a choice of rules needs `id`, `tag` or `at-least`",
            "p.yaml:36:56: there is no at-least `hi`; there is `critical`, `high`, `medium`, `low`",
            "p.yaml:37:11: no rule is called `x`; there is `host-a`, `host-b`, `root`",
        ]
    );
}

#[test]
fn exemptions_of_their_own_find_their_rules() {
    let of =
        |rest: &str| format!("{}\n---\nexempt: {rest}\nowner: x\nreason: z\nexpires: 2027-01-31\n", rule("true", ""));
    assert_eq!(details(&of("[r*]\nwhen: ship.name == 'Hope'")), Vec::<String>::new());
    assert_eq!(details(&of("[rul]")), ["p.yaml:12:10: no rule is called `rul`; did you mean `rule`?"]);
    assert_eq!(
        details(&of("rule\nwhen: ship.nam == ''")),
        ["p.yaml:13:12: Ship has no field `nam`; did you mean `name`?"]
    );
}

#[test]
fn limits_of_files_are_kept() {
    let schemas = schemas();
    let with = |limits: &Limits, text: &[u8]| {
        let mut loader = Loader::new(&schemas, limits);
        loader.add("p", text);
        loader.finish().1.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let small = Limits { policy_file_bytes: 3, ..Limits::default() };
    assert_eq!(with(&small, b"a: 1"), ["p: larger than 3 bytes; nothing of it is read"]);
    let few = Limits { documents_per_file: 1, ..Limits::default() };
    let text = format!("{}\n---\na: 1\n", rule("true", ""));
    assert_eq!(with(&few, text.as_bytes()), ["p:10:1: more than 1 documents; the rest is not read"]);
    let short = Limits { expression_bytes: 3, ..Limits::default() };
    assert!(with(&short, rule("true || true", "").as_bytes())[0].contains("longer than 3 bytes"));
    assert_eq!(with(&Limits::default(), b"\xff"), ["p: not UTF-8"]);
    assert_eq!(with(&Limits::default(), b"# Nothing.\n"), ["p: there is no policy in it"]);
    assert_eq!(with(&Limits::default(), "\u{feff}".as_bytes()), ["p: there is no policy in it"]);
}
