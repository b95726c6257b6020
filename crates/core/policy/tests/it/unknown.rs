//! Facts that nobody could find out, rules that apply to some subjects only, and commands that mend what is broken.

use boltseal_model::Limits;
use boltseal_model::host::Collected;
use boltseal_policy::cases::{Promise, hold};
use boltseal_policy::{
    Action, ErrorKind, Facts, Library, Loader, Mistake, Outcome, Schema, Schemas, Subject, decide, judge,
};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
struct Machine {
    name: Collected<String>,
    modes: Vec<Mode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<Engine>,
    closed: Collected<Vec<String>>,
}

#[derive(Serialize, JsonSchema)]
struct Mode {
    name: String,
    mode: Collected<String>,
}

#[derive(Serialize, JsonSchema)]
struct Engine {
    port: i64,
}

fn machine() -> Machine {
    let mode = |name: &str, mode| Mode { name: name.to_owned(), mode };
    Machine {
        name: Collected::Known("it's; rm".into()),
        modes: vec![
            mode("/open", Collected::Known("0666".into())),
            mode("/dark", Collected::unknown("permission denied")),
            mode("/shut", Collected::Known("0600".into())),
        ],
        engine: None,
        closed: Collected::unknown("no such socket"),
    }
}

fn load(rest: &str) -> (Library, Vec<Mistake>) {
    let (schemas, limits) = (Schemas::default().with("machine", Schema::of::<Machine>()), Limits::default());
    let mut loader = Loader::new(&schemas, &limits);
    let text = format!(
        "id: rule\ntitle: A rule\nseverity: high\nat: audit\non: machine\naction: deny\nmessage: broken\nremediation: Mend it.\n{rest}"
    );
    loader.add("p.yaml", text.as_bytes());
    loader.finish()
}

fn judged(rest: &str, machine: &Machine) -> Outcome {
    let (library, mistakes) = load(rest);
    assert_eq!(mistakes, [], "{rest}");
    let facts = Facts::of(machine).unwrap();
    library.policies[0].judge(&Subject::new("machine", &facts), None, &Limits::default())
}

fn reasons(when: &str) -> Vec<String> {
    match judged(&format!("when: {}\n", serde_json::to_string(when).unwrap()), &machine()) {
        Outcome::Unknown { reasons, breaches } => {
            assert!(breaches.is_empty() && reasons.iter().all(|it| it.kind == ErrorKind::Unknown), "{when}");
            reasons.into_iter().map(|it| it.detail).collect()
        }
        other => panic!("{when}: {other:?}"),
    }
}

#[test]
fn what_is_read_of_an_unknown_fact_is_unknown() {
    for when in [
        "machine.closed.size() == 0",
        "machine.closed.exists(it, it == 'a')",
        "!machine.closed.all(it, it == 'a')",
        "'a' in machine.closed",
        "machine.closed == ['a']",
        "[machine.closed] == [['a']]",
        "machine.?closed.orValue([]).size() > 0",
        "has(machine.closed) && false == true || machine.closed.size() > 0",
        "machine.closed.map(it, it).size() == 0",
    ] {
        assert_eq!(reasons(when), ["no such socket"], "{when}");
    }
    assert_eq!(reasons("machine.modes.exists(it, it.mode == '0777')"), ["permission denied"]);
    // An error might not be one if the fact were known, whichever comes first.
    assert_eq!(reasons("machine.closed.size() > 0 || 1 / 0 == 1"), ["no such socket"]);
    assert_eq!(reasons("1 / 0 == 1 || machine.closed.size() > 0"), ["no such socket"]);
}

#[test]
fn what_decides_makes_up_for_what_is_unknown() {
    for (when, expected) in [
        ("machine.closed.size() > 0 && false", false),
        ("machine.closed.size() > 0 || true", true),
        ("machine.modes.exists(it, it.mode == '0600')", true),
        ("machine.modes.all(it, it.mode == '0600')", false),
    ] {
        let outcome = judged(&format!("when: {}\n", serde_json::to_string(when).unwrap()), &machine());
        assert_eq!(matches!(outcome, Outcome::Broken(_)), expected, "{when}: {outcome:?}");
        assert!(!matches!(outcome, Outcome::Unknown { .. }), "{when}");
    }
}

