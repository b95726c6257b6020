//! What the language itself says.

use crate::support::{all_fail, all_true};

#[test]
fn operators_are_those_of_cel() {
    all_true(&[
        "1 + 2 * 3 - 4 == 3",
        "7 / 2 == 3 && -7 / 2 == -3 && -7 % 2 == -1",
        "7.0 / 2.0 == 3.5",
        "1 == 1.0 && 1u == 1 && 1.0 == 1u",
        "9007199254740993 != 9007199254740992.0",
        "1 < 1.5 && 2u > 1 && 3 >= 3u",
        "dyn(1) != dyn('1')",
        "'a' < 'b' && 'a' + 'b' == 'ab' && b'a' + b'b' == b'ab'",
        "[1, 2] + [3] == [1, 2, 3] && [1, 2] != [2, 1]",
        "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}",
        "2 in [1, 2] && !('c' in {'a': 1}) && 'a' in {'a': 1}",
        "(true ? 1 : 2) == 1 && (false ? 1 : 2) == 2",
        "!(1.0 < double('NaN')) && double('NaN') != double('NaN')",
        "size('héllo') == 5 && 'héllo'.size() == 5 && size([1, 2]) == 2 && size({'a': 1}) == 1",
        "type(1) == int && type('') == string && type([]) == list && type(null) == null_type",
        "int('12') == 12 && int(3.9) == 3 && double('1.5') == 1.5 && string(12) == '12' && uint(3) == 3u && bool('true')",
        "[1, 2][0] == 1 && {'a': 1}.?a.orValue(0) == 1",
        "-9223372036854775808 < 0 && 0x10 == 16",
        "r'\\n' == '\\\\n' && '''a''' == \"a\"",
    ]);
}

#[test]
fn one_side_makes_up_for_errors_of_the_other() {
    all_true(&[
        "true || 1 / 0 == 1",
        "1 / 0 == 1 || true",
        "!(false && 1 / 0 == 1)",
        "!(1 / 0 == 1 && false)",
        "[0, 1].exists(x, 1 / x == 1)",
        "![0, 2].all(x, 1 / x == 1)",
        "true ? true : 1 / 0 == 1",
    ]);
    all_fail(&[
        ("1 / 0 == 1", "divided by nought"),
        ("1 % 0 == 1", "divided by nought"),
        ("false || 1 / 0 == 1", "divided by nought"),
        ("true && 1 / 0 == 1", "divided by nought"),
        ("[0, 1].all(x, 1 / x == 1)", "divided by nought"),
        ("[0, 1].exists_one(x, 1 / x == 1)", "divided by nought"),
        ("9223372036854775807 + 1 > 0", "out of the range"),
        ("-(-9223372036854775808) > 0", "out of the range"),
        ("0u - 1u > 0u", "out of the range"),
        ("[1][3] == 1", "no element 3"),
        ("[1][-1] == 1", "no element -1"),
        ("int('x') == 1", "no int"),
        ("{'a': 1, 'a': 2}.size() == 1", "there twice"),
        ("dyn('a') + dyn(1) == dyn(1)", "`+` does not take string and int"),
        ("dyn('a')", "true or false is needed"),
    ]);
}

#[test]
fn macros_go_through_lists_and_keys() {
    all_true(&[
        "[1, 2, 3].all(x, x > 0) && ![1, 2].all(x, x > 1) && [].all(x, false)",
        "[1, 2].exists(x, x == 2) && ![].exists(x, true)",
        "[1, 2, 2].exists_one(x, x == 1) && ![1, 2, 2].existsOne(x, x == 2)",
        "[1, 2, 3].map(x, x * 2) == [2, 4, 6] && [1, 2, 3].map(x, x > 1, x * 2) == [4, 6]",
        "[1, 2, 3].filter(x, x != 2) == [1, 3]",
        "{'a': 1, 'b': 2}.all(k, k in ['a', 'b']) && {'a': 1}.map(k, k) == ['a']",
        "[[1, 2], [3]].map(xs, xs.map(x, x + 1)) == [[2, 3], [4]]",
        "[1, 2].all(x, [1, 2].exists(y, x == y))",
        "[1, 2].map(x, [x, x].map(x, x + 1)) == [[2, 2], [3, 3]]",
    ]);
}

#[test]
fn optionals_hold_a_value_or_none() {
    all_true(&[
        "ship.?crew.orValue(0) == 12 && ship.?armed.orValue(false) == false",
        "ship.?captain.name.orValue('') == 'Ann' && ship.?captain.?rank.orValue('none') == 'none'",
        "ship.?crew.hasValue() && !ship.?armed.hasValue()",
        "ship.?crew.value() == 12",
        "optional.of(1).value() == 1 && !optional.none().hasValue() && !optional.ofNonZeroValue('').hasValue()",
        "optional.none().or(optional.of(2)).value() == 2 && optional.of(1).or(optional.of(2)).value() == 1",
        "optional.of(1) == optional.of(1) && optional.of(1) != optional.none()",
        "ship.?crew.optMap(c, c + 1).orValue(0) == 13 && !ship.?armed.optMap(a, !a).hasValue()",
        "ship.?captain.optFlatMap(c, c.?rank).orValue('-') == '-'",
        "[1, 2][?0].orValue(0) == 1 && [1, 2][?7].orValue(0) == 0 && {'a': 1}[?'b'].orValue(3) == 3",
        "[?ship.?armed, ?optional.of(true)].size() == 1",
        "{?'a': ship.?armed}.size() == 0",
        "optional.of(1).orValue(1 / 0) == 1",
    ]);
    all_fail(&[("ship.?armed.value()", "without a value")]);
}

#[test]
fn facts_are_read_as_the_schema_has_them() {
    all_true(&[
        "ship.name == 'Hope' && ship.platform == 'malta' && ship.platform in ['malta', 'panama']",
        "has(ship.crew) && ship.crew == 12 && !has(ship.armed)",
        "!has(ship.armed) || ship.armed",
        "has(ship.captain) && has(ship.captain.rank) ? ship.captain.rank == '' : true",
        "ship.boxes.size() == 3 && ship.boxes[1].name == 'gold' && ship.boxes[2].contents.size() == 0",
        "!has(ship.boxes[2].contents) && has(ship.boxes[0].contents)",
        "ship.boxes.exists(b, has(b.weight) && quantity(b.weight).isGreaterThan(quantity('1Gi')))",
        "ship.labels.size() == 2 && 'port' in ship.labels",
        "'a/b' in ship.labels && ship.labels['a/b'] == 'c'",
        "has(ship.labels.port) && ship.labels.port == 'Genua'",
        "ship.labels[?'none'].orValue('x') == 'x'",
        "ship.notes.?flag.orValue(false) == true",
        "ship.notes[?'deep'].?text.orValue('') == 't'",
        "ship.notes[?'deep'].?list.orValue([]).size() == 3",
        "has(ship.notes.deep) && has(ship.notes.deep.none) && ship.notes.deep.none == null",
        "has(ship.order.sail) && ship.order.sail == 'home' && ship.order != 'none'",
        "ship.order.?sail.orValue('') == 'home'",
        "[ship].size() == 1 && [ship][0].name == 'Hope'",
    ]);
    all_fail(&[
        ("has(ship.notes.flag) && has(ship.notes.flag.x)", "bool has no field `x`"),
        ("ship.notes[?'flag'].?x.hasValue()", "bool has no field `x`"),
    ]);
}
