//! The brackets of Maven and NuGet: `[1.0,2.0)`, `(,1.5]`, `[1.2]`, several joined by commas.
//!
//! Source: the Maven POM reference, "Dependency Version Requirement Specification"; the NuGet documentation, "Version
//! ranges". A version without brackets is a wish in Maven and a lower end in NuGet; here it is the lower end.

use super::{ParseRequirementError, at_least};
use crate::range::Bound;
use crate::range::set::Interval;
use crate::version::VersionOrder;

/// The versions in any of the brackets; those that hold none are left out.
///
/// # Errors
/// When the text has no brackets and is no version, or a bracket is not closed.
pub fn parse(text: &str, order: &VersionOrder) -> Result<Vec<Interval>, ParseRequirementError> {
    let text = text.trim();
    if !text.starts_with(['[', '(']) {
        return if (order.is_valid)(text) && !text.contains([',', ']', ')']) {
            Ok(vec![at_least(text)])
        } else {
            Err(ParseRequirementError)
        };
    }
    let mut intervals = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let opens_inclusive = rest.starts_with('[');
        let inner = rest.strip_prefix(['[', '(']).ok_or(ParseRequirementError)?;
        let end = inner.find([']', ')']).ok_or(ParseRequirementError)?;
        let (inner, after) = inner.split_at_checked(end).ok_or(ParseRequirementError)?;
        let closes_inclusive = after.starts_with(']');
        let bound = |version: &str, inclusive| match version.trim() {
            "" => Ok(None),
            version if (order.is_valid)(version) && !version.contains(['[', '(', ',']) => {
                Ok(Some(Bound { version: version.to_owned(), inclusive }))
            }
            _ => Err(ParseRequirementError),
        };
        let interval = match inner.split_once(',') {
            Some((lower, upper)) => {
                Interval { lower: bound(lower, opens_inclusive)?, upper: bound(upper, closes_inclusive)? }
            }
            None if opens_inclusive && closes_inclusive => {
                let only = bound(inner, true)?.ok_or(ParseRequirementError)?;
                Interval { lower: Some(only.clone()), upper: Some(only) }
            }
            None => return Err(ParseRequirementError),
        };
        intervals.extend(interval.intersect(&Interval::ALL, order));
        rest = after.get(1..).unwrap_or_default().trim_start();
        if let Some(next) = rest.strip_prefix(',') {
            rest = next.trim_start();
            if rest.is_empty() {
                return Err(ParseRequirementError);
            }
        } else if !rest.is_empty() {
            return Err(ParseRequirementError);
        }
    }
    Ok(intervals)
}

#[cfg(test)]
mod tests {
    use boltseal_model::Ecosystem;
    use proptest::prelude::*;

    use super::*;
    use crate::range::Range;
    use crate::version;

    #[test]
    fn brackets_hold_what_they_say() {
        let order = version::of(Ecosystem::Maven);
        for (text, inside, outside) in [
            ("[1.0,2.0)", ["1.0", "2.0-rc1"], ["2.0", "1.0-rc1"]),
            ("(,1.5]", ["0", "1.5.0"], ["1.5.1", "2"]),
            ("(,1.0],[1.2,)", ["1.0", "1.3"], ["1.1", "1.2-rc"]),
            ("[1.2]", ["1.2", "1.2.0"], ["1.2.1", "1.1"]),
            ("1.2", ["1.2", "9"], ["1.1", "1.2-alpha"]),
        ] {
            let holds = |version: &str| {
                parse(text, order).unwrap().into_iter().any(|one| Range::from(one).contains(version, order))
            };
            assert!(inside.into_iter().all(holds), "{text}");
            assert!(!outside.into_iter().any(holds), "{text}");
        }
    }

    #[test]
    fn refuses_what_has_no_brackets() {
        let order = version::of(Ecosystem::Maven);
        for text in ["", "[1.0", "(1.0)", "[1.0,2.0)x", "[1,2),", "[,]]", "[]", "1.0]", "[1,2,3]"] {
            assert_eq!(parse(text, order), Err(ParseRequirementError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9a.,() \\[\\]-]{0,40}|.{0,40}") {
            let _ = parse(&text, version::of(Ecosystem::Maven));
            let _ = parse(&text, version::of(Ecosystem::Nuget));
        }
    }
}
