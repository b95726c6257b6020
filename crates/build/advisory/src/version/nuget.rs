//! The order of NuGet: `1.2.3.4-rc.1+build`.
//!
//! Source: the NuGet documentation, "Package versioning": Semantic Versioning 2.0.0 with a fourth number, missing numbers
//! read as zero, and prerelease labels compared without regard to case. Build metadata takes no part.

use std::cmp::Ordering;

use boltseal_model::Ecosystem;

use super::{Labelled, VersionOrder, compare_dotted, compare_labels, compare_parsed, compare_words, labelled};

pub static ORDER: VersionOrder = VersionOrder {
    id: "nuget",
    ecosystems: &[Ecosystem::Nuget],
    source: "NuGet documentation, Package versioning",
    held_to: None,
    compare,
    is_valid,
};

fn parse(text: &str) -> Option<Labelled<'_>> {
    labelled(text.trim(), false).filter(|version| version.release.split('.').count() <= 4)
}

fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

fn compare(left: &str, right: &str) -> Ordering {
    compare_parsed(left, right, parse, |left, right| {
        compare_dotted(left.release, right.release)
            .then_with(|| compare_labels(left.prerelease, right.prerelease, compare_words))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_nuget_refuses() {
        for version in ["", "v1.0", "1..2", "1.2.3.4.5", "1.2.3-", "1.2.3beta", "1.0-a..b", "1.0+", "one"] {
            assert!(!is_valid(version), "{version:?}");
        }
        for version in ["1", "1.0", "4.7.2.1", "1.0.0-RC.1+sha.5114f85", "01.02.03", "2.0.0-preview1-25305-02"] {
            assert!(is_valid(version), "{version:?}");
        }
    }
}
