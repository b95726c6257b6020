//! Which of several fixes counts, where an RPM distribution names more than one for a vulnerability.
//!
//! The decision, and what the publishers say: `docs/decisions/0009-several-fixes-of-one-vulnerability.md`.

use std::collections::BTreeMap;

use crate::database::{Entry, PackageRecord};
use crate::rpm_build::{Flavour, Line};
use crate::version::VersionOrder;

/// The record without what is said of builds for others than the installed one's users.
///
/// An entry that names no version speaks of all builds.
pub fn for_flavour<'a>(mut record: PackageRecord<'a>, installed: &str) -> PackageRecord<'a> {
    let own = Flavour::of(installed);
    record.entries.retain(|entry| {
        let ends = entry.ranges.iter().flat_map(|range| [&range.lower, &range.upper]).flatten();
        let mut named = ends.map(|end| end.version).chain(entry.versions.iter().copied()).peekable();
        named.peek().is_none() || named.any(|version| Flavour::of(version) == own)
    });
    record
}

/// The entries of one vulnerability without the fixes that the installed version is not measured by. What is said in another way
/// than by a fix stays.
///
/// Of the fixes of one publisher in one module stream, those of the installed version's own line count, and where there are none,
/// all. Of these, the first is enough where the publisher speaks of the vulnerability as a whole, and the last where it publishes
/// a bulletin for each update: each is open until its version is there.
pub fn deciding<'e, 'a>(entries: Vec<&'e Entry<'a>>, installed: &str, order: &VersionOrder) -> Vec<&'e Entry<'a>> {
    let own = Line::of(installed);
    let mut chosen: BTreeMap<(usize, Option<&str>), Fix<'a>> = BTreeMap::new();
    for entry in &entries {
        let Some(fix) = Fix::of(entry, own) else { continue };
        chosen
            .entry((entry.source, entry.module))
            .and_modify(|known| {
                if fix.replaces(known, order) {
                    *known = fix;
                }
            })
            .or_insert(fix);
    }
    let counts = |entry: &&Entry<'a>| {
        let Some(fix) = Fix::of(entry, own) else { return true };
        chosen.get(&(entry.source, entry.module)).is_none_or(|chosen| *chosen == fix)
    };
    entries.into_iter().filter(counts).collect()
}

/// What an entry says that names one fix and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fix<'a> {
    version: &'a str,
    is_of_own_line: bool,
    /// Whether the publisher speaks of the vulnerability as a whole, and not of one update: its identifier is the CVE.
    is_whole: bool,
}

impl<'a> Fix<'a> {
    fn of(entry: &Entry<'a>, own: Line<'_>) -> Option<Self> {
        let [range] = entry.ranges.as_slice() else { return None };
        let version = range.fixed.filter(|_| range.lower.is_none() && entry.versions.is_empty())?;
        let is_end = range.upper.is_some_and(|upper| upper.version == version && !upper.inclusive);
        let is_whole = entry.ids.first().is_some_and(|id| id.starts_with("CVE-"));
        is_end.then(|| Self { version, is_of_own_line: Line::of(version) == own, is_whole })
    }

    /// Whether this fix counts and not the known one.
    fn replaces(&self, known: &Self, order: &VersionOrder) -> bool {
        if self.is_whole != known.is_whole {
            // It is kept up to date, and knows of every bulletin.
            return self.is_whole;
        }
        if self.is_of_own_line != known.is_of_own_line {
            return self.is_of_own_line;
        }
        let compared = (order.compare)(self.version, known.version);
        if self.is_whole && self.is_of_own_line { compared.is_lt() } else { compared.is_gt() }
    }
}
