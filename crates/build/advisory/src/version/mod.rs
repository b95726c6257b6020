//! How versions are ordered, per package manager.
//!
//! Every order is a total preorder over all strings, hostile ones included: what its grammar refuses sorts below
//! everything that the grammar accepts, by bytes. Numbers are compared as digits, so their length does not matter.

mod apk;
mod composer;
mod conda;
mod dpkg;
mod gem;
mod maven;
mod nuget;
mod pep440;
mod rpm;
mod semver;

use std::cmp::Ordering;
use std::fmt;

use boltseal_model::{Ecosystem, HeldTo, Namespace};

pub(crate) use rpm::split as split_rpm;

/// The order in which a package manager releases its versions.
pub struct VersionOrder {
    /// Permanent name: `dpkg`, `pep440`.
    pub id: &'static str,
    /// The ecosystems whose versions it orders.
    pub ecosystems: &'static [Ecosystem],
    /// The specification that it follows.
    pub source: &'static str,
    /// What tests hold it to beside our own fixtures: the ecosystem's own tool, or lists that are in order.
    pub held_to: Option<HeldTo>,
    /// Compares two versions. Never panics, allocates nothing.
    pub compare: fn(&str, &str) -> Ordering,
    /// Whether the grammar accepts a version. What it refuses is still ordered: below all that it accepts.
    pub is_valid: fn(&str) -> bool,
}

impl fmt::Debug for VersionOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VersionOrder").field(&self.id).finish()
    }
}

/// Every version order, by id.
pub static ALL: &[&VersionOrder] = &[
    &apk::ORDER,
    &composer::ORDER,
    &conda::ORDER,
    &dpkg::ORDER,
    &gem::ORDER,
    &maven::ORDER,
    &nuget::ORDER,
    &pep440::ORDER,
    &rpm::ORDER,
    &semver::ORDER,
];

/// The order of an ecosystem's versions. A test holds every ecosystem to exactly one order.
pub fn of(ecosystem: Ecosystem) -> &'static VersionOrder {
    ALL.iter().find(|order| order.ecosystems.contains(&ecosystem)).copied().unwrap_or(&semver::ORDER)
}

/// The ecosystem whose packages are looked up in a namespace; `None` for namespaces that this crate does not know.
pub fn ecosystem_of(namespace: &Namespace) -> Option<Ecosystem> {
    let name = namespace.as_str();
    let family = name.split_once(':').map_or(name, |(family, _)| family);
    match family {
        "alpine" | "chainguard" | "minimos" | "secureos" | "wolfi" => Some(Ecosystem::Apk),
        "debian" | "ubuntu" => Some(Ecosystem::Deb),
        "almalinux"
        | "amzn"
        | "azurelinux"
        | "fedora"
        | "mariner"
        | "ol"
        | "opensuse-leap"
        | "opensuse-tumbleweed"
        | "photon"
        | "rhel"
        | "rocky"
        | "sles" => Some(Ecosystem::Rpm),
        _ => Ecosystem::ALL.into_iter().find(|ecosystem| !ecosystem.is_os() && ecosystem.name() == name),
    }
}

/// Compares two runs of decimal digits as numbers of any length. An empty run is zero.
fn compare_numbers(left: &str, right: &str) -> Ordering {
    let left = left.trim_start_matches('0');
    let right = right.trim_start_matches('0');
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Compares numbers joined by dots; missing ones are zero, so `1.0` and `1` are equal.
fn compare_dotted(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let (one, other) = (left.next(), right.next());
        if one.is_none() && other.is_none() {
            return Ordering::Equal;
        }
        let order = compare_numbers(one.unwrap_or_default(), other.unwrap_or_default());
        if order.is_ne() {
            return order;
        }
    }
}

/// Compares two words without regard to the case of ASCII letters.
fn compare_words(left: &str, right: &str) -> Ordering {
    left.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Compares the labels of prereleases, with a dot between them: a version with labels is lower than one without; otherwise
/// label by label, the shorter list first. Numbers compare as numbers, and below words.
fn compare_labels(left: &str, right: &str, words: fn(&str, &str) -> Ordering) -> Ordering {
    if left.is_empty() || right.is_empty() {
        return left.is_empty().cmp(&right.is_empty());
    }
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => match (is_number(left), is_number(right)) {
                (true, true) => compare_numbers(left, right),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => words(left, right),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// A release with the labels of a prerelease, as Semantic Versioning has it: `1.2.3` and `rc.1` of `1.2.3-rc.1+build`.
struct Labelled<'a> {
    release: &'a str,
    /// Empty where there are none.
    prerelease: &'a str,
}

/// Reads a release of any count of numbers. Build metadata takes no part. `is_loose` admits labels without their hyphen.
fn labelled(text: &str, is_loose: bool) -> Option<Labelled<'_>> {
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (release, rest) = split_run(text, |byte| byte.is_ascii_digit() || byte == b'.');
    let prerelease = match rest.strip_prefix('-') {
        None if rest.is_empty() => None,
        None if !is_loose => return None,
        None => Some(rest),
        labels => labels,
    };
    let are_labels = |text: &str| {
        text.split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
    };
    let valid = release.split('.').all(|number| !number.is_empty())
        && prerelease.is_none_or(are_labels)
        && build.is_none_or(are_labels);
    valid.then_some(Labelled { release, prerelease: prerelease.unwrap_or_default() })
}

/// Splits a text after its leading run of characters that `accept` likes.
fn split_run(text: &str, accept: impl Fn(u8) -> bool) -> (&str, &str) {
    let length = text.bytes().take_while(|&byte| accept(byte)).count();
    // `accept` only ever likes ASCII, so the run ends on a character boundary.
    text.split_at_checked(length).unwrap_or((text, ""))
}

/// Splits a text after its leading decimal digits.
fn split_digits(text: &str) -> (&str, &str) {
    split_run(text, |byte| byte.is_ascii_digit())
}

/// Orders what a grammar accepts by `compare`, everything else below it by bytes.
fn compare_parsed<'a, T>(
    left: &'a str,
    right: &'a str,
    parse: impl Fn(&'a str) -> Option<T>,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Ordering {
    match (parse(left), parse(right)) {
        (Some(left), Some(right)) => compare(&left, &right),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => left.cmp(right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ecosystem_has_exactly_one_order() {
        for ecosystem in Ecosystem::ALL {
            let orders: Vec<_> = ALL.iter().filter(|order| order.ecosystems.contains(&ecosystem)).collect();
            assert_eq!(orders.len(), 1, "{ecosystem}: {orders:?}");
        }
        assert!(ALL.iter().map(|order| order.id).is_sorted());
    }

    #[test]
    fn namespaces_lead_to_their_ecosystem() {
        for (name, ecosystem) in [
            ("debian:12", Some(Ecosystem::Deb)),
            ("alpine:3.19", Some(Ecosystem::Apk)),
            ("rhel:9", Some(Ecosystem::Rpm)),
            ("wolfi", Some(Ecosystem::Apk)),
            ("npm", Some(Ecosystem::Npm)),
            ("deb", None),
            ("pacman", None),
        ] {
            assert_eq!(ecosystem_of(&Namespace::new(name)), ecosystem, "{name}");
        }
    }

    #[test]
    fn numbers_of_any_length_compare() {
        assert_eq!(compare_numbers("00018446744073709551616", "18446744073709551615"), Ordering::Greater);
        assert_eq!(compare_numbers("", "000"), Ordering::Equal);
        assert_eq!(compare_numbers("9", "10"), Ordering::Less);
    }
}
