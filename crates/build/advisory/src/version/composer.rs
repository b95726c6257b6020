//! The order of Composer: `v1.2.3.4-beta2-dev`.
//!
//! Source: composer/semver, `VersionParser::normalize`, and the PHP manual, `version_compare`. Up to four numbers, missing
//! ones read as zero, or a date; then a stability with a number, then `dev`. `1.2.x-dev` is a branch, and comes after every
//! release of it. Branches by name (`dev-main`) have no place among releases, and sort below all others by bytes.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{VersionOrder, compare_numbers, compare_parsed, split_digits, split_run};

pub static ORDER: VersionOrder = VersionOrder {
    id: "composer",
    ecosystems: &[Ecosystem::Composer],
    source: "composer/semver, VersionParser::normalize",
    held_to: Some(HeldTo {
        what: "composer/semver",
        tests: &["crates/build/advisory/tests/it/version_tools.rs::composer_agrees_with_composer"],
    }),
    compare,
    is_valid,
};

/// Spellings of stabilities, with the place that PHP gives them. Longer spellings stand before their prefixes.
const STABILITIES: [(&str, u8); 9] =
    [("stable", STABLE), ("patch", 6), ("alpha", 1), ("beta", 2), ("rc", 3), ("pl", 6), ("a", 1), ("b", 2), ("p", 6)];
const DEV: u8 = 0;
/// No stability: below a number, which a fifth component of a date would be, and below a patch.
const STABLE: u8 = 4;
/// What Composer writes for the `x` of a branch.
const WILDCARD: &str = "9999999";

#[derive(Debug, Clone, Copy)]
struct Version<'a> {
    /// Numbers joined by characters that are none; `x` and `*` are wildcards.
    release: &'a str,
    is_date: bool,
    stability: u8,
    /// The number of the stability, as `2` or `2.1`.
    number: &'a str,
    is_dev: bool,
}

fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.trim();
    let text = text.split_once(" as ").map_or(text, |(text, _)| text.trim_end());
    let text = match text.rsplit_once('@') {
        Some((version, stability)) if is_flag(stability) => version,
        _ => text,
    };
    let text = match text.split_once('+') {
        Some((version, build)) if !build.is_empty() && !build.contains(char::is_whitespace) => version,
        _ => text,
    };
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    parse_classical(text).or_else(|| parse_date(text)).or_else(|| parse_branch(text))
}

fn is_flag(word: &str) -> bool {
    ["dev", "alpha", "beta", "rc", "stable"].iter().any(|flag| word.eq_ignore_ascii_case(flag))
}

/// Up to four numbers, the first of at most five digits.
fn parse_classical(text: &str) -> Option<Version<'_>> {
    let (first, mut rest) = split_digits(text);
    if first.is_empty() || first.len() > 5 {
        return None;
    }
    for _ in 0..3 {
        let (number, after) = split_digits(rest.strip_prefix('.').unwrap_or_default());
        if number.is_empty() {
            break;
        }
        rest = after;
    }
    let release = text.strip_suffix(rest)?;
    parse_modifier(Version { release, ..BARE }, rest)
}

/// A year, two digits up to six times, then up to three digits once or twice, with or without dividers.
fn parse_date(text: &str) -> Option<Version<'_>> {
    let (date, rest) = split_run(text, |byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':' | b'-'));
    let date = date.trim_end_matches(['.', ':', '-']);
    let rest = text.strip_prefix(date).unwrap_or(rest);
    let mut groups = date.split(['.', ':', '-']);
    let first = groups.next()?;
    let digits = first.len();
    let is_first =
        (4..=16).contains(&digits) && (digits > 4 || date.len() > 4) && first.bytes().all(|b| b.is_ascii_digit());
    let are_groups = groups.clone().all(|group| (1..=12).contains(&group.len())) && groups.count() <= 8;
    (is_first && are_groups).then_some(())?;
    parse_modifier(Version { release: date, is_date: true, ..BARE }, rest)
}

/// `1.x-dev`, `1.2.*-dev`.
fn parse_branch(text: &str) -> Option<Version<'_>> {
    let end = text.len().checked_sub(3).filter(|&end| text.is_char_boundary(end))?;
    let (branch, dev) = text.split_at_checked(end)?;
    let release = branch.strip_suffix(['-', '.']).unwrap_or(branch);
    let mut parts = release.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let valid = dev.eq_ignore_ascii_case("dev")
        && parts.next().is_some_and(is_number)
        && parts.clone().count() <= 3
        && parts.all(|part| is_number(part) || is_wildcard(part));
    valid.then_some(Version { release, is_dev: true, is_date: false, ..BARE }).filter(|version| is_branch(version))
}