#[test]
fn elements_that_are_unknown_take_nothing_from_those_that_are_broken() {
    let rest = "for: file in machine.modes\nwhen: \"file.mode.exceeds('644')\"\n";
    match judged(rest, &machine()) {
        Outcome::Unknown { reasons, breaches } => {
            assert_eq!(reasons[0].element.as_deref(), Some("file /dark"));
            assert_eq!(breaches[0].element.as_deref(), Some("file /open"));
            assert_eq!((reasons.len(), breaches.len()), (1, 1));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_unknown_is_no_pass_for_a_decision_nor_for_a_case() {
    let (library, _) = load("when: \"machine.closed.size() > 0\"\n");
    let facts = Facts::of(&machine()).unwrap();
    let (subject, limits) = (Subject::new("machine", &facts), Limits::default());
    let ruling = decide(&judge(&library.rules(), &subject, None, &limits));
    assert_eq!(ruling.action, Some(Action::Deny), "{ruling:?}");
    let held = |promise| hold(&library.policies[0], "case", promise, std::slice::from_ref(&subject), &limits);
    assert_eq!(held(Promise::of("unknown-socket.yaml").unwrap()), None);
    for promise in [Promise::Fires, Promise::Quiet, Promise::NotApplicable] {
        assert!(held(promise).is_some(), "{promise:?}");
    }
}

#[test]
fn a_rule_applies_where_its_condition_holds_and_need_not_ask_again() {
    let rest = "applies: has(machine.engine)\nwhen: machine.engine.port == 2375\n";
    let mut machine = machine();
    assert_eq!(judged(rest, &machine), Outcome::NotApplicable("`has(machine.engine)` is not so".into()));
    machine.engine = Some(Engine { port: 2375 });
    assert!(matches!(judged(rest, &machine), Outcome::Broken(_)));
    let unknown = judged("applies: machine.closed.size() > 0\nwhen: true\n", &machine);
    assert!(matches!(unknown, Outcome::Unknown { .. }), "{unknown:?}");
    // What holds of the subject is not known of an element that takes its name.
    let (_, mistakes) = load(
        "applies: has(machine.engine)\nfor: \"machine in [{'engine': {'port': 1}}]\"\nwhen: machine.engine.port == 1\n",
    );
    assert!(mistakes[0].detail.contains("may be absent"), "{mistakes:?}");
}

#[test]
fn commands_quote_the_values_in_them() {
    let commands = |rest: &str, machine: &Machine| match judged(rest, machine) {
        Outcome::Broken(breaches) | Outcome::Unknown { breaches, .. } => breaches[0].commands.clone(),
        other => panic!("{other:?}"),
    };
    let named = "when: true\ncommands: 'hostnamectl hostname {machine.name}'\n";
    assert_eq!(commands(named, &machine()).as_deref(), Some(r"hostnamectl hostname 'it'\''s; rm'"));
    let rest = "for: file in machine.modes\nwhen: \"file.mode.exceeds('644')\"\ncommands: \"chmod 644 {file.name}\"\n";
    assert_eq!(commands(rest, &machine()).as_deref(), Some("chmod 644 /open"));
    for (name, expected) in [
        ("a\u{1b}[2Kb\n", None),
        ("$(reboot)", Some("hostnamectl hostname '$(reboot)'")),
        ("-rf", None),
        ("", Some("hostnamectl hostname ''")),
    ] {
        let machine = Machine { name: Collected::Known(name.into()), ..machine() };
        assert_eq!(commands(named, &machine).as_deref(), expected, "{name:?}");
    }
}

#[test]
fn a_mode_exceeds_another_where_it_has_a_bit_more() {
    for (text, expected) in [
        ("'0644'.exceeds('644')", Some(false)),
        ("'0640'.exceeds('0644')", Some(false)),
        ("'0664'.exceeds('644')", Some(true)),
        ("'4755'.exceeds('755')", Some(true)),
        ("'0400'.exceeds('0')", Some(true)),
        ("'rwx'.exceeds('644')", None),
        ("'77777'.exceeds('644')", None),
        ("''.exceeds('644')", None),
    ] {
        let outcome = judged(&format!("when: \"{text}\"\n"), &machine());
        let found = match outcome {
            Outcome::Broken(_) => Some(true),
            Outcome::Pass => Some(false),
            Outcome::Error { .. } => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected, "{text}");
    }
}
