//! What is refused before anything is judged, and how it is to be written.

use crate::support::{all_refused, load, place, rule};

#[test]
fn unknown_names_come_with_the_nearest() {
    all_refused(&[
        ("ship.boxs.size() == 0", "Ship has no field `boxs`; did you mean `boxes`?"),
        ("shp.name == ''", "there is no `shp`; did you mean `ship`?"),
        ("ship.boxes.exists(b, b.wieght == '')", "Crate has no field `wieght`; did you mean `weight`?"),
        ("ship.boxes.exists(b, c.name == '')", "there is no `c`"),
        ("has(ship.crw)", "did you mean `crew`?"),
        ("ship.name.startWith('a')", "there is no function `startWith`; did you mean `startsWith`?"),
        ("ship.boxes.exist(b, true)", "did you mean `exists`?"),
        ("sets.contain([1], [1])", "`sets` has no function `contain`; did you mean `contains`?"),
        ("ship.platform == 'maltta'", "it is never \"maltta\"; did you mean `malta`?"),
        ("ship.platform in ['malta', 'panma']", "it is never \"panma\"; did you mean `panama`?"),
        ("variables.x", "there is no `variables`"),
    ]);
}

#[test]
fn fields_that_may_be_absent_must_be_guarded() {
    all_refused(&[
        (
            "ship.armed",
            "`armed` may be absent: write `ship.?armed.orValue(false)`, or test `has(ship.armed) && …` before",
        ),
        ("ship.crew > 1 && has(ship.crew)", "`crew` may be absent"),
        ("has(ship.crew) || ship.crew > 1", "`crew` may be absent"),
        ("has(ship.armed) ? true : ship.armed", "`armed` may be absent"),
        ("!has(ship.armed) && ship.armed", "`armed` may be absent"),
        ("has(ship.captain.rank)", "`captain` may be absent"),
        ("ship.boxes.exists(b, has(b.weight)) && ship.boxes.all(b, b.weight == '')", "`weight` may be absent"),
        ("ship.labels['port'] == ''", "`port` may be absent: write `ship.labels.?port.orValue('')`"),
        ("ship.labels['a/b'] == ''", "write `ship.labels[?'a/b'].orValue('')`, or test `'a/b' in ship.labels && …`"),
        ("ship.notes.deep == 1", "`deep` may be absent"),
        ("ship.order.sail == ''", "`sail` may be absent"),
        ("ship.?armed", "`when` must be bool, and is optional(bool); end it with `.orValue(false)`"),
        ("ship.?armed && true", "a side of `&&` must be bool, and is optional(bool); end it with `.orValue(false)`"),
        ("ship.?crew > 1", "end the optional with `.orValue(…)`"),
        ("ship.?captain.name.startsWith('A')", "`startsWith` is no function of an optional"),
        ("ship.?notes.orValue({}).x == 1", "`x` may be absent"),
    ]);
}

#[test]
fn types_must_fit() {
    all_refused(&[
        ("ship.name", "`when` must be bool, and is string"),
        ("ship.name == 1", "`==` does not take string and int"),
        ("ship.name + 1 == ''", "`+` does not take string and int"),
        ("1 + 1.0 == 2.0", "`+` does not take int and double; convert one, as with `double(…)`"),
        ("1 in 'a'", "`in` does not look for int in string"),
        ("'a' in [1]", "`in` does not look for string in list(int)"),
        ("ship.name < 1", "`<` does not take string and int"),
        ("!ship.name", "what `!` turns round must be bool, and is string"),
        ("-ship.name == ''", "`-` takes int or double, not string"),
        ("ship.name.size", "string has no fields"),
        ("ship.name[0] == ''", "string has neither elements nor keys"),
        ("ship.boxes['a'] == null", "the number of an element is int, not string"),
        ("ship.labels[1] == ''", "the keys are string, and this is int"),
        ("ship.name.all(c, true)", "string has no elements"),
        ("ship.boxes.all(b, b.name)", "the condition of `all` must be bool, and is string"),
        ("ship.boxes.all(b.name, true)", "a plain name for the element is needed here"),
        ("ship.boxes.all(true)", "`all` takes a name and an expression"),
        (
            "ship.name.startsWith(1)",
            "there is no `string.startsWith(int)`; `startsWith` is `string.startsWith(string)`",
        ),
        ("ship.name.startsWith()", "`startsWith` is `string.startsWith(string)`"),
        ("startsWith(ship.name, 'a')", "`startsWith` is a method; call it as `value.startsWith(…)`"),
        ("ship.name.isIP()", "`isIP` is no method; call it as `isIP(…)`"),
        ("quantity('1') < quantity('2')", "`isLessThan` and `isGreaterThan` compare these"),
        ("has(ship)", "`has` takes a field"),
        ("(true ? 1 : 'a') == 1", "one side of `:` is int, the other string"),
        ("(true ? 1 : 1.5) == 1", "one side of `:` is int, the other double"),
        ("[1] + ['a'] == []", "`+` does not take list(int) and list(string)"),
        ("ship.?crew.orValue('none') == 'none'", "`orValue` takes int here, not string"),
        ("ship.name.orValue('') == ''", "`orValue` is a function of optionals, and this is string"),
        ("true && 1", "a side of `&&` must be bool, and is int"),
        ("ship.boxes.sum() > 0", "there is no `list(Crate).sum()`"),
        ("ship.order == 'nonne'", "did you mean `none`?"),
    ]);
}

#[test]
fn every_mistake_of_an_expression_has_its_line_and_column() {
    let text = "id: rule
title: A rule
severity: high
at: [build]
on: ship
when: |
  ship.nam == 'x' &&
    ship.boxes.all(b,
        b.naem == 'é' && b.weight == '')
action: deny
message: \"{ship.nmae} of {ship.platfrom}\"
remediation: Mend it.
";
    let (_, mistakes) = load(text);
    let found: Vec<(u32, u32, &str)> =
        mistakes.iter().map(|it| (it.at.line, it.at.column, it.detail.split([';', ':']).next().unwrap())).collect();
    assert_eq!(
        found,
        [
            (7, 8, "Ship has no field `nam`"),
            (9, 11, "Crate has no field `naem`"),
            (9, 26, "`weight` may be absent"),
            (11, 17, "Ship has no field `nmae`"),
            (11, 32, "Ship has no field `platfrom`"),
        ]
    );
}

#[test]
fn places_hold_in_every_style_of_yaml() {
    for (written, at) in [
        ("when: ship.nam == 'x'", (1, 12)),
        ("when: 'ship.name == ''x'' && ship.nam == ''x'''", (1, 35)),
        ("when: \"ship.name == \\\"x\\\" && ship.nam == 'x'\"", (1, 35)),
        ("when: >-\n  ship.name == 'x' &&\n  ship.nam == 'x'", (3, 8)),
        ("when:\n  ship.name == 'x'\n  && ship.nam == 'x'", (3, 11)),
        ("when: |2\n    ship.name == 'x' &&\n  ship.nam == 'x'", (3, 8)),
    ] {
        let rest = rule("true", "").replace("when: \"true\"\n", "");
        let (_, mistakes) = load(&format!("{written}\n{rest}"));
        assert_eq!(mistakes.len(), 1, "{written}: {mistakes:?}");
        assert_eq!(mistakes[0].at, place(at.0, at.1), "{written}: {mistakes:?}");
    }
}
