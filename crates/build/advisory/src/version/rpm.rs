//! The order of rpm: `[epoch:]version[-release]`.
//!
//! Source: rpm-version(7) and the description of `rpmvercmp` in the RPM manual. A version is runs of digits and runs of
//! letters; whatever stands between them only divides. The tilde sorts before the end, the caret after it, a run of letters
//! after that, and a run of digits last. With that rule every string has its place, so nothing is set apart.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{VersionOrder, compare_numbers, split_digits, split_run};

pub static ORDER: VersionOrder = VersionOrder {
    id: "rpm",
    ecosystems: &[Ecosystem::Rpm],
    source: "rpm-version(7)",
    held_to: Some(HeldTo {
        what: "rpm's own comparison",
        tests: &["crates/build/advisory/tests/it/version_tools.rs::rpm_agrees_with_rpm"],
    }),
    compare,
    is_valid,
};

/// (epoch, version, release). An absent epoch is zero; an absent release is empty, and sorts before every other.
pub fn split(text: &str) -> (&str, &str, &str) {
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
        _ => ("", text),
    };
    let (version, release) = rest.rsplit_once('-').unwrap_or((rest, ""));
    (epoch, version, release)
}

fn compare(left: &str, right: &str) -> Ordering {
    let (left_epoch, left_version, left_release) = split(left);
    let (right_epoch, right_version, right_release) = split(right);
    compare_numbers(left_epoch, right_epoch)
        .then_with(|| compare_part(left_version, right_version))
        .then_with(|| compare_part(left_release, right_release))
}

/// What a version is made of. The variants stand in the order in which they sort.
#[derive(Clone, Copy)]
enum Token<'a> {
    Tilde,
    End,
    Caret,
    Letters(&'a str),
    Digits(&'a str),
}

impl<'a> Token<'a> {
    /// The next token, and what follows it.
    fn next(text: &'a str) -> (Self, &'a str) {
        let text = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '~' | '^'));
        if let Some(rest) = text.strip_prefix('~') {
            return (Self::Tilde, rest);
        }
        if let Some(rest) = text.strip_prefix('^') {
            return (Self::Caret, rest);
        }
        let (digits, rest) = split_digits(text);
        if !digits.is_empty() {
            return (Self::Digits(digits), rest);
        }
        let (letters, rest) = split_run(text, |byte| byte.is_ascii_alphabetic());
        if letters.is_empty() { (Self::End, "") } else { (Self::Letters(letters), rest) }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Tilde => 0,
            Self::End => 1,
            Self::Caret => 2,
            Self::Letters(_) => 3,
            Self::Digits(_) => 4,
        }
    }

    fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Letters(one), Self::Letters(two)) => one.cmp(two),
            (Self::Digits(one), Self::Digits(two)) => compare_numbers(one, two),
            (one, two) => one.rank().cmp(&two.rank()),
        }
    }
}

fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    loop {
        let ((one, left_rest), (two, right_rest)) = (Token::next(left), Token::next(right));
        let order = one.compare(two);
        if order.is_ne() || matches!(one, Token::End) {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
}

/// Whether rpm accepts the version. A release is not required: advisories and package lists both leave it out at times.
fn is_valid(text: &str) -> bool {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    let (version, release) = rest.rsplit_once('-').unwrap_or((rest, "0"));
    let accepts = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'~' | b'^');
        !part.is_empty() && part.bytes().all(allowed)
    };
    !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit()) && accepts(version) && accepts(release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_rpm_refuses() {
        for version in ["", "a:1", ":1", "1-", "1 2", "1-2-3", "-1", "1/2"] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in ["1", "2:1.0-3.el9_2.1", "1.0~rc1-2", "1.2.3^git20200101.abc", "4.18.0-553.el8"] {
            assert!(is_valid(version), "{version:?}");
        }
    }
}
