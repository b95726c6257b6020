//! Puts a report together: the decision, and the counts.

use std::collections::BTreeMap;

use boltseal_model::{
    DatabaseInfo, Decision, Finding, FindingKind, FixStatus, Report, SCHEMA, Severity, Subject, Summary, Suppressed,
    Suppression, Tool, Verdict,
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
        decision: decide(&findings, options),
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

fn decide(findings: &[Finding], options: &Options) -> Decision {
    let counted = |count: usize| if count == 1 { "1 finding is".to_owned() } else { format!("{count} findings are") };
    let mut reasons = Vec::new();
    if let Some(threshold) = options.fail_on {
        let count = findings.iter().filter(|finding| finding.severity >= threshold).count();
        reasons.extend((count > 0).then(|| format!("{} of severity {threshold} or worse", counted(count))));
    }
    let is_denied =
        |finding: &&Finding| finding.kind == FindingKind::Misconfiguration && options.denying.contains(&finding.id);
    let count = findings.iter().filter(is_denied).count();
    reasons.extend((count > 0).then(|| format!("{} of rules that the set of policies denies", counted(count))));
    Decision { verdict: if reasons.is_empty() { Verdict::Allow } else { Verdict::Deny }, reasons }
}
