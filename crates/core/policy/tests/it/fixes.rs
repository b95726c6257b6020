//! What rules say of how they are mended.

use boltseal_model::Limits;
use boltseal_policy::{Change, Edit, Facts, Subject};
use boltseal_yaml::edit::Scalar;

use crate::support::{load, place, rule, ship};

fn details(fix: &str) -> Vec<String> {
    let text = rule("true", &format!("for: box in ship.boxes\nfix:\n  {fix}\n"));
    load(&text).1.iter().map(|mistake| mistake.detail.clone()).collect()
}

#[test]
fn an_edit_is_checked_against_the_model_when_it_is_loaded() {
    for (fix, expected) in [
        ("set: {path: ship.armed, value: false}", &[][..]),
        ("set: {path: ship.armd, value: false}", &["Ship has no field `armd`; did you mean `armed`?"]),
        ("set: {path: shp.armed, value: false}", &["there is no `shp`; did you mean `ship`?"]),
        ("set: {path: ship.armed, value: 1}", &["`value` must be bool, as what `path` leads to, and is int"]),
        ("set: {path: ship.armed, value: 'no'}", &["`value` must be bool, as what `path` leads to, and is string"]),
        ("set: {path: ship.armed}", &["`value` is missing"]),
        (
            "set: {path: ship.armed, valeu: false}",
            &["`value` is missing", "there is no key `valeu` here; did you mean `value`?"],
        ),
        (
            "sett: {path: ship.armed}",
            &[
                "an edit of `fix` does one thing: `set`, `add`, `remove`, `replace`, `append`",
                "there is no key `sett` here; did you mean `set`?",
            ],
        ),
        (
            "add: {path: ship.armed, values: [a]}",
            &["`values` are elements of a list of texts, and `path` leads to bool"],
        ),
        ("replace: {path: box, pattern: '(', with: x}", &["no pattern: unclosed group"]),
        ("append: {path: box, text: '{box.nam}'}", &["Crate has no field `nam`; did you mean `name`?"]),
        ("set: {path: ship.armed, value: false}\n  when: ship.name", &["`when` must be bool, and is string"]),
        (
            "remove: {path: 1}",
            &["`path` must be an expression in CEL; put it in quotation marks or behind `|`, and is a number"],
        ),
        ("- 1", &["an edit of `fix` must be a mapping, and is a number"]),
    ] {
        assert_eq!(details(fix), expected, "{fix}");
    }
}

fn mended(fix: &str) -> Vec<(usize, Vec<Edit>)> {
    let text = rule("box.name != 'tea'", &format!("for: box in ship.boxes\nfix:\n{fix}\n"));
    let (library, mistakes) = load(&text);
    assert_eq!(mistakes, []);
    let facts = Facts::of(&ship()).unwrap();
    let mended = library.policies[0].mend(&Subject::new("ship", &facts), &Limits::default());
    mended.into_iter().map(|mended| (mended.element, mended.edits.unwrap())).collect()
}

#[test]
fn edits_are_worked_out_for_each_element_that_breaks_the_rule() {
    let found = mended(
        "  - set: {path: box.name, value: 'not {box.name}'}\n  - set: {path: ship.armed, value: false}\n    when: box.name == 'gold'\n",
    );
    let whole = ship();
    let broken: Vec<usize> =
        whole.boxes.iter().enumerate().filter(|(_, it)| it.name != "tea").map(|(index, _)| index).collect();
    assert!(!broken.is_empty());
    assert_eq!(found.iter().map(|(element, _)| *element).collect::<Vec<_>>(), broken);
    for (element, edits) in &found {
        let it = &whole.boxes[*element];
        assert_eq!(edits.len(), if it.name == "gold" { 2 } else { 1 });
        let Edit { of, at, field, change, .. } = &edits[0];
        assert_eq!((of.as_str(), *at, field.as_str()), ("Crate", Some(it.at), "name"));
        assert!(matches!(change, Change::Set(Scalar::Text(text)) if *text == format!("not {}", it.name)), "{change:?}");
        if let Some(Edit { of, at, field, .. }) = edits.get(1) {
            assert_eq!((of.as_str(), *at, field.as_str()), ("Ship", Some(place(1, 1)), "armed"));
        }
    }
}

#[test]
fn parts_of_a_text_give_way() {
    let found = mended("  replace: {path: box, pattern: '(?i)(apt)-get +install', with: '${1} install --{box.name}'}");
    let Change::Replace(pattern) = &found[0].1[0].change else { panic!("{found:?}") };
    let replaced = pattern.replacements("RUN APT-get  install x && apt-get install y");
    let name = &ship().boxes[found[0].0].name;
    let texts: Vec<&str> = replaced.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, [format!("APT install --{name}"), format!("apt install --{name}")]);
    assert_eq!(replaced[0].0, 4..20);
}
