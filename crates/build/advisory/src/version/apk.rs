//! Alpine's order: `1.2.3a_rc1~c0ffee-r4`.
//!
//! Source: apk-package(5), "pkgver", and the behaviour of apk-tools 3: digits, an optional letter, suffixes before
//! (`_alpha`, `_beta`, `_pre`, `_rc`) and after (`_cvs`, `_svn`, `_git`, `_hg`, `_p`) the release, an optional commit hash and
//! a revision. Components after the first are fractions when either has a leading zero.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{VersionOrder, compare_numbers, compare_parsed, split_digits, split_run};

pub static ORDER: VersionOrder = VersionOrder {
    id: "apk",
    ecosystems: &[Ecosystem::Apk],
    source: "apk-package(5), apk-tools 3",
    held_to: Some(HeldTo {
        what: "the lists that Alpine keeps in order",
        tests: &["crates/build/advisory/tests/it/version_orders.rs::alpine_lists_are_in_order"],
    }),
    compare,
    is_valid,
};

/// Suffixes of versions that come before the release, lowest first.
const BEFORE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
/// Suffixes of versions that come after the release, lowest first.
const AFTER: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];

/// One token of a version. Where two versions first differ, the kinds of the tokens decide, and within one kind the values.
///
/// The variants stand in their order: a version that goes on with a suffix like `_rc` is lower than one that ends there, and
/// one that goes on in any other way is higher; the earlier a token may stand in a version, the higher it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Token<'a> {
    Before(usize),
    End,
    Revision(Number<'a>),
    Hash(&'a str),
    SuffixNumber(Number<'a>),
    After(usize),
    Letter(&'a str),
    Component(Fraction<'a>),
    First(Number<'a>),
}

/// Digits, compared as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number<'a>(&'a str);

/// Digits after a dot: as text when either has a leading zero, so that `1.01` is lower than `1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fraction<'a>(&'a str);

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_numbers(self.0, other.0)
    }
}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0.starts_with('0') || other.0.starts_with('0') {
            self.0.cmp(other.0)
        } else {
            compare_numbers(self.0, other.0)
        }
    }
}

impl PartialOrd for Fraction<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Reads the tokens of a version one after the other.
struct Tokens<'a> {
    rest: &'a str,
    /// Where in the grammar the last token stood; a token may not stand before it.
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Start,
    Digits,
    Letter,
    Suffix,
    SuffixNumber,
    Hash,
    Revision,
}

impl<'a> Tokens<'a> {
    const fn new(version: &'a str) -> Self {
        Self { rest: version, stage: Stage::Start }
    }

    /// The next token; `None` where the grammar is left.
    fn next(&mut self) -> Option<Token<'a>> {
        let first = self.rest.bytes().next();
        match (self.stage, first) {
            (Stage::Start, _) => self.digits(self.rest, Stage::Digits).map(|digits| Token::First(Number(digits))),
            (_, None) => Some(Token::End),
            (Stage::Digits, Some(b'.')) => {
                let rest = self.rest.strip_prefix('.')?;
                self.digits(rest, Stage::Digits).map(|digits| Token::Component(Fraction(digits)))
            }
            (Stage::Digits, Some(b'a'..=b'z')) => {
                let (letter, rest) = self.rest.split_at_checked(1)?;
                (self.rest, self.stage) = (rest, Stage::Letter);
                Some(Token::Letter(letter))
            }
            (Stage::Suffix, Some(b'0'..=b'9')) => {
                self.digits(self.rest, Stage::SuffixNumber).map(|digits| Token::SuffixNumber(Number(digits)))
            }
            (stage, Some(b'_')) if stage <= Stage::SuffixNumber => self.suffix(),
            (stage, Some(b'~')) if stage <= Stage::SuffixNumber => {
                let (hash, rest) =
                    split_run(self.rest.strip_prefix('~')?, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                (self.rest, self.stage) = (rest, Stage::Hash);
                (!hash.is_empty()).then_some(Token::Hash(hash))
            }
            (stage, Some(b'-')) if stage <= Stage::Hash => {
                let rest = self.rest.strip_prefix("-r")?;
                self.digits(rest, Stage::Revision).map(|digits| Token::Revision(Number(digits)))
            }
            _ => None,
        }
    }

    fn digits(&mut self, text: &'a str, stage: Stage) -> Option<&'a str> {
        let (digits, rest) = split_digits(text);
        (self.rest, self.stage) = (rest, stage);
        (!digits.is_empty()).then_some(digits)
    }

    fn suffix(&mut self) -> Option<Token<'a>> {
        let (name, rest) = split_run(self.rest.strip_prefix('_')?, |byte| byte.is_ascii_lowercase());
        (self.rest, self.stage) = (rest, Stage::Suffix);
        let before = BEFORE.iter().position(|&suffix| suffix == name).map(Token::Before);
        before.or_else(|| AFTER.iter().position(|&suffix| suffix == name).map(Token::After))
    }
}

fn is_valid(version: &str) -> bool {
    let mut tokens = Tokens::new(version);
    loop {
        match tokens.next() {
            Some(Token::End) => return true,
            Some(_) => {}
            None => return false,
        }
    }
}

fn compare(left: &str, right: &str) -> Ordering {
    compare_parsed(
        left,
        right,
        |version| is_valid(version).then_some(version),
        |left, right| compare_valid(left, right),
    )
}

fn compare_valid(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (Tokens::new(left), Tokens::new(right));
    loop {
        let (one, other) = (left.next(), right.next());
        let order = one.cmp(&other);
        if order.is_ne() || one.is_none_or(|token| token == Token::End) {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_the_grammar_refuses() {
        for version in [
            "",
            "a",
            "1.",
            "1..2",
            "1.2ab",
            "1_foo",
            "1_",
            "1~",
            "1~xyz",
            "1-r",
            "1-1",
            "1-r1-r2",
            "10.2.22.r0",
            "1-r1_p1",
            "1A",
        ] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in ["1", "1.2.3a_rc1_p2~c0ffee-r4", "20240101-r0", "1_alpha", "0.9.8z-r1"] {
            assert!(is_valid(version), "{version:?}");
        }
    }
}
