//! The order of findings.

use std::cmp::Ordering;

use boltseal_advisory::version;
use boltseal_model::{Ecosystem, Finding};

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The most severe.
    #[default]
    Severity,
    /// That with the highest risk, which also counts whether it is exploited; see `docs/reference/risk.md`.
    Risk,
}

impl Sort {
    /// Every order, with the word for it.
    pub const ALL: [(&'static str, Self); 2] = [("risk", Self::Risk), ("severity", Self::Severity)];

    /// Sorts items by the finding in each.
    pub fn apply<T>(self, items: &mut [T], finding: impl Fn(&T) -> &Finding) {
        items.sort_by(|a, b| self.compare(finding(a), finding(b)));
    }

    fn compare(self, a: &Finding, b: &Finding) -> Ordering {
        // Debian's order compares runs of digits as numbers, which is how people read identifiers.
        let by_id = version::of(Ecosystem::Deb).compare;
        let risk = |finding: &Finding| finding.scores.risk.unwrap_or_default();
        let first = match self {
            Self::Severity => Ordering::Equal,
            Self::Risk => risk(b).total_cmp(&risk(a)),
        };
        first
            .then_with(|| b.severity.cmp(&a.severity))
            .then_with(|| a.package.cmp(&b.package))
            .then_with(|| by_id(&a.id, &b.id))
            .then_with(|| (&a.id, &a.location).cmp(&(&b.id, &b.location)))
    }
}
