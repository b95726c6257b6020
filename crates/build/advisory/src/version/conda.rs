//! The order of conda: `[epoch!]version[+local]`.
//!
//! Source: the conda documentation, `conda.models.version.VersionOrder`. A version is components divided by dots and
//! underscores; a component is runs of digits and runs of other characters, and begins with a zero where it does not begin
//! with a digit. Missing components and runs are zero. Words come before numbers, except `post`, which comes after all of
//! them; `dev` comes before all other words.

use std::cmp::Ordering;

use boltseal_model::Ecosystem;

use super::{VersionOrder, compare_numbers, compare_parsed, compare_words, split_digits, split_run};

pub static ORDER: VersionOrder = VersionOrder {
    id: "conda",
    ecosystems: &[Ecosystem::Conda],
    source: "conda documentation, VersionOrder",
    held_to: None,
    compare,
    is_valid,
};

struct Version<'a> {
    epoch: &'a str,
    main: &'a str,
    local: &'a str,
}

fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let (epoch, rest) = text.split_once('!').unwrap_or(("0", text));
    let (main, local) = match rest.split_once('+') {
        Some((main, local)) => (main, Some(local)),
        None => (rest, None),
    };
    // A hyphen divides like an underscore, but the two may not be mixed.
    let is_mixed = text.contains('-') && text.contains('_');
    let are_components = |text: &str, trailing: bool| {
        let text = if trailing { text.strip_suffix(['_', '-']).unwrap_or(text) } else { text };
        text.split(is_divider).all(|component| {
            !component.is_empty() && component.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'*')
        })
    };
    let valid = !epoch.is_empty()
        && epoch.bytes().all(|byte| byte.is_ascii_digit())
        && !is_mixed
        && are_components(main, true)
        && local.is_none_or(|local| are_components(local, false));
    valid.then_some(Version { epoch, main, local: local.unwrap_or_default() })
}

const fn is_divider(c: char) -> bool {
    matches!(c, '.' | '_' | '-')
}

fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

fn compare(left: &str, right: &str) -> Ordering {
    compare_parsed(left, right, parse, |left, right| {
        compare_numbers(left.epoch, right.epoch)
            .then_with(|| compare_components(left.main, right.main))
            .then_with(|| compare_components(left.local, right.local))
    })
}

/// The components of a part. A divider at the very end belongs to the last component: `1.0_` is the version before `1.0`.
fn components(part: &str) -> impl Iterator<Item = (&str, bool)> {
    let stem = part.strip_suffix(['_', '-']);
    let has_tail = stem.is_some();
    let stem = stem.unwrap_or(part);
    let last = stem.split(is_divider).count();
    stem.split(is_divider).zip(1..).map(move |(component, number)| (component, has_tail && number == last))
}

fn compare_components(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (components(left), components(right));
    loop {
        let (one, two) = (left.next(), right.next());
        if one.is_none() && two.is_none() {
            return Ordering::Equal;
        }
        let order = compare_component(one.unwrap_or_default(), two.unwrap_or_default());
        if order.is_ne() {
            return order;
        }
    }
}

/// Runs of a component; a missing one is zero. The flag says that an underscore follows the last run.
fn compare_component((mut left, left_tail): (&str, bool), (mut right, right_tail): (&str, bool)) -> Ordering {
    let (mut left_tail, mut right_tail) = (left_tail, right_tail);
    let (mut left_first, mut right_first) = (true, true);
    while !left.is_empty() || !right.is_empty() || left_tail || right_tail {
        let one = next_run(&mut left, &mut left_tail, &mut left_first);
        let two = next_run(&mut right, &mut right_tail, &mut right_first);
        let order = one.compare(two);
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// A run of a component.
#[derive(Clone, Copy)]
enum Run<'a> {
    Wildcard,
    Dev,
    Tail,
    Word(&'a str),
    Number(&'a str),
    Post,
}

fn next_run<'a>(text: &mut &'a str, tail: &mut bool, first: &mut bool) -> Run<'a> {
    let (digits, rest) = split_digits(text);
    if std::mem::take(first) || !digits.is_empty() {
        *text = rest;
        return Run::Number(digits);
    }
    let (word, rest) = split_run(text, |byte| byte == b'*');
    let (word, rest) = if word.is_empty() { split_run(text, |byte| byte.is_ascii_alphabetic()) } else { (word, rest) };
    *text = rest;
    match word {
        "" => {
            if std::mem::take(tail) {
                Run::Tail
            } else {
                Run::Number("")
            }
        }
        _ if word.starts_with('*') => Run::Wildcard,
        _ if word.eq_ignore_ascii_case("dev") => Run::Dev,
        _ if word.eq_ignore_ascii_case("post") => Run::Post,
        _ => Run::Word(word),
    }
}

impl Run<'_> {
    const fn rank(self) -> u8 {
        match self {
            Self::Wildcard => 0,
            Self::Dev => 1,
            Self::Tail => 2,
            Self::Word(_) => 3,
            Self::Number(_) => 4,
            Self::Post => 5,
        }
    }

    fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => compare_numbers(one, two),
            (Self::Word(one), Self::Word(two)) => compare_words(one, two),
            (one, two) => one.rank().cmp(&two.rank()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_conda_refuses() {
        for version in ["", "a!1", "1!2!3", "1..2", "1.0+", "+1", "1.0-a_b", "1.0+a+b", "1.0,2", "_", "1 2"] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in ["1.0", "2!1.0.post1", "1.0.1_", "1.1.1w", "2019c", "1.0+cuda.11", "1.0-rc1", "*"] {
            assert!(is_valid(version), "{version:?}");
        }
    }
}
