//! The order of RubyGems: `1.2.3.rc1`.
//!
//! Source: the documentation of `Gem::Version`. A version is segments: numbers and words. A hyphen stands for `.pre.`.
//! Words come before numbers, and a missing segment is zero, so `1.0.a` comes before `1`. Zeros before the first word do not
//! count, nor do zeros at the end.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{VersionOrder, compare_numbers, compare_parsed, split_digits, split_run};

pub static ORDER: VersionOrder = VersionOrder {
    id: "gem",
    ecosystems: &[Ecosystem::Gem],
    source: "RubyGems, Gem::Version",
    held_to: Some(HeldTo {
        what: "RubyGems",
        tests: &["crates/build/advisory/tests/it/version_tools.rs::gem_agrees_with_rubygems"],
    }),
    compare,
    is_valid,
};

/// The numbers up to the first word, and the rest.
struct Version<'a> {
    release: &'a str,
    rest: &'a str,
}

/// `1.2.a-b`: numbers and words joined by dots, the first a number; then, after a hyphen, words and hyphens joined by dots.
fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let (main, prerelease) = match text.split_once('-') {
        Some((main, prerelease)) => (main, Some(prerelease)),
        None => (text, None),
    };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_hyphenated =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let mut words = main.split('.');
    let begins_with_number =
        words.next().is_some_and(|first| !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit()));
    let valid = begins_with_number
        && words.all(is_word)
        && prerelease.is_none_or(|prerelease| prerelease.split('.').all(is_hyphenated));
    let (release, rest) = split_run(text, |byte| byte.is_ascii_digit() || byte == b'.');
    valid.then_some(Version { release, rest })
}

fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    Word(&'a str),
    Number(&'a str),
}

/// The next segment, and what follows; an endless row of zeros once the text is used up.
fn next(text: &str) -> (Segment<'_>, &str) {
    let text = text.trim_start_matches('.');
    if let Some(rest) = text.strip_prefix('-') {
        return (Segment::Word("pre"), rest);
    }
    let (word, rest) = split_run(text, |byte| byte.is_ascii_alphabetic());
    if !word.is_empty() {
        return (Segment::Word(word), rest);
    }
    let (number, rest) = split_digits(text);
    (Segment::Number(number), rest)
}

fn compare(left: &str, right: &str) -> Ordering {
    compare_parsed(left, right, parse, |left, right| {
        compare_segments(left.release, right.release).then_with(|| compare_segments(left.rest, right.rest))
    })
}

fn compare_segments(mut left: &str, mut right: &str) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        let ((one, left_rest), (two, right_rest)) = (next(left), next(right));
        let order = match (one, two) {
            (Segment::Word(one), Segment::Word(two)) => one.cmp(two),
            (Segment::Word(_), Segment::Number(_)) => Ordering::Less,
            (Segment::Number(_), Segment::Word(_)) => Ordering::Greater,
            (Segment::Number(one), Segment::Number(two)) => compare_numbers(one, two),
        };
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_rubygems_refuses() {
        for version in ["", "a", "1..2", "1.", ".1", "v1", "1.2.3-", "1.2+3", "1a", "junk", "1.2 3"] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in ["1", "1.2.3.rc1", " 1.0 ", "1.2.3-java", "1.0.a10", "5.0.0.beta1.1", "1.2b"] {
            assert!(is_valid(version), "{version:?}");
        }
    }
}
