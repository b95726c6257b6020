//! Something wrong in a subject, found by looking.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Fix, Location, Severity};

/// What was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// A known vulnerability of a package.
    Vulnerability,
    /// A distribution or run time that its publisher no longer looks after.
    EndOfLife,
    /// A licence that the user's rules do not allow.
    Licence,
    /// A file that does harm, or that hides what it is.
    Malware,
    /// A key, a token or a password that anybody who has the image can read.
    Secret,
    /// A declaration that breaks a rule: a Dockerfile, a manifest, the configuration of an image.
    Misconfiguration,
}

impl FindingKind {
    /// Every kind, in the order of [`Ord`].
    pub const ALL: [Self; 6] =
        [Self::Vulnerability, Self::EndOfLife, Self::Licence, Self::Malware, Self::Secret, Self::Misconfiguration];

    /// Whether a file is wrong, and not a package.
    pub const fn is_of_file(self) -> bool {
        matches!(self, Self::Malware | Self::Secret | Self::Misconfiguration)
    }

    /// The word used in reports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vulnerability => "vulnerability",
            Self::EndOfLife => "end-of-life",
            Self::Licence => "licence",
            Self::Malware => "malware",
            Self::Secret => "secret",
            Self::Misconfiguration => "misconfiguration",
        }
    }
}

/// What the advisory's publisher says about a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FixStatus {
    /// A fixed version is published.
    Fixed,
    /// Affected, and no fixed version is known.
    Affected,
    /// Affected, and the publisher has said that there will be no fix.
    WillNotFix,
    /// Affected, and the publisher puts the fix off: minor, or to come with a later update.
    Deferred,
    /// Affected, and fixed only for those who have support that is sold apart, such as Ubuntu Pro.
    ExtendedSupport,
    /// Affected, in a release that the publisher no longer looks after.
    EndOfLife,
    /// The publisher says that the package is not affected.
    NotAffected,
    /// The publisher does not know yet.
    UnderInvestigation,
}

impl FixStatus {
    /// The word used in reports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Affected => "affected",
            Self::WillNotFix => "will-not-fix",
            Self::Deferred => "deferred",
            Self::ExtendedSupport => "extended-support",
            Self::EndOfLife => "end-of-life",
            Self::NotAffected => "not-affected",
            Self::UnderInvestigation => "under-investigation",
        }
    }
}

/// Ratings of a finding, as far as a source gives them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// CVSS base score, 0.0 to 10.0, computed from the vector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cvss: Option<f64>,
    /// The CVSS vector as the advisory gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cvss_vector: Option<String>,
    /// EPSS: the probability, 0.0 to 1.0, that it is exploited within thirty days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss: Option<f64>,
    /// The day, `YYYY-MM-DD`, on which CISA listed it as exploited in the wild.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kev: Option<String>,
    /// The risk, 0.0 to 100.0, by which findings of unlike sources are ordered; see `docs/reference/risk.md`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<f64>,
}

/// One finding. A package that is wrong for two reasons has two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What was looked for.
    pub kind: FindingKind,
    /// The identifier people search for: the CVE where there is one, otherwise the publisher's.
    pub id: String,
    /// Every other identifier of the same thing, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
    /// One line for people.
    pub title: String,
    /// Package URL of the package concerned; absent where a file is wrong that is of none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub package: String,
    /// Version that is installed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub installed: String,
    /// Lowest version at or above the installed one that is not affected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// What the publisher says about a fix.
    pub status: FixStatus,
    /// Ratings.
    pub scores: Scores,
    /// Where the package is recorded, or the file that is wrong.
    pub location: Location,
    /// Every other place of the same thing, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Location>,
    /// What decided: source, range and versions; or what was seen of the file, a secret only by its first and last characters.
    pub evidence: String,
    /// What to do, as a command or a sentence.
    pub remediation: String,
    /// What mends the file, or why only words do; where fixes were asked for, and the rule knows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Box<Fix>>,
}
