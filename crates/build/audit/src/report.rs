//! What an audit comes to.

use boltseal_model::Severity;
use schemars::JsonSchema;
use serde::Serialize;

use crate::check::{Reason, Verdict};

/// The version of the JSON report.
pub const SCHEMA: &str = "boltseal.audit/v1";

/// A host held to a benchmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Audit {
    /// `boltseal.audit/v1`.
    pub schema: &'static str,
    /// The id of the benchmark.
    pub benchmark: String,
    /// What it is called.
    pub title: String,
    /// Its version.
    pub version: String,
    /// The name of the host.
    pub host: String,
    /// Its operating system.
    pub system: String,
    /// The distribution that is made to run containers and nothing else, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_optimised: Option<String>,
    /// What it comes to, by level.
    pub score: Vec<Score>,
    /// Every check up to the level that was asked for, in the order of the benchmark.
    pub checks: Vec<Checked>,
    /// What of the facts could not be read.
    pub problems: Vec<String>,
}

/// A check, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Checked {
    /// Its number in the benchmark.
    pub number: String,
    /// Its level.
    pub level: u8,
    /// What is demanded.
    pub title: String,
    /// What is said of it.
    pub verdict: Verdict,
    /// How bad it is, where it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The rules that decide it.
    pub rules: Vec<String>,
    /// Why. Of the same kind, at most a hundred.
    pub reasons: Vec<Reason>,
    /// What mends it.
    pub fixes: Vec<Fix>,
}

/// What mends a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fix {
    /// What is wrong, and becomes right.
    pub changes: String,
    /// What to do, in words.
    pub remediation: String,
    /// Commands that do it, where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commands: Option<String>,
}

/// What the checks of one level come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Score {
    /// The level.
    pub level: u8,
    /// Checks that pass.
    pub passed: usize,
    /// Checks that fail.
    pub failed: usize,
    /// Checks of which it cannot be told.
    pub unknown: usize,
    /// Checks that do not apply.
    pub not_applicable: usize,
    /// Checks that pass, of a hundred that pass or fail, rounded down. Absent where none does either.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<usize>,
}

impl Score {
    pub(crate) fn of(level: u8, checks: &[Checked]) -> Self {
        let count = |verdict| checks.iter().filter(|check| check.level == level && check.verdict == verdict).count();
        let [passed, failed, unknown, not_applicable] = Verdict::ALL.map(count);
        let percent = (100 * passed).checked_div(passed + failed);
        Self { level, passed, failed, unknown, not_applicable, percent }
    }
}

impl Audit {
    /// The report in JSON.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// Whether a check fails that is at least so bad; without a threshold, whether any does.
    pub fn fails(&self, threshold: Option<Severity>) -> bool {
        self.checks.iter().any(|check| check.verdict == Verdict::Fail && check.severity >= threshold)
    }

    /// Whether something could not be seen or judged. What only a person can tell is no such thing.
    pub fn is_incomplete(&self) -> bool {
        let is_gap = |reason: &Reason| matches!(reason, Reason::Unseen { .. } | Reason::Error { .. });
        !self.problems.is_empty() || self.checks.iter().any(|check| check.reasons.iter().any(is_gap))
    }
}
