//! Input that could not be fully read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of input was not fully read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// The bytes end before the format says they do.
    Truncated,
    /// The content has another digest than the one it is named by.
    DigestMismatch,
    /// The bytes do not follow their format.
    Malformed,
    /// A format, feature or media type that is not understood.
    Unsupported,
    /// The operating system refused to give the bytes.
    Unreadable,
    /// Larger than a limit allows.
    TooLarge,
    /// More items than a limit allows.
    TooMany,
    /// Nested deeper than a limit allows.
    TooDeep,
    /// Expands further than a limit allows.
    CompressionBomb,
    /// A path that would leave the subject.
    UnsafePath,
    /// A link that leads in a circle or to nothing where something is needed.
    BrokenLink,
    /// The same thing twice, where readers may disagree which one counts.
    Duplicate,
    /// Something refers to a thing that is not there.
    Missing,
    /// Packages that no advisory source of the database covers, so that nothing is known of them.
    NotCovered,
    /// The advisory database is damaged where it was read.
    DatabaseDamaged,
    /// A dependency is declared without an exact version: it was read, but there is nothing to compare.
    Unpinned,
    /// An exemption is past its last day, so that it holds no more.
    Expired,
    /// An archive in a file is broken, or made in a way that is not understood. The file itself was read.
    NotUnpacked,
    /// A declaration that a folder has is a template, or says things that only a deployment tells: rules judged what could be read.
    NotJudged,
    /// A patch for a finding was made, and not offered: it would not have done what it is for.
    NotMended,
    /// The layer cache that the user named cannot be used, so that the scan took longer.
    CacheUnavailable,
    /// Another scanner that the user named did not judge everything.
    ScannerUnavailable,
    /// Further problems were counted and not listed.
    Omitted,
}

impl ProblemKind {
    /// Whether the report is incomplete because of it.
    ///
    /// An unpinned dependency was read completely; it is listed because nothing could be looked up for it. An expired exemption
    /// hides nothing; it is listed because somebody counts on it. Without a cache, everything is read as with one. What cannot be
    /// unpacked here can hardly be unpacked in a container; test data of languages is full of it. Nor is a template what anybody
    /// runs: it is rendered first, and what it becomes can be scanned. A finding without a patch is a finding all the same.
    pub const fn is_incomplete(self) -> bool {
        !matches!(
            self,
            Self::Unpinned
                | Self::Expired
                | Self::NotUnpacked
                | Self::NotJudged
                | Self::NotMended
                | Self::CacheUnavailable
        )
    }

    /// Whether packages may be missing because of it. What is missing of advisories, and of other
    /// scanners' verdicts, hides findings, not packages.
    pub const fn hides_packages(self) -> bool {
        self.is_incomplete() && !matches!(self, Self::NotCovered | Self::DatabaseDamaged | Self::ScannerUnavailable)
    }

    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::DigestMismatch => "digest-mismatch",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too-large",
            Self::TooMany => "too-many",
            Self::TooDeep => "too-deep",
            Self::CompressionBomb => "compression-bomb",
            Self::UnsafePath => "unsafe-path",
            Self::BrokenLink => "broken-link",
            Self::Duplicate => "duplicate",
            Self::Missing => "missing",
            Self::NotCovered => "not-covered",
            Self::DatabaseDamaged => "database-damaged",
            Self::Unpinned => "unpinned",
            Self::Expired => "expired",
            Self::NotUnpacked => "not-unpacked",
            Self::NotJudged => "not-judged",
            Self::NotMended => "not-mended",
            Self::CacheUnavailable => "cache-unavailable",
            Self::ScannerUnavailable => "scanner-unavailable",
            Self::Omitted => "omitted",
        }
    }
}

/// One thing that could not be fully read, and where.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// What kind of problem.
    pub kind: ProblemKind,
    /// Index of the layer, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<u32>,
    /// Path of the file concerned, from the root of the subject, or the name of the archive member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What happened, as a lower-case fragment.
    pub detail: String,
}

impl Problem {
    /// A problem of the subject as a whole.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, layer: None, path: None, detail: detail.into() }
    }

    /// A problem of one file.
    pub fn at(kind: ProblemKind, path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, layer: None, path: Some(path.into()), detail: detail.into() }
    }
}

/// A list of problems that hostile input cannot make long: what exceeds the capacity is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problems {
    items: Vec<Problem>,
    capacity: usize,
    omitted: u64,
}

impl Default for Problems {
    fn default() -> Self {
        Self::with_capacity(Self::CAPACITY)
    }
}

impl Problems {
    /// Problems listed before the rest is only counted. A person reads a few dozen; a file that has more is one problem.
    pub const CAPACITY: usize = 200;

    /// A list that holds at most `capacity` problems.
    pub const fn with_capacity(capacity: usize) -> Self {
        Self { items: Vec::new(), capacity, omitted: 0 }
    }

    /// Adds a problem, or counts it when the list is full.
    pub fn push(&mut self, problem: Problem) {
        if self.items.len() < self.capacity {
            self.items.push(problem);
        } else {
            self.omitted = self.omitted.saturating_add(1);
        }
    }

    /// Adds all problems of another list, and its count.
    pub fn append(&mut self, other: Self) {
        self.omitted = self.omitted.saturating_add(other.omitted);
        for problem in other.items {
            self.push(problem);
        }
    }

    /// Sets the layer of every problem that has none.
    pub fn in_layer(mut self, layer: u32) -> Self {
        for problem in &mut self.items {
            problem.layer.get_or_insert(layer);
        }
        self
    }

    /// Takes the layer away from every problem: the same layer has another position in another image.
    #[must_use]
    pub fn without_layer(mut self) -> Self {
        for problem in &mut self.items {
            problem.layer = None;
        }
        self
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.omitted == 0
    }

    /// The problems listed so far.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.items.iter()
    }

    /// The problems in order, without repetitions; the last one says how many were left out, if any.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut items = self.items;
        items.sort();
        items.dedup();
        if self.omitted > 0 {
            items.push(Problem::new(ProblemKind::Omitted, format!("{} more problems are not listed", self.omitted)));
        }
        items
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        let mut problems = Self::default();
        problems.push(problem);
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_problems_than_the_capacity_are_counted() {
        let mut problems = Problems::with_capacity(2);
        for index in 0..5 {
            problems.push(Problem::new(ProblemKind::Malformed, format!("line {index}")));
        }
        let listed = problems.into_sorted();
        assert_eq!(listed.len(), 3);
        assert_eq!(listed[2].detail, "3 more problems are not listed");
    }

    #[test]
    fn names_are_those_of_the_json_report() {
        for kind in
            [ProblemKind::DigestMismatch, ProblemKind::CompressionBomb, ProblemKind::NotCovered, ProblemKind::Omitted]
        {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
