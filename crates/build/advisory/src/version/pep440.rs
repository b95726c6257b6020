//! Python's order: `1!2.3rc1.post2.dev3+local.4`.
//!
//! Source: PEP 440, now "Version specifiers" of the Python packaging user guide, with its normalisation rules: case, `v`,
//! separators and the spellings of the segments do not matter. Legacy versions, which have no place there, sort below all
//! others by bytes.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{VersionOrder, compare_dotted, compare_numbers, compare_parsed, compare_words, split_digits, split_run};

pub static ORDER: VersionOrder = VersionOrder {
    id: "pep440",
    ecosystems: &[Ecosystem::Pypi],
    source: "PEP 440",
    held_to: Some(HeldTo {
        what: "Python's packaging",
        tests: &["crates/build/advisory/tests/it/version_orders.rs::pep440_agrees_with_packaging"],
    }),
    compare,
    is_valid,
};

/// Spellings of the segment before a release, with the phase that they mean. Longer spellings stand before their prefixes.
const PRE: [(&str, u8); 8] =
    [("alpha", 0), ("beta", 1), ("preview", 2), ("pre", 2), ("rc", 2), ("a", 0), ("b", 1), ("c", 2)];
/// Spellings of the segment after a release.
const POST: [(&str, u8); 3] = [("post", 0), ("rev", 0), ("r", 0)];
const DEV: [(&str, u8); 1] = [("dev", 0)];

#[derive(Debug, Default)]
struct Version<'a> {
    epoch: &'a str,
    release: &'a str,
    pre: Option<(u8, &'a str)>,
    post: Option<&'a str>,
    dev: Option<&'a str>,
    local: Option<&'a str>,
}

fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (text, local) = match text.split_once('+') {
        Some((text, local)) => (text, Some(local)),
        None => (text, None),
    };
    let (epoch, rest) = text.split_once('!').unwrap_or(("0", text));
    let (release, rest) = split_release(rest);
    let mut version = Version { epoch, release, local, ..Version::default() };
    let (pre, rest) = segment(rest, &PRE);
    version.pre = pre;
    let (post, rest) = match implicit_post(rest) {
        Some((post, rest)) => (Some(post), rest),
        None => {
            let (post, rest) = segment(rest, &POST);
            (post.map(|(_, number)| number), rest)
        }
    };
    version.post = post;
    let (dev, rest) = segment(rest, &DEV);
    version.dev = dev.map(|(_, number)| number);

    let all = |text: &str, accept: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(accept);
    let valid = rest.is_empty()
        && all(epoch, u8::is_ascii_digit)
        && !release.is_empty()
        && local.is_none_or(|local| local.split(['.', '-', '_']).all(|part| all(part, u8::is_ascii_alphanumeric)));
    valid.then_some(version)
}

/// Digits joined by dots; a dot that no digit follows belongs to what comes next, as in `1.0.dev1`.
fn split_release(text: &str) -> (&str, &str) {
    let (run, _) = split_run(text, |byte| byte.is_ascii_digit() || byte == b'.');
    let length = if run.contains("..") || run.starts_with('.') { 0 } else { run.trim_end_matches('.').len() };
    text.split_at_checked(length).unwrap_or(("", text))
}

/// A segment: optional separator, a spelling, optional separator, optional digits. An absent number is empty, hence zero.
fn segment<'a>(text: &'a str, spellings: &[(&str, u8)]) -> (Option<(u8, &'a str)>, &'a str) {
    let unseparated = text.strip_prefix(['.', '-', '_']).unwrap_or(text);
    for &(spelling, phase) in spellings {
        let Some((word, rest)) = unseparated.split_at_checked(spelling.len()) else { continue };
        if !word.eq_ignore_ascii_case(spelling) {
            continue;
        }
        let (number, after) = split_digits(rest.strip_prefix(['.', '-', '_']).unwrap_or(rest));
        return (Some((phase, number)), after);
    }
    (None, text)
}

/// `1.0-4` is `1.0.post4`.
fn implicit_post(text: &str) -> Option<(&str, &str)> {
    let (number, rest) = split_digits(text.strip_prefix('-')?);
    (!number.is_empty()).then_some((number, rest))
}

fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

fn compare(left: &str, right: &str) -> Ordering {
    compare_parsed(left, right, parse, |left, right| {
        compare_numbers(left.epoch, right.epoch)
            .then_with(|| compare_dotted(left.release, right.release))
            .then_with(|| compare_pre(left, right))
            .then_with(|| compare_optional(left.post, right.post, Ordering::Less))
            .then_with(|| compare_optional(left.dev, right.dev, Ordering::Greater))
            .then_with(|| compare_local(left.local, right.local))
    })
}

/// `1.0.dev1` comes before `1.0a1`, and that before `1.0` and `1.0.post1`.
fn compare_pre(left: &Version<'_>, right: &Version<'_>) -> Ordering {
    let rank = |version: &Version<'_>| match version.pre {
        Some((phase, _)) => phase + 1,
        None if version.post.is_none() && version.dev.is_some() => 0,
        None => u8::MAX,
    };
    rank(left).cmp(&rank(right)).then_with(|| {
        compare_numbers(left.pre.map_or("", |(_, number)| number), right.pre.map_or("", |(_, number)| number))
    })
}

/// Compares two optional numbers, where `absent` says how a missing one compares to a present one.
fn compare_optional(left: Option<&str>, right: Option<&str>, absent: Ordering) -> Ordering {
    match (left, right) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => absent,
        (Some(_), None) => absent.reverse(),
        (Some(left), Some(right)) => compare_numbers(left, right),
    }
}

/// Part by part: numbers numerically and above words, words without regard to case, the shorter list first.
fn compare_local(left: Option<&str>, right: Option<&str>) -> Ordering {
    let (Some(left), Some(right)) = (left, right) else { return left.is_some().cmp(&right.is_some()) };
    let (mut left, mut right) = (left.split(['.', '-', '_']), right.split(['.', '-', '_']));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => compare_local_part(left, right),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_local_part(left: &str, right: &str) -> Ordering {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (is_number(left), is_number(right)) {
        (true, true) => compare_numbers(left, right),
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => compare_words(left, right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_legacy_versions() {
        for version in ["", "2004d", "1.0-x", "dog", "1..2", ".1", "1.0+", "1.0+a..b", "1.0 beta", "a!1", "1.0."] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in [
            "1",
            "v1.0",
            "1!2.0",
            "1.0a1.post2.dev3+ubuntu.1",
            "1.0-1",
            "1.0.DEV",
            "1.0-rc-1",
            "1.0_preview_2",
            "1.0a.dev",
            "1.0a--dev-",
        ] {
            assert!(is_valid(version), "{version:?}");
        }
    }

    #[test]
    fn spellings_do_not_matter() {
        for (left, right) in [
            ("1.0alpha1", "1.0a1"),
            ("1.0-1", "1.0.post1"),
            ("1.0.0", "1"),
            ("1.0-C-2", "1.0rc2"),
            ("1.0a", "1.0a0"),
            ("1+A_1", "1+a.1"),
        ] {
            assert_eq!(compare(left, right), Ordering::Equal, "{left} {right}");
        }
    }
}