const BARE: Version<'static> = Version { release: "", is_date: false, stability: STABLE, number: "", is_dev: false };

fn is_wildcard(part: &str) -> bool {
    matches!(part, "x" | "X" | "*")
}

fn is_branch(version: &Version<'_>) -> bool {
    version.release.split('.').any(is_wildcard)
}

/// What follows the numbers: `-beta.2-dev`, `RC1`, `p3`, `-dev`.
fn parse_modifier<'a>(mut version: Version<'a>, text: &'a str) -> Option<Version<'a>> {
    let unseparated = text.strip_prefix(['.', '_', '-']).unwrap_or(text);
    let mut rest = text;
    let known = STABILITIES.iter().find_map(|&(spelling, place)| {
        let (word, rest) = unseparated.split_at_checked(spelling.len())?;
        word.eq_ignore_ascii_case(spelling).then_some((place, rest))
    });
    if let Some((place, after)) = known {
        let (number, _) = split_run(after, |byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        let number = number.trim_end_matches(['.', '-']);
        rest = after.strip_prefix(number).unwrap_or(after);
        version.stability = place;
        // A stable version is a release, whatever number stands behind the word.
        version.number = if place == STABLE { "" } else { number };
    }
    let dev = rest.strip_prefix(['.', '-']).or_else(|| rest.strip_prefix('_').filter(|_| known.is_none()));
    let dev = dev.unwrap_or(rest);
    if dev.eq_ignore_ascii_case("dev") {
        version.is_dev = version.stability != STABLE || known.is_none();
        return Some(version);
    }
    rest.is_empty().then_some(version)
}

fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

fn compare(left: &str, right: &str) -> Ordering {
    compare_parsed(left, right, parse, |left, right| {
        compare_release(left, right).then_with(|| compare_suffix(left, right))
    })
}

/// The numbers of a release, without an end where missing ones are zero.
fn numbers<'a>(version: &Version<'a>) -> impl Iterator<Item = &'a str> {
    let is_branch = is_branch(version);
    let missing = if is_branch { WILDCARD } else { "0" };
    let padding = if version.is_date { 0 } else { 4_usize.saturating_sub(version.release.split('.').count()) };
    let written = version.release.split(['.', ':', '-']);
    written.map(|part| if is_wildcard(part) { WILDCARD } else { part }).chain(std::iter::repeat_n(missing, padding))
}

/// Number by number. Where a date ends before the other does, what follows it decides: see [`compare_suffix`].
fn compare_release(left: &Version<'_>, right: &Version<'_>) -> Ordering {
    let (mut ones, mut twos) = (numbers(left), numbers(right));
    loop {
        let order = match (ones.next(), twos.next()) {
            (None, None) => return Ordering::Equal,
            (Some(one), Some(two)) => compare_numbers(one, two),
            (Some(_), None) => number_against(right).reverse(),
            (None, Some(_)) => number_against(left),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// How what follows a release compares to a further number: only a patch comes after it.
const fn number_against(version: &Version<'_>) -> Ordering {
    if version.stability > STABLE { Ordering::Greater } else { Ordering::Less }
}

/// Stability, its number, then whether it is in development.
fn compare_suffix(left: &Version<'_>, right: &Version<'_>) -> Ordering {
    let place = |version: &Version<'_>| match version.stability {
        STABLE if version.is_dev => DEV,
        place => place,
    };
    place(left).cmp(&place(right)).then_with(|| {
        let (mut ones, mut twos) = (parts(left), parts(right));
        loop {
            let order = match (ones.next(), twos.next()) {
                (None, None) => return right.is_dev.cmp(&left.is_dev),
                (Some(one), Some(two)) => compare_numbers(one, two),
                (Some(_), None) => Ordering::Greater,
                (None, Some(_)) => Ordering::Less,
            };
            if order.is_ne() {
                return order;
            }
        }
    })
}

/// The numbers of a stability.
fn parts<'a>(version: &Version<'a>) -> impl Iterator<Item = &'a str> {
    version.number.split(['.', '-']).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_composer_refuses() {
        for version in ["", "dev-main", "1.x", "1.2.3.4.5", "beta", "1.0-foo", "1..2", "a", "1.0 beta", "x-dev"] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in
            ["1", "v1.2.3", "1.0.0-RC1", "2.0.x-dev", "20100102", "2010.01.02", "1.0.0-beta.5+foo", "1.2-dev"]
        {
            assert!(is_valid(version), "{version:?}");
        }
    }

    #[test]
    fn branches_come_after_their_releases() {
        assert_eq!(compare("1.2.x-dev", "1.2.99"), Ordering::Greater);
        assert_eq!(compare("1.2.x-dev", "1.3.0-alpha"), Ordering::Less);
    }
}
