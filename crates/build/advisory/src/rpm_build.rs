//! What the version of an RPM package tells beside its place in the order: the line that it continues, and for whom it is built.

use std::collections::BTreeSet;

use boltseal_model::Ecosystem;

use crate::version::{self, split_rpm as split};

/// What a fix and a package have in common where the one is the other's own, and not that of a branch beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line<'a> {
    epoch: &'a str,
    /// The first two numbers of the version: `4.14` of `4.14.35-2047`. One distribution may offer several under one name, such as
    /// Oracle's kernels and what Amazon Linux calls extras.
    series: &'a str,
    /// The minor release that it is built for: `8_4` of `2.0-3.el8_4.1`, `8.4` of `2.0-3.module+el8.4.0+1`. What is built for the
    /// next one may have a higher version and lack the fix.
    minor: &'a str,
}

impl<'a> Line<'a> {
    /// The line of a version.
    pub fn of(version: &'a str) -> Self {
        let (epoch, version, release) = split(version);
        Self { epoch: epoch.trim_start_matches('0'), series: beginning(version, '.'), minor: minor(release) }
    }
}

/// Of versions that hold a fix, the lowest of each line.
pub fn lowest_of_lines(mut versions: Vec<String>) -> Vec<String> {
    let compare = version::of(Ecosystem::Rpm).compare;
    versions.sort_by(|one, two| compare(one, two).then_with(|| one.cmp(two)));
    let mut seen = BTreeSet::new();
    let is_lowest: Vec<bool> = versions.iter().map(|version| seen.insert(Line::of(version))).collect();
    versions.into_iter().zip(is_lowest).filter(|(_, is_lowest)| *is_lowest).map(|(version, _)| version).collect()
}

/// The first number, and with the one behind it, if there is one, both.
fn beginning(text: &str, divider: char) -> &str {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from.saturating_add(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()))
    };
    let first = digits(0);
    let end = match text.get(first..).and_then(|rest| rest.strip_prefix(divider)) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => digits(first.saturating_add(1)),
        _ => first,
    };
    text.get(..end).unwrap_or_default()
}

/// The minor release in the release of a package, empty where it is built for all of them: `3.el8`.
fn minor(release: &str) -> &str {
    let marks = [(".module+el", '.'), (".module_el", '.'), (".el", '_')];
    let found = marks.iter().find_map(|(mark, divider)| {
        let both = beginning(release.split_once(mark)?.1, *divider);
        Some(if both.contains(*divider) { both } else { "" })
    });
    found.unwrap_or_default()
}

/// For whom a package is built. Builds of one name have versions of their own, so that a fix for some says nothing of others.
///
/// Source: Oracle Linux, "Ksplice user space packages" and "FIPS validated packages".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Everybody.
    Ordinary,
    /// Those who must have a validated module: `10:3.6.16-4.0.1.el8_fips`.
    Fips,
    /// Those who patch what runs: `2:2.28-151.0.1.ksplice2.el8`.
    Ksplice,
}

impl Flavour {
    /// The flavour of a version.
    pub fn of(version: &str) -> Self {
        let release = split(version).2;
        if release.contains("_fips") {
            Self::Fips
        } else if release.contains(".ksplice") {
            Self::Ksplice
        } else {
            Self::Ordinary
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn branches_and_minor_releases_are_lines() {
        for (one, other, is_same) in [
            ("4.14.35-2047.500.el7uek", "4.14.35-2047.600.1.el7uek", true),
            ("4.14.35-2047.500.el7uek", "5.4.17-2102.200.13.el7uek", false),
            ("1:1.1.1c-2.el8", "1:1.1.1k-4.el8", true),
            ("1.1.1c-2.el8", "1:1.1.1c-2.el8", false),
            ("0:1.1.1c-2.el8", "1.1.1c-2.el8", true),
            ("2.0-3.el8_4.1", "2.0-3.el8_4.2", true),
            ("2.0-3.el8_4.1", "2.0-4.el8", false),
            ("2.0-4.el8", "2.0-4.el8.2", true),
            ("2.0-4.el8_4", "2.0-4.el8_5", false),
            ("2.0-3.module+el8.4.0+1+a", "2.0-3.module+el8.4.0+2+b", true),
            ("2.0-3.module+el8.4.0+1+a", "2.0-3.module+el8.5.0+2+b", false),
            ("2.0-3.module_el8.4.0+1+a", "2.0-3.module_el8.5.0+2+b", false),
            ("20230731-1.amzn2", "20230901-1.amzn2", false),
            ("5.10.1-1.amzn2", "5.1.1-1.amzn2", false),
        ] {
            assert_eq!(Line::of(one) == Line::of(other), is_same, "{one} {other}");
        }
    }

    #[test]
    fn each_line_has_its_lowest() {
        let versions = ["2.0-5.el8", "2.0-3.el8_4.2", "2.0-4.el8", "2.0-3.el8_4.1", "2.0-4.el8"];
        let lowest = lowest_of_lines(versions.map(str::to_owned).to_vec());
        assert_eq!(lowest, ["2.0-3.el8_4.1", "2.0-4.el8"]);
    }

    #[test]
    fn the_release_tells_for_whom_it_is_built() {
        assert_eq!(Flavour::of("10:3.6.16-4.0.1.el8_fips"), Flavour::Fips);
        assert_eq!(Flavour::of("2:1.1.1g-15.ksplice1.el8_3"), Flavour::Ksplice);
        assert_eq!(Flavour::of("1:1.1.1k-5.el8_5"), Flavour::Ordinary);
        assert_eq!(Flavour::of("1.0_fips-1"), Flavour::Ordinary, "a version is the author's own");
    }

    proptest! {
        #[test]
        fn never_panics(version in r"([0-9:._+~-]|el|_|module\+el|é){0,30}") {
            let _ = (Line::of(&version), Flavour::of(&version));
        }
    }
}
