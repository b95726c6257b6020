//! The result of looking at one subject.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Digest, Distribution, Finding, Package, Problem, Severity};

/// Name and version of the report's format.
pub const SCHEMA: &str = "boltseal.report/v1";

/// Name and version of the format of several reports together.
pub const SCHEMA_OF_MANY: &str = "boltseal.reports/v1";

/// What sort of thing was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SubjectKind {
    /// A container image, judged by its layers.
    Image,
    /// A folder on disk: a root file system or a source tree.
    Directory,
    /// A running container, judged by the files that it has now.
    Container,
    /// The files of one commit in a git repository.
    Repository,
    /// A bill of materials that another tool wrote.
    Sbom,
    /// A file that declares how an image is built, or what is run.
    Configuration,
}

/// One layer of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerInfo {
    /// Digest of the layer as it is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Digest of the layer after decompression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff_id: Option<Digest>,
    /// The build instruction that made it, as the image's history records it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction: Option<Arc<str>>,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// What sort of thing.
    pub kind: SubjectKind,
    /// The target as it was given.
    pub name: String,
    /// Digest of the image: of its manifest, or of its configuration in archives that carry no manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Names that the archive gives to the image, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Operating system and processor, as `linux/amd64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The distribution it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Distribution>,
    /// How many of the layers make up the base image, from the bottom; absent where nobody can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_layers: Option<u32>,
    /// The commit of a repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Layers, base first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayerInfo>,
}

impl Subject {
    /// A subject of which only kind and name are known.
    pub fn new(kind: SubjectKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            digest: None,
            tags: Vec::new(),
            platform: None,
            distribution: None,
            base_layers: None,
            revision: None,
            layers: Vec::new(),
        }
    }
}

/// The program that wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name of the program.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The advisory database that a report rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatabaseInfo {
    /// `embedded`, or the path of the file.
    pub origin: String,
    /// Identifies the content: the same digest means the same advisories.
    pub digest: Digest,
    /// Advisories in it.
    pub advisories: u64,
    /// Date of its newest advisory, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<String>,
}

/// What a gate does with the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing stands against it.
    Allow,
    /// It is refused.
    Deny,
}

/// The verdict, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What a gate does.
    pub verdict: Verdict,
    /// Why, a sentence each; empty when there is nothing to say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// A finding that was left out on purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suppressed {
    /// Why it was left out.
    pub reason: String,
    /// What was left out.
    pub finding: Finding,
}

/// Findings that were left out on purpose, by reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// Why they were left out.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// Counts, so that nobody has to count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Packages.
    pub packages: u64,
    /// Findings by severity, worst first.
    pub findings: Vec<(Severity, u64)>,
    /// Findings for which a fixed version is known.
    pub fixable: u64,
    /// Findings left out on purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppression>,
    /// Whether everything could be read.
    pub complete: bool,
}

/// All that was found in one subject. Same input and database, same report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Who wrote it.
    pub tool: Tool,
    /// What it rests on.
    pub database: DatabaseInfo,
    /// What was looked at.
    pub subject: Subject,
    /// Packages, sorted by package URL and place.
    pub packages: Vec<Package>,
    /// Findings, worst first.
    pub findings: Vec<Finding>,
    /// Findings left out on purpose, worst first, where the user asked for them; the summary counts them in any case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppressed>,
    /// What could not be fully read.
    pub problems: Vec<Problem>,
    /// What a gate does.
    pub decision: Decision,
    /// Counts.
    pub summary: Summary,
}

/// Reports of several subjects in one document, and what they come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reports<'a> {
    /// Always [`SCHEMA_OF_MANY`].
    pub schema: Cow<'a, str>,
    /// One of each subject, in the order in which they were named.
    pub reports: Cow<'a, [Report]>,
    /// The counts of all.
    pub summary: Summary,
}

impl<'a> Reports<'a> {
    /// Reports in one document.
    pub fn of(reports: &'a [Report]) -> Self {
        Self { schema: SCHEMA_OF_MANY.into(), reports: reports.into(), summary: Summary::of_all(reports) }
    }
}

impl Summary {
    /// The sums over all reports; complete where every one is.
    pub fn of_all(reports: &[Report]) -> Self {
        let each = || reports.iter().map(|report| &report.summary);
        let found = |severity| each().map(|summary| summary.count(severity)).sum();
        let mut suppressed: Vec<Suppression> = Vec::new();
        for suppression in each().flat_map(|summary| &summary.suppressed) {
            match suppressed.iter_mut().find(|known| known.reason == suppression.reason) {
                Some(known) => known.count += suppression.count,
                None => suppressed.push(suppression.clone()),
            }
        }
        Self {
            packages: each().map(|summary| summary.packages).sum(),
            findings: Severity::WORST_FIRST.into_iter().map(|severity| (severity, found(severity))).collect(),
            fixable: each().map(|summary| summary.fixable).sum(),
            suppressed,
            complete: each().all(|summary| summary.complete),
        }
    }

    /// Findings of one severity.
    pub fn count(&self, severity: Severity) -> u64 {
        self.findings.iter().filter(|(of, _)| *of == severity).map(|(_, count)| count).sum()
    }

    /// Findings of every severity.
    pub fn total(&self) -> u64 {
        self.findings.iter().map(|(_, count)| count).sum()
    }

    /// The worst severity of a finding.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().filter(|(_, count)| *count > 0).map(|(severity, _)| *severity).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(high: u64, low: u64, complete: bool) -> Summary {
        Summary {
            packages: 10,
            findings: vec![(Severity::High, high), (Severity::Low, low)],
            fixable: high,
            suppressed: vec![Suppression { reason: "not read".into(), count: 2 }],
            complete,
        }
    }

    fn report(summary: Summary) -> Report {
        let digest = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
        Report {
            schema: SCHEMA.into(),
            tool: Tool { name: "boltseal".into(), version: "1".into() },
            database: DatabaseInfo { origin: "embedded".into(), digest, advisories: 0, newest: None },
            subject: Subject::new(SubjectKind::Directory, "dir:x"),
            packages: Vec::new(),
            findings: Vec::new(),
            suppressed: Vec::new(),
            problems: Vec::new(),
            decision: Decision { verdict: Verdict::Allow, reasons: Vec::new() },
            summary,
        }
    }

    #[test]
    fn several_reports_come_to_their_sums() {
        let reports = [report(summary(0, 3, true)), report(summary(1, 0, false))];
        let all = Reports::of(&reports);
        assert_eq!(all.summary.packages, 20);
        assert_eq!((all.summary.total(), all.summary.fixable), (4, 1));
        assert_eq!(all.summary.worst(), Some(Severity::High));
        assert_eq!(all.summary.suppressed, [Suppression { reason: "not read".into(), count: 4 }]);
        assert!(!all.summary.complete, "one that could not be read in full is enough");
        assert_eq!(summary(0, 0, true).worst(), None);
    }

    #[test]
    fn a_document_of_several_is_read_back() {
        let reports = [report(summary(0, 3, true)), report(summary(1, 0, true))];
        let text = serde_json::to_string(&Reports::of(&reports)).unwrap();
        assert!(text.starts_with(r#"{"schema":"boltseal.reports/v1","reports":[{"schema":"boltseal.report/v1""#));
        assert_eq!(serde_json::from_str::<Reports<'_>>(&text).unwrap(), Reports::of(&reports));
    }
}
