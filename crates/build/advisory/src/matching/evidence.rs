//! Says in words why a version is or is not affected.

use std::fmt::Write as _;

use boltseal_model::FixStatus;

use crate::database::Entry;
use crate::range::{Position, Range};
use crate::version::VersionOrder;

/// Ranges that are written out before the rest is only counted.
const RANGES: usize = 8;
/// Characters of a version that are written out: an image may carry versions of any length.
const VERSION_CHARACTERS: usize = 100;

/// Continues a sentence that begins with package and version: `< 3.0.15-1~deb12u1 (fixed)`.
pub fn explain(entry: &Entry<'_>, installed: &str, order: &VersionOrder) -> String {
    if let Some(range) = entry.ranges.iter().find(|range| range.contains(installed, order)) {
        let words = inside(range);
        return match entry.status {
            Some(FixStatus::ExtendedSupport) => format!("{words}, with extended support only"),
            _ => words,
        };
    }
    if entry.versions.iter().any(|listed| (order.compare)(listed, installed).is_eq()) {
        return "is listed as affected".to_owned();
    }
    match entry.ranges.as_slice() {
        [] if entry.versions.is_empty() => "was never affected".to_owned(),
        [] => format!("is not among the {} versions listed as affected", entry.versions.len()),
        [range] => outside(range, installed, order),
        ranges => {
            let mut words = String::from("is in no affected range: ");
            for (index, range) in ranges.iter().take(RANGES).enumerate() {
                words.push_str(if index > 0 { ", or " } else { "" });
                words.push_str(&inside(range));
            }
            if ranges.len() > RANGES {
                let _ = write!(words, ", or {} more", ranges.len() - RANGES);
            }
            words
        }
    }
}

/// The text, shortened if it is very long.
pub fn clip(text: &str) -> &str {
    match text.char_indices().nth(VERSION_CHARACTERS) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

fn inside(range: &Range<&str>) -> String {
    let lower = range.lower.map(|lower| format!("{} {}", if lower.inclusive { ">=" } else { ">" }, lower.version));
    let upper = range.upper.map(|upper| {
        let role = if upper.inclusive { " (last affected)" } else { fixed_role(range, upper.version) };
        format!("{} {}{role}", if upper.inclusive { "<=" } else { "<" }, upper.version)
    });
    let elsewhere = range.fixed.filter(|fixed| range.upper.is_none_or(|upper| upper.version != *fixed));
    let elsewhere = elsewhere.map_or(String::new(), |fixed| format!(", fixed in {fixed}"));
    match (lower, upper) {
        (None, None) => "is affected like every version".to_owned(),
        (Some(only), None) | (None, Some(only)) => only + &elsewhere,
        (Some(lower), Some(upper)) => format!("{lower} and {upper}{elsewhere}"),
    }
}

fn outside(range: &Range<&str>, installed: &str, order: &VersionOrder) -> String {
    match (range.position(installed, order), range.lower, range.upper) {
        (Position::Below, Some(lower), _) => {
            format!("{} {} (first affected)", if lower.inclusive { "<" } else { "<=" }, lower.version)
        }
        (_, _, Some(upper)) if upper.inclusive => format!("> {} (last affected)", upper.version),
        (_, _, Some(upper)) => format!(">= {}{}", upper.version, fixed_role(range, upper.version)),
        _ => "is not affected".to_owned(),
    }
}

fn fixed_role(range: &Range<&str>, version: &str) -> &'static str {
    if range.fixed == Some(version) { " (fixed)" } else { "" }
}
