//! What a database says of its sources and namespaces.

use std::collections::BTreeSet;

use crate::advisory::{Advisory, Date};

/// Counts of a source or a namespace.
#[derive(Clone, Default)]
pub struct Tally<'a> {
    /// Advisories, by source and identifier.
    pub ids: BTreeSet<(usize, &'a str)>,
    /// Packages of a namespace.
    pub packages: u64,
    /// Facts of other kinds: exploited vulnerabilities, likelihoods, life cycles.
    pub facts: u64,
    /// The newest day of any of them.
    pub newest: Option<Date>,
}

impl<'a> Tally<'a> {
    /// Counts an advisory.
    pub fn count(&mut self, source: usize, advisory: &'a Advisory) {
        self.ids.insert((source, &advisory.id));
        self.newest = self.newest.max(advisory.published).max(advisory.modified);
    }

    /// Counts a fact of another kind, with its day.
    pub fn fact(&mut self, day: Option<Date>) {
        self.facts = self.facts.saturating_add(1);
        self.newest = self.newest.max(day);
    }
}
