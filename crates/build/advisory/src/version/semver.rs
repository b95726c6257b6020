//! Semantic versions, read as leniently as npm and Go write them. Hex, Pub, Swift and CocoaPods ask for them too.
//!
//! Source: Semantic Versioning 2.0.0, section 11. Beyond it, as in node-semver's loose mode and Go modules: leading `v` and
//! `=`, leading zeros, a prerelease without its hyphen (`1.2.3beta`), missing components (zero) and further ones. Build
//! metadata takes no part, so versions that differ in it alone are equal, which makes this a preorder.

use std::cmp::Ordering;

use boltseal_model::{Ecosystem, HeldTo};

use super::{Labelled, VersionOrder, compare_dotted, compare_labels, compare_parsed, labelled};

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

fn parse(text: &str) -> Option<Labelled<'_>> {
    labelled(text.trim().trim_start_matches(|c: char| matches!(c, 'v' | 'V' | '=') || c.is_whitespace()), true)
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
