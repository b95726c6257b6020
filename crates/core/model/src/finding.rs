//! Something wrong in a subject, found by looking.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Location, Severity};

/// What was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// A known vulnerability of a package.
    Vulnerability,
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
    /// Package URL of the package concerned.
    pub package: String,
    /// Version that is installed.
    pub installed: String,
    /// Lowest version at or above the installed one that is not affected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// What the publisher says about a fix.
    pub status: FixStatus,
    /// Ratings.
    pub scores: Scores,
    /// Where the package is recorded.
    pub location: Location,
    /// The comparison that decided: source, range, versions.
    pub evidence: String,
    /// What to do, as a command or a sentence.
    pub remediation: String,
}
