//! Cargo's requirements, as RustSec writes them: comparators joined by commas, all of which must hold.
//!
//! Source: the Cargo book, "Specifying dependencies". A comparator without operator is a caret.

use boltseal_model::Ecosystem;

use super::{ParseRequirementError, Partial, above, at_least, at_most, below, between};
use crate::range::set::Interval;
use crate::version;

/// The versions that satisfy a requirement; `None` when no version can.
///
/// # Errors
/// When the text is no requirement.
pub fn parse(text: &str) -> Result<Option<Interval>, ParseRequirementError> {
    let order = version::of(Ecosystem::Cargo);
    let mut whole = Some(Interval::ALL);
    for comparator in text.split(',') {
        let interval = parse_comparator(comparator.trim())?;
        whole = whole.and_then(|whole| whole.intersect(&interval, order));
    }
    Ok(whole)
}

fn parse_comparator(text: &str) -> Result<Interval, ParseRequirementError> {
    let operators = [">=", "<=", ">", "<", "=", "~", "^"];
    let found = operators.iter().find_map(|&operator| Some((operator, text.strip_prefix(operator)?)));
    let (operator, version) = found.unwrap_or(("", text));
    let version = version.trim_start();
    if version.is_empty() {
        return Err(ParseRequirementError);
    }
    let partial = Partial::parse(version)?;
    if partial.major.is_none() {
        return Ok(Interval::ALL);
    }
    let has_wildcard = version.contains(['*', 'x', 'X']) && !partial.is_full();
    let first = partial.version();
    Ok(match operator {
        ">=" => at_least(first),
        ">" if partial.is_full() => above(first),
        ">" => at_least(partial.next_wildcard()?.version()),
        "<" => below(first),
        "<=" if partial.is_full() => at_most(first),
        "<=" => below(format!("{}-0", partial.next_wildcard()?.version())),
        "=" if partial.is_full() => Interval { upper: at_most(first.clone()).upper, ..at_least(first) },
        "=" => between(first, &partial.next_wildcard()?),
        "~" if partial.minor.is_none() => between(first, &partial.next_major()?),
        "~" => between(first, &partial.next_minor()?),
        _ if has_wildcard && operator.is_empty() => between(first, &partial.next_wildcard()?),
        _ => between(first, &partial.next_caret()?),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use semver::{Version, VersionReq};

    use super::*;
    use crate::range::Range;

    /// Releases only: where a prerelease lies is a decision of ours, see the parent module.
    fn release() -> impl Strategy<Value = String> {
        (0u64..4, 0u64..4, 0u64..4).prop_map(|(major, minor, patch)| format!("{major}.{minor}.{patch}"))
    }

    fn comparator() -> impl Strategy<Value = String> {
        let operator = prop::sample::select(vec!["", ">=", "<=", ">", "<", "=", "~", "^", ">= ", "^ ", "< "]);
        let version = prop_oneof![
            (0u64..4).prop_map(|major| major.to_string()),
            (0u64..4, 0u64..4).prop_map(|(major, minor)| format!("{major}.{minor}")),
            release(),
            release().prop_map(|version| version + "-rc.1"),
        ];
        let wildcard = prop::sample::select(vec!["*", "1.*", "0.2.*", "2.x", "0.*"]).prop_map(str::to_owned);
        prop_oneof![4 => (operator, version).prop_map(|(operator, version)| format!("{operator}{version}")), 1 => wildcard]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn agrees_with_the_semver_crate(
            comparators in prop::collection::vec(comparator(), 1..4),
            version in release(),
        ) {
            let text = comparators.join(", ");
            // `*` may not be joined with others there, and may here.
            if let Ok(requirement) = VersionReq::parse(&text) {
                let interval = parse(&text).expect("what semver accepts is accepted");
                let order = version::of(Ecosystem::Cargo);
                let ours = interval.is_some_and(|interval| Range::from(interval).contains(&version, order));
                let theirs = requirement.matches(&Version::parse(&version).unwrap());
                prop_assert_eq!(ours, theirs, "{} in {}", version, text);
            }
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse(&text);
        }
    }

    #[test]
    fn refuses_what_is_no_requirement() {
        for text in [
            "",
            ">=",
            ">= 1.2,",
            "1.2.3.4",
            ">= one",
            "*.1",
            "1.2.x-rc",
            "18446744073709551616",
            "^18446744073709551615",
        ] {
            assert_eq!(parse(text), Err(ParseRequirementError), "{text:?}");
        }
    }
}
