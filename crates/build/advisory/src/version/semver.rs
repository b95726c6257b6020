//! Semantic versions, read as leniently as npm and Go write them. Hex, Pub, Swift and CocoaPods ask for them too.
//!
//! Source: Semantic Versioning 2.0.0, section 11. Beyond it, as in node-semver's loose mode and Go modules: leading `v` and
//! `=`, leading zeros, a prerelease without its hyphen (`1.2.3beta`), missing components (zero) and further ones. Build
//! metadata takes no part, so versions that differ in it alone are equal, which makes this a preorder.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{VersionOrder, compare_dotted, compare_labels, compare_parsed, split_run};

pub static ORDER: VersionOrder = VersionOrder {
    id: "semver",
    ecosystems: &[
        Ecosystem::Cargo,
        Ecosystem::Cocoapods,
        Ecosystem::Golang,
        Ecosystem::Hex,
        Ecosystem::Npm,
        Ecosystem::Pub,
        Ecosystem::Swift,
    ],
    source: "Semantic Versioning 2.0.0, section 11",
    held_to: Some(HeldTo {
        what: "npm's semver and Cargo's",
        tests: &[
            "crates/build/advisory/tests/it/version_orders.rs::semver_agrees_with_npm",
            "crates/build/advisory/tests/it/version_orders.rs::semver_agrees_with_the_semver_crate",
        ],
    }),
    compare,
    is_valid,
};

/// The parts that decide: `release` is `1.2.3`, `prerelease` is `rc.1` or empty.
struct Version<'a> {
    release: &'a str,
    prerelease: &'a str,
}

fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.trim().trim_start_matches(|c: char| matches!(c, 'v' | 'V' | '=') || c.is_whitespace());
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (release, rest) = split_run(text, |byte| byte.is_ascii_digit() || byte == b'.');
    let prerelease = match rest.strip_prefix('-') {
        Some(prerelease) => Some(prerelease),
        None => (!rest.is_empty()).then_some(rest),
    };
    let has_digits = |component: &str| !component.is_empty();
    let are_identifiers = |text: &str| {
        text.split('.').all(|identifier| {
            !identifier.is_empty() && identifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    };
    let valid = release.split('.').all(has_digits)
        && prerelease.is_none_or(are_identifiers)
        && build.is_none_or(are_identifiers);
    valid.then_some(Version { release, prerelease: prerelease.unwrap_or_default() })
}

fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

fn compare(left: &str, right: &str) -> Ordering {
    compare_parsed(left, right, parse, |left, right| {
        compare_dotted(left.release, right.release)
            .then_with(|| compare_labels(left.prerelease, right.prerelease, str::cmp))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_version() {
        for version in [
            "",
            "v",
            "latest",
            "1..2",
            "1.",
            "1.2.3-",
            "1.2.3-a..b",
            "1.2.3+",
            "1.x",
            "1.2.3-ä",
            "git+https://host/repo",
        ] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in [
            "1",
            "v1.2",
            "=1.2.3",
            " 1.2.3 ",
            "1.2.3beta",
            "01.02.3",
            "1.2.3-rc.1+build.5",
            "v0.0.0-20200101000000-abcdef012345",
        ] {
            assert!(is_valid(version), "{version:?}");
        }
    }
}
