//! The order of Maven: `1.2.3-rc-1`.
//!
//! Source: the Maven POM reference, "Version Order Specification". A version is tokens, divided by dots, by hyphens, and
//! where digits meet other characters, which counts as a hyphen. Tokens that say nothing (`0`, `final`, `ga`) are dropped
//! before a hyphen and at the end. Words that announce a release come before it, others after it, numbers last. Every string
//! is a version.
//!
//! Programs without a package manager and Conan's packages are versioned like no other thing in particular; this order puts
//! `3.12.0rc1` before `3.12.0`, and `1.1.1w` of OpenSSL after `1.1.1`.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{VersionOrder, compare_numbers, compare_words};

pub static ORDER: VersionOrder = VersionOrder {
    id: "maven",
    ecosystems: &[Ecosystem::Conan, Ecosystem::Generic, Ecosystem::Maven],
    source: "Maven POM reference, Version Order Specification",
    held_to: Some(HeldTo {
        what: "Maven's ComparableVersion",
        tests: &["crates/build/advisory/tests/it/version_tools.rs::maven_agrees_with_maven"],
    }),
    compare,
    is_valid,
};

/// Words that have a place of their own, with it. A release is [`RELEASE`].
const WORDS: [(&str, u8); 9] = [
    ("alpha", 0),
    ("beta", 1),
    ("milestone", 2),
    ("rc", 3),
    ("cr", 3),
    ("snapshot", 4),
    ("final", RELEASE),
    ("ga", RELEASE),
    ("sp", 6),
];
/// Words that are short for others where a digit follows at once.
const SHORT: [(&str, u8); 3] = [("a", 0), ("b", 1), ("m", 2)];
const RELEASE: u8 = 5;
const OTHER_WORD: u8 = 7;
const HYPHEN_NUMBER: u8 = 8;
const DOT_NUMBER: u8 = 9;

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    rank: u8,
    is_hyphenated: bool,
}

impl Token<'_> {
    /// What a missing token counts as.
    const NONE: Self = Self { text: "", rank: RELEASE, is_hyphenated: true };

    /// Whether it says nothing.
    fn is_null(&self) -> bool {
        self.rank == RELEASE || (self.is_number() && self.text.bytes().all(|digit| digit == b'0'))
    }

    const fn is_number(&self) -> bool {
        matches!(self.rank, HYPHEN_NUMBER | DOT_NUMBER)
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| match self.rank {
            OTHER_WORD => compare_words(self.text, other.text),
            HYPHEN_NUMBER | DOT_NUMBER => compare_numbers(self.text, other.text),
            _ => Ordering::Equal,
        })
    }
}

/// Reads tokens as they are written.
#[derive(Clone, Copy)]
struct Reader<'a> {
    rest: &'a str,
    /// Whether what comes next follows a hyphen, or a change between digits and other characters.
    is_hyphenated: bool,
    is_done: bool,
}

impl<'a> Iterator for Reader<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.is_done {
            return None;
        }
        let is_number = self.rest.starts_with(|c: char| c.is_ascii_digit());
        let end = self.rest.find(|c: char| matches!(c, '.' | '-') || c.is_ascii_digit() != is_number);
        let (text, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len())).unwrap_or((self.rest, ""));
        let is_hyphenated = self.is_hyphenated;
        let divider = rest.bytes().next();
        self.is_done = divider.is_none();
        self.is_hyphenated = divider != Some(b'.');
        self.rest = rest.strip_prefix(['.', '-']).unwrap_or(rest);
        let number = if is_hyphenated { HYPHEN_NUMBER } else { DOT_NUMBER };
        let rank = match text {
            "" => number,
            _ if is_number => number,
            _ => rank_of_word(text, divider.is_some_and(|byte| byte.is_ascii_digit())),
        };
        // A word after a dot counts as one after a hyphen.
        Some(Token { text, rank, is_hyphenated: is_hyphenated || !matches!(rank, HYPHEN_NUMBER | DOT_NUMBER) })
    }
}

fn rank_of_word(word: &str, is_before_digit: bool) -> u8 {
    let short = SHORT.iter().filter(|_| is_before_digit);
    let known = WORDS.iter().chain(short).find(|(known, _)| word.eq_ignore_ascii_case(known));
    known.map_or(OTHER_WORD, |&(_, rank)| rank)
}

/// The tokens that count: those that say nothing are left out before a hyphen and at the end.
struct Tokens<'a> {
    reader: Reader<'a>,
    /// Tokens that are known to stay although they say nothing.
    kept: usize,
}

impl<'a> Tokens<'a> {
    const fn of(version: &'a str) -> Self {
        Self { reader: Reader { rest: version, is_hyphenated: false, is_done: version.is_empty() }, kept: 0 }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let token = self.reader.next()?;
            if self.kept > 0 {
                self.kept -= 1;
                return Some(token);
            }
            if !token.is_null() {
                return Some(token);
            }
            // A run of tokens that say nothing stays from its last hyphen on, if a number follows it after a dot.
            let mut ahead = self.reader;
            let mut run = 0;
            let decided = loop {
                let before = ahead;
                let Some(next) = ahead.next() else {
                    self.reader = ahead;
                    return None;
                };
                if next.is_hyphenated {
                    self.reader = before;
                    break false;
                }
                if !next.is_null() {
                    break true;
                }
                run += 1;
            };
            if decided {
                self.kept = run;
                return Some(token);
            }
        }
    }
}

fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (Tokens::of(left), Tokens::of(right));
    loop {
        let (one, two) = (left.next(), right.next());
        if one.is_none() && two.is_none() {
            return Ordering::Equal;
        }
        let order = one.unwrap_or(Token::NONE).compare(&two.unwrap_or(Token::NONE));
        if order.is_ne() {
            return order;
        }
    }
}

/// Maven refuses nothing; a version that has no letter and no digit is none all the same.
fn is_valid(version: &str) -> bool {
    version.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_does_not_count() {
        for (left, right) in [
            ("1", "1.0.0"),
            ("1-ga", "1"),
            ("1.final", "1-0"),
            ("1.0-rc", "1-cr"),
            ("1.0.0-foo.0.0", "1-foo"),
            ("1.0.0-0.0.0", "1"),
            ("1.RELEASE", "1-release"),
        ] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} {right}");
        }
    }

    /// Each run of zeros is looked at once, however long it is.
    #[test]
    fn long_versions_are_read_in_one_go() {
        let zeros = "0.".repeat(200_000);
        for end in ["1", "-1", "x"] {
            let version = format!("{zeros}{end}");
            assert_eq!(compare(&version, &version), Ordering::Equal);
        }
        assert_eq!(compare(&"-".repeat(200_000), ""), Ordering::Equal);
    }
}
