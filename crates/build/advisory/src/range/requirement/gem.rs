//! RubyGems' requirements, as the Ruby advisory database writes them: `~> 1.2.3, >= 1.2.5`, all of which must hold.
//!
//! Source: the documentation of `Gem::Requirement`. `~> 1.2.3` ends below `1.3` and below its prereleases: the end is written
//! `1.3.a`, by which Ruby means the lowest of them.

use boltseal_model::Ecosystem;

use super::{ParseRequirementError, above, at_least, at_most, below};
use crate::range::set::Interval;
use crate::version;

/// The versions that satisfy a requirement; more than one interval where a single version is excluded.
///
/// # Errors
/// When the text is no requirement.
pub fn parse(text: &str) -> Result<Vec<Interval>, ParseRequirementError> {
    let order = version::of(Ecosystem::Gem);
    let mut whole = vec![Interval::ALL];
    for comparator in text.split(',') {
        let parts = parse_comparator(comparator.trim())?;
        whole = whole.iter().flat_map(|one| parts.iter().filter_map(|two| one.intersect(two, order))).collect();
    }
    Ok(whole)
}

fn parse_comparator(text: &str) -> Result<Vec<Interval>, ParseRequirementError> {
    let operators = ["~>", ">=", "<=", "!=", ">", "<", "="];
    let found = operators.iter().find_map(|&operator| Some((operator, text.strip_prefix(operator)?)));
    let (operator, version) = found.unwrap_or(("=", text));
    let version = version.trim();
    if !(version::of(Ecosystem::Gem).is_valid)(version) {
        return Err(ParseRequirementError);
    }
    Ok(vec![match operator {
        ">=" => at_least(version),
        "<=" => at_most(version),
        ">" => above(version),
        "<" => below(version),
        "!=" => return Ok(vec![below(version), above(version)]),
        "~>" => Interval { lower: at_least(version).lower, upper: below(bumped(version)?).upper },
        _ => Interval { lower: at_least(version).lower, upper: at_most(version).upper },
    }])
}

/// The end of `~>`: words are dropped, then the last number, and the one before it goes up.
fn bumped(version: &str) -> Result<String, ParseRequirementError> {
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let release = version.split_once('-').map_or(version, |(release, _)| release);
    let mut numbers: Vec<&str> = release.split('.').take_while(is_number).collect();
    if numbers.len() > 1 {
        numbers.pop();
    }
    let last: u64 = numbers.pop().and_then(|last| last.parse().ok()).ok_or(ParseRequirementError)?;
    let next = last.checked_add(1).ok_or(ParseRequirementError)?.to_string();
    numbers.push(&next);
    Ok(format!("{}.a", numbers.join(".")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::range::Range;

    #[test]
    fn requirements_hold_what_rubygems_says() {
        let order = version::of(Ecosystem::Gem);
        for (text, inside, outside) in [
            ("~> 1.2.3", ["1.2.3", "1.2.99"], ["1.3.0", "1.3.0.rc1"]),
            ("~> 1.2", ["1.2", "1.99.1"], ["2.0.0.a", "1.1.9"]),
            ("~> 2", ["2.0", "2.9"], ["3", "1.9"]),
            (">= 1.0, < 2.0", ["1.0", "2.0.0.rc1"], ["2.0", "0.9"]),
            ("!= 1.1", ["1.0", "1.2"], ["1.1", "1.1.0"]),
            ("1.5", ["1.5", "1.5.0"], ["1.5.1", "1.5.0.a"]),
            ("~> 4.0.0.beta1", ["4.0.0.beta1", "4.0.9"], ["4.1", "4.0.0.alpha"]),
        ] {
            let holds = |version: &str| {
                parse(text).unwrap().into_iter().any(|interval| Range::from(interval).contains(version, order))
            };
            assert!(inside.into_iter().all(holds), "{text}");
            assert!(!outside.into_iter().any(holds), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_requirement() {
        for text in ["", ">=", "=> 1.0", ">= 1.0,", "one", "~> 18446744073709551615", ">= 1.0 < 2"] {
            assert_eq!(parse(text), Err(ParseRequirementError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9a-b.<>=~!, -]{0,40}|.{0,40}") {
            let _ = parse(&text);
        }
    }
}
