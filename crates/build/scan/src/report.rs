//! Puts a report together: the decision, and the counts.

use std::collections::BTreeMap;

use boltseal_model::{
    DatabaseInfo, Decision, Finding, FixStatus, Report, SCHEMA, Severity, Subject, Summary, Suppressed, Suppression,
    Tool, Verdict,
};

use crate::Options;
use crate::matching::Matches;
use crate::merge::Contents;

/// Composes a report.
pub fn compose(
    subject: Subject,
    database: DatabaseInfo,
    contents: Contents,
    matches: Matches,
    options: &Options,
) -> Report {
    let Matches { mut findings, mut suppressed, .. } = matches;
    options.sort.apply(&mut findings, |finding| finding);
    options.sort.apply(&mut suppressed, |suppressed| &suppressed.finding);
    let mut problems = contents.problems;
    problems.append(matches.problems);
    let problems = problems.into_sorted();
    let complete = !problems.iter().any(|problem| problem.kind.is_incomplete());
    let summary = Summary {
        packages: contents.packages.len() as u64,
        findings: count_by_severity(&findings),
        fixable: findings.iter().filter(|finding| finding.status == FixStatus::Fixed).count() as u64,
        suppressed: count_by_reason(&suppressed),
        complete,
    };
    Report {
        schema: SCHEMA.into(),
        tool: Tool { name: "boltseal".into(), version: env!("CARGO_PKG_VERSION").into() },
        database,
        subject,
        packages: contents.packages,
        decision: decide(&findings, options.fail_on),
        findings,
        suppressed: if options.show_suppressed { suppressed } else { Vec::new() },
        problems,
        summary,
    }
}

fn count_by_severity(findings: &[Finding]) -> Vec<(Severity, u64)> {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count() as u64;
    Severity::WORST_FIRST.into_iter().map(|severity| (severity, count(severity))).collect()
}

fn count_by_reason(suppressed: &[Suppressed]) -> Vec<Suppression> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for suppressed in suppressed {
        *counts.entry(&suppressed.reason).or_default() += 1;
    }
    counts.into_iter().map(|(reason, count)| Suppression { reason: reason.to_owned(), count }).collect()
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
