//! How bad a finding is.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Severity of a finding, least first, so that the greatest is the worst.
///
/// `Unknown` sorts below `Low`: no source has rated the finding yet, which is neither good nor bad news.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// No source gives a rating.
    #[default]
    Unknown,
    /// CVSS 0.1 to 3.9.
    Low,
    /// CVSS 4.0 to 6.9.
    Medium,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 9.0 to 10.0.
    Critical,
}

impl Severity {
    /// Every severity, worst first: the order of tables and summaries.
    pub const WORST_FIRST: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Unknown];

    /// Rating of a CVSS base score (0.0 to 10.0) by the qualitative scale of CVSS 3.1, section 5, and 4.0, section 6.
    ///
    /// A score of 0.0 is rated `Low`: somebody did look and scored it.
    pub fn from_cvss(score: f64) -> Self {
        match score {
            score if score >= 9.0 => Self::Critical,
            score if score >= 7.0 => Self::High,
            score if score >= 4.0 => Self::Medium,
            score if score >= 0.0 => Self::Low,
            _ => Self::Unknown,
        }
    }

    /// The word used in reports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that names no severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a severity; use critical, high, medium, low or unknown")]
pub struct ParseSeverityError;

impl FromStr for Severity {
    type Err = ParseSeverityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::WORST_FIRST
            .into_iter()
            .find(|severity| text.eq_ignore_ascii_case(severity.name()))
            .ok_or(ParseSeverityError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_cvss_scale() {
        for (score, severity) in [
            (0.0, Severity::Low),
            (3.9, Severity::Low),
            (4.0, Severity::Medium),
            (6.9, Severity::Medium),
            (7.0, Severity::High),
            (8.9, Severity::High),
            (9.0, Severity::Critical),
            (10.0, Severity::Critical),
            (f64::NAN, Severity::Unknown),
        ] {
            assert_eq!(Severity::from_cvss(score), severity, "{score}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for severity in Severity::WORST_FIRST {
            assert_eq!(severity.name().to_uppercase().parse(), Ok(severity));
        }
        assert_eq!("severe".parse::<Severity>(), Err(ParseSeverityError));
    }
}
