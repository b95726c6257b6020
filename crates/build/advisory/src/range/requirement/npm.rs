//! npm's ranges, as the Node working group writes them: `>=1.2 <2 || ^3.1 || 1.x || 1.2 - 2.3`.
//!
//! Source: node-semver, "Ranges", with the options of `npm audit`: loose, prereleases included.

use boltseal_model::Ecosystem;

use super::{ParseRequirementError, Partial, above, at_least, at_most, below, between};
use crate::range::set::Interval;
use crate::version;

/// The versions that satisfy a range, one interval per alternative; alternatives that no version can satisfy are left out.
///
/// # Errors
/// When the text is no range.
pub fn parse(text: &str) -> Result<Vec<Interval>, ParseRequirementError> {
    let alternatives = text.split("||").map(|alternative| parse_alternative(alternative.trim()));
    alternatives.filter_map(Result::transpose).collect()
}

fn parse_alternative(text: &str) -> Result<Option<Interval>, ParseRequirementError> {
    let order = version::of(Ecosystem::Npm);
    if let Some((from, to)) = text.split_once(" - ") {
        let from = hyphen_from(&Partial::parse(from.trim())?);
        return Ok(from.intersect(&hyphen_to(&Partial::parse(to.trim())?)?, order));
    }
    let mut whole = Some(Interval::ALL);
    let mut rest = text;
    while !rest.is_empty() {
        let is_operator = |c: char| matches!(c, '<' | '>' | '=' | '~' | '^');
        let version = rest.trim_start_matches(is_operator);
        let operator = rest.strip_suffix(version).unwrap_or_default();
        let version = version.trim_start();
        let end = version.find(|c: char| c.is_whitespace() || is_operator(c)).unwrap_or(version.len());
        let (version, after) = version.split_at_checked(end).ok_or(ParseRequirementError)?;
        let interval = parse_comparator(operator, &Partial::parse(version)?)?;
        whole = whole.and_then(|whole| whole.intersect(&interval, order));
        rest = after.trim_start();
    }
    Ok(whole)
}

fn parse_comparator(operator: &str, partial: &Partial<'_>) -> Result<Interval, ParseRequirementError> {
    if partial.major.is_none() {
        return match operator {
            "<" | ">" => Ok(below("0.0.0-0")),
            _ => Ok(Interval::ALL),
        };
    }
    let full = partial.is_full();
    let first = lowest(partial);
    Ok(match operator {
        ">=" => at_least(first),
        ">" if full => above(first),
        ">" => at_least(lowest_of_wildcard(&partial.next_wildcard()?)),
        "<" => below(first),
        "<=" if full => at_most(first),
        "<=" => below(lowest_of_wildcard(&partial.next_wildcard()?)),
        "" | "=" if full => Interval { upper: at_most(first.clone()).upper, ..at_least(first) },
        "" | "=" => between(first, &partial.next_wildcard()?),
        "~" | "~>" | "~=" if partial.minor.is_none() => between(first, &partial.next_major()?),
        "~" | "~>" | "~=" => between(first, &partial.next_minor()?),
        "^" | "^=" => between(first, &partial.next_caret()?),
        _ => return Err(ParseRequirementError),
    })
}

/// The lowest version that a partial one stands for: prereleases included where a component is missing.
fn lowest(partial: &Partial<'_>) -> String {
    if partial.is_full() { partial.version() } else { lowest_of_wildcard(&partial.floor()) }
}

fn lowest_of_wildcard(partial: &Partial<'_>) -> String {
    format!("{}-0", partial.version())
}

fn hyphen_from(from: &Partial<'_>) -> Interval {
    match from.major {
        None => Interval::ALL,
        Some(_) if from.prerelease.is_empty() => at_least(lowest_of_wildcard(from)),
        Some(_) => at_least(from.version()),
    }
}

fn hyphen_to(to: &Partial<'_>) -> Result<Interval, ParseRequirementError> {
    Ok(match (to.major, to.is_full()) {
        (None, _) => Interval::ALL,
        (_, false) => below(lowest_of_wildcard(&to.next_wildcard()?)),
        (_, true) if to.prerelease.is_empty() => below(lowest_of_wildcard(&to.next_patch()?)),
        (_, true) => at_most(to.version()),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::range::Range;

    #[test]
    fn ranges_hold_what_npm_audit_says() {
        let order = version::of(Ecosystem::Npm);
        for (text, inside, outside) in [
            (">=1.2 <2", ["1.2.0-0", "1.9.9"], ["2.0.0-0", "1.1.9"]),
            ("^1.2.3 || ~2.0.1", ["1.9.0", "2.0.9"], ["2.1.0", "1.2.2"]),
            ("1.2 - 2.3", ["2.3.9", "1.2.0-rc"], ["2.4.0-0", "1.1.0"]),
            ("<= 1.0.3", ["0.0.1", "1.0.3"], ["1.0.4", "2.0.0"]),
            ("1.x", ["1.0.0-0", "1.99.0"], ["2.0.0-0", "0.9.9"]),
            (">=v2.0.0-alpha8", ["2.0.0-alpha8", "2.0.0"], ["2.0.0-alpha7", "1.0.0"]),
            ("=3.10.1 || >=3.10.3", ["3.10.1", "4.0.0"], ["3.10.2", "3.10.0"]),
        ] {
            let holds = |version: &str| {
                parse(text).unwrap().into_iter().any(|interval| Range::from(interval).contains(version, order))
            };
            assert!(inside.into_iter().all(holds), "{text}");
            assert!(!outside.into_iter().any(holds), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_range() {
        for text in ["latest", ">=1.2.3.4", "<>1", "1.2.3 - one", ">=x.1", "^18446744073709551615"] {
            assert_eq!(parse(text), Err(ParseRequirementError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9x*.<>=~^| v-]{0,40}|.{0,40}") {
            let _ = parse(&text);
        }
    }
}
