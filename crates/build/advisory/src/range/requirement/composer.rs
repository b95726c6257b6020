//! Composer's constraints: `>=1.2,<2 || ^3.1 | 1.2.* | 1.2 - 2.3 | ~2.1`.
//!
//! Source: the Composer documentation, "Versions and constraints", and composer/semver, `VersionParser::parseConstraints`.
//! As there, `<2.0` ends below every prerelease of 2.0 and `>=2.0` begins with them: such an end is written `2.0-dev`, the
//! lowest version of all that 2.0 has.

use boltseal_model::Ecosystem;

use super::{ParseRequirementError, above, at_least, at_most, below};
use crate::range::set::Interval;
use crate::version;

/// The versions that satisfy a constraint; alternatives that no version can satisfy are left out.
///
/// # Errors
/// When the text is no constraint, or names a branch, which has no place among versions.
pub fn parse(text: &str) -> Result<Vec<Interval>, ParseRequirementError> {
    let mut whole = Vec::new();
    for alternative in text.replace("||", "|").split('|') {
        whole.extend(parse_alternative(alternative.trim())?);
    }
    Ok(whole)
}

/// Comparators joined by commas or blanks, all of which must hold.
fn parse_alternative(text: &str) -> Result<Vec<Interval>, ParseRequirementError> {
    let order = version::of(Ecosystem::Composer);
    if let Some((from, to)) = text.split_once(" - ") {
        let (from, to) = (from.trim(), to.trim());
        let upper = if is_full(to) { at_most(checked(to)?) } else { below(dev(&next(to, numbers(to)?.len())?)) };
        return Ok(Interval { lower: at_least(dev(checked(from)?)).lower, upper: upper.upper }
            .intersect(&Interval::ALL, order)
            .into_iter()
            .collect());
    }
    let mut whole = vec![Interval::ALL];
    let mut rest = text;
    if rest.is_empty() {
        return Err(ParseRequirementError);
    }
    while !rest.is_empty() {
        let is_operator = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~' | '^');
        let version = rest.trim_start_matches(is_operator);
        let operator = rest.strip_suffix(version).unwrap_or_default();
        let version = version.trim_start();
        let end = version.find(|c: char| c.is_whitespace() || c == ',' || is_operator(c)).unwrap_or(version.len());
        let (version, after) = version.split_at_checked(end).ok_or(ParseRequirementError)?;
        let parts = parse_comparator(operator, version)?;
        whole = whole.iter().flat_map(|one| parts.iter().filter_map(|two| one.intersect(two, order))).collect();
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    }
    Ok(whole)
}

fn parse_comparator(operator: &str, version: &str) -> Result<Vec<Interval>, ParseRequirementError> {
    if matches!(version, "*" | "x" | "X") && operator.is_empty() {
        return Ok(vec![Interval::ALL]);
    }
    if let Some(prefix) = version.strip_suffix(".*").or_else(|| version.strip_suffix(".x")) {
        let prefix = prefix.trim_end_matches(".*").trim_end_matches(".x");
        let upper = below(dev(&next(prefix, numbers(prefix)?.len())?)).upper;
        return match operator {
            "" | "=" | "==" => Ok(vec![Interval { lower: at_least(dev(checked(prefix)?)).lower, upper }]),
            _ => Err(ParseRequirementError),
        };
    }
    let version = checked(version)?;
    let numbers = numbers(version)?;
    let ranged =
        |upper: String| vec![Interval { lower: at_least(dev(version)).lower, upper: below(dev(&upper)).upper }];
    Ok(match operator {
        ">=" => vec![at_least(dev(version))],
        "<" => vec![below(dev(version))],
        ">" => vec![above(version)],
        "<=" => vec![at_most(version)],
        "" | "=" | "==" => vec![Interval { lower: at_least(version).lower, upper: at_most(version).upper }],
        "!=" | "<>" => vec![below(version), above(version)],
        "~" => ranged(next(version, numbers.len().saturating_sub(1).max(1))?),
        "^" => {
            // The leftmost number that is not zero goes up; among zeros alone, the last.
            let leftmost = numbers.iter().position(|&number| number != 0).map_or(numbers.len(), |index| index + 1);
            ranged(next(version, leftmost.min(3))?)
        }
        _ => return Err(ParseRequirementError),
    })
}

fn checked(version: &str) -> Result<&str, ParseRequirementError> {
    // A branch has a place in the order, and none in an advisory.
    let is_version = (version::of(Ecosystem::Composer).is_valid)(version) && !version.contains(['x', 'X', '*']);
    is_version.then_some(version).ok_or(ParseRequirementError)
}

/// The numbers that a version begins with.
fn numbers(version: &str) -> Result<Vec<u64>, ParseRequirementError> {
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let release = version.get(..end).unwrap_or_default().trim_end_matches('.');
    release.split('.').map(|number| number.parse().map_err(|_| ParseRequirementError)).collect()
}

fn is_full(version: &str) -> bool {
    numbers(version).is_ok_and(|numbers| numbers.len() > 2) || !is_release(version)
}

/// Whether nothing stands behind the numbers.
fn is_release(version: &str) -> bool {
    version.trim_start_matches(['v', 'V']).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The release in which one of the numbers, counted from one, is higher by one, and nothing follows it.
fn next(version: &str, place: usize) -> Result<String, ParseRequirementError> {
    let mut numbers = numbers(version)?;
    numbers.truncate(place);
    let last = numbers.last_mut().ok_or(ParseRequirementError)?;
    *last = last.checked_add(1).ok_or(ParseRequirementError)?;
    Ok(numbers.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
}

/// The lowest version of a release. One that names its stability is meant as it is.
fn dev(version: &str) -> String {
    if is_release(version) { format!("{version}-dev") } else { version.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::range::Range;

    #[test]
    fn constraints_hold_what_composer_says() {
        let order = version::of(Ecosystem::Composer);
        for (text, inside, outside) in [
            (">=1.2,<2", ["1.2.0-beta1", "1.99"], ["2.0.0-alpha", "1.1"]),
            ("^1.2.3 || ~2.0.1", ["1.9.0", "2.0.9"], ["2.1.0", "1.2.2"]),
            ("^0.3.1", ["0.3.1", "0.3.99"], ["0.4.0", "0.3.0"]),
            ("^0.0.3", ["0.0.3", "0.0.3.1"], ["0.0.4", "0.0.2"]),
            ("~1.2", ["1.2", "1.99"], ["2.0", "1.1"]),
            ("1.2.*", ["1.2.0-dev", "1.2.9"], ["1.3", "1.1.9"]),
            ("1.2 - 2.3", ["1.2", "2.3.9"], ["2.4", "1.1"]),
            ("1.2 - 2.3.4", ["1.2", "2.3.4"], ["2.3.5", "1.1"]),
            ("!=1.1", ["1.0", "1.2"], ["1.1", "v1.1.0"]),
        ] {
            let holds = |version: &str| {
                parse(text).unwrap().into_iter().any(|interval| Range::from(interval).contains(version, order))
            };
            assert!(inside.into_iter().all(holds), "{text}");
            assert!(!outside.into_iter().any(holds), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_constraint() {
        for text in ["", ">=", "dev-main", ">=1.0 ||", "=>1.0", "one", ">=1.*", "^18446744073709551615", "1.x-dev"] {
            assert_eq!(parse(text), Err(ParseRequirementError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9xv*.<>=~^|! ,-]{0,40}|.{0,40}") {
            let _ = parse(&text);
        }
    }
}
