//! Puts a report together: the decision, and the counts.

use boltseal_model::{
    DatabaseInfo, Decision, Finding, FixStatus, Report, SCHEMA, Severity, Subject, Summary, Tool, Verdict,
};

use crate::matching::Matches;
use crate::merge::Contents;

/// Composes a report. `fail_on` is the severity from which findings deny the subject.
pub fn compose(
    subject: Subject,
    database: DatabaseInfo,
    contents: Contents,
    matches: Matches,
    fail_on: Option<Severity>,
) -> Report {
    let mut problems = contents.problems;
    problems.append(matches.problems);
    let problems = problems.into_sorted();
    let complete = !problems.iter().any(|problem| problem.kind.is_incomplete());
    let summary = Summary {
        packages: contents.packages.len() as u64,
        findings: count_by_severity(&matches.findings),
        fixable: matches.findings.iter().filter(|finding| finding.status == FixStatus::Fixed).count() as u64,
        suppressed: matches.suppressed,
        complete,
    };
    Report {
        schema: SCHEMA.into(),
        tool: Tool { name: "boltseal".into(), version: env!("CARGO_PKG_VERSION").into() },
        database,
        subject,
        packages: contents.packages,
        decision: decide(&matches.findings, fail_on),
        findings: matches.findings,
        problems,
        summary,
    }
}

fn count_by_severity(findings: &[Finding]) -> Vec<(Severity, u64)> {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count() as u64;
    Severity::WORST_FIRST.into_iter().map(|severity| (severity, count(severity))).collect()
}

fn decide(findings: &[Finding], fail_on: Option<Severity>) -> Decision {
    let Some(threshold) = fail_on else { return Decision { verdict: Verdict::Allow, reasons: Vec::new() } };
    let count = findings.iter().filter(|finding| finding.severity >= threshold).count();
    if count == 0 {
        return Decision { verdict: Verdict::Allow, reasons: Vec::new() };
    }
    let findings = if count == 1 { "1 finding is".into() } else { format!("{count} findings are") };
    Decision { verdict: Verdict::Deny, reasons: vec![format!("{findings} of severity {threshold} or worse")] }
}
