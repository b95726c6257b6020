//! From packages to findings.

use std::collections::BTreeMap;

use boltseal_advisory::{Database, Evaluation, evaluate, version};
use boltseal_model::{
    Distribution, Ecosystem, Finding, FindingKind, FixStatus, Namespace, Package, Problem, ProblemKind, Problems,
    Scores, Suppression,
};

use crate::remedy::remedy;

/// Why a package is or is not affected by one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The package, with its place.
    pub package: Package,
    /// Whether it counts as affected.
    pub affected: bool,
    /// The comparison that decided.
    pub evidence: String,
    /// Why it is left out of the findings although the comparison says affected.
    pub suppressed: Option<&'static str>,
}

/// What the database says about the packages of a subject.
#[derive(Debug, Default)]
pub struct Matches {
    /// One per package and vulnerability, worst first.
    pub findings: Vec<Finding>,
    /// Findings left out on purpose.
    pub suppressed: Vec<Suppression>,
    /// Answers to the question which packages one vulnerability affects.
    pub explanations: Vec<Explanation>,
    /// Packages that nothing is known of, and damage in the database.
    pub problems: Problems,
}

const OWNED: &str = "owned by an operating system package, so the distribution's advisories decide";

/// Looks every package up. `explain` names a vulnerability whose every comparison is kept.
pub fn matches(
    database: &Database<'_>,
    packages: &[Package],
    distribution: Option<&Distribution>,
    explain: Option<&str>,
) -> Matches {
    let mut matches = Matches::default();
    let mut uncovered: BTreeMap<String, u64> = BTreeMap::new();
    let release = distribution.map(Distribution::namespace);
    let is_release_covered = release.as_ref().is_some_and(|release| database.covers(release));
    let mut suppressed = 0;
    for package in packages {
        let namespace = Namespace::of(package.ecosystem).or_else(|| release.clone());
        // A language package inside an operating system package is patched by the distribution without a change of its
        // version. That holds only where the distribution's own advisories are at hand.
        let follows_distribution = package.owner.is_some() && is_release_covered;
        match namespace {
            Some(namespace) if database.covers(&namespace) => {}
            Some(_) if follows_distribution => {}
            Some(namespace) => *uncovered.entry(namespace.to_string()).or_default() += 1,
            None => *uncovered.entry("an unknown distribution".into()).or_default() += 1,
        }
        let (evaluations, problems) = evaluate(database, package, distribution);
        matches.problems.append(problems);
        for evaluation in evaluations {
            if explain.is_some_and(|id| is_named(&evaluation, id)) {
                matches.explanations.push(Explanation {
                    package: package.clone(),
                    affected: evaluation.affected,
                    evidence: evaluation.evidence.clone(),
                    suppressed: follows_distribution.then_some(OWNED),
                });
            }
            match evaluation.affected {
                true if follows_distribution => suppressed += 1,
                true => matches.findings.push(finding(package, evaluation)),
                false => {}
            }
        }
    }
    if suppressed > 0 {
        matches.suppressed.push(Suppression { reason: OWNED.into(), count: suppressed });
    }
    for (namespace, count) in uncovered {
        let packages = if count == 1 { "1 package was".into() } else { format!("{count} packages were") };
        let detail = format!("the database has no advisories for {namespace}: {packages} not looked up");
        matches.problems.push(Problem::new(ProblemKind::NotCovered, detail));
    }
    // Debian's order compares runs of digits as numbers, which is how people read identifiers.
    let by_id = version::of(Ecosystem::Deb).compare;
    matches.findings.sort_by(|a, b| {
        let worst_first = b.severity.cmp(&a.severity).then_with(|| a.package.cmp(&b.package));
        worst_first.then_with(|| by_id(&a.id, &b.id)).then_with(|| (&a.id, &a.location).cmp(&(&b.id, &b.location)))
    });
    matches
}

fn is_named(evaluation: &Evaluation, id: &str) -> bool {
    evaluation.id.eq_ignore_ascii_case(id) || evaluation.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(id))
}

fn finding(package: &Package, evaluation: Evaluation) -> Finding {
    let title = match &evaluation.fixed {
        Some(fixed) => format!("{} {} is vulnerable; fixed in {fixed}", package.name, package.version),
        None => format!("{} {} is vulnerable; no fix is known", package.name, package.version),
    };
    Finding {
        kind: FindingKind::Vulnerability,
        id: evaluation.id,
        aliases: evaluation.aliases,
        severity: evaluation.severity,
        title,
        package: package.purl.clone(),
        installed: package.version.clone(),
        status: if evaluation.fixed.is_some() { FixStatus::Fixed } else { FixStatus::Affected },
        scores: Scores { cvss: evaluation.cvss, cvss_vector: evaluation.cvss_vector, ..Scores::default() },
        location: package.location.clone(),
        also: Vec::new(),
        evidence: evaluation.evidence,
        remediation: remedy(package, evaluation.fixed.as_deref()),
        fixed: evaluation.fixed,
    }
}
