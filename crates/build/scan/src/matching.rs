//! From packages to findings.

use std::collections::BTreeMap;

use boltseal_advisory::matching::is_kernel_headers;
use boltseal_advisory::risk::{Signals, risk};
use boltseal_advisory::{Database, Date, Evaluation, Lifecycles, Probability, evaluate};
use boltseal_model::{
    Distribution, Finding, FindingKind, FixStatus, Namespace, Package, Problem, ProblemKind, Problems, Scores,
    Suppressed,
};

use crate::ended::ended;
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
    pub suppressed: Vec<Suppressed>,
    /// Answers to the question which packages one vulnerability affects.
    pub explanations: Vec<Explanation>,
    /// Packages that nothing is known of, and damage in the database.
    pub problems: Problems,
}

const OWNED: &str = "owned by an operating system package, so the distribution's advisories decide";

const HEADERS: &str = "kernel headers hold no code of the kernel, so that its vulnerabilities do not concern them";

/// Looks every package up. `explain` names a vulnerability whose every comparison is kept. `on` is the day on which life
/// cycles are judged; without one it is the day of the newest advisory in the database.
pub fn matches(
    database: &Database<'_>,
    packages: &[Package],
    distribution: Option<&Distribution>,
    explain: Option<&str>,
    on: Option<Date>,
) -> Matches {
    let mut matches = Matches::default();
    let mut uncovered: BTreeMap<String, u64> = BTreeMap::new();
    let release = distribution.map(Distribution::namespace);
    let is_release_covered = release.as_ref().is_some_and(|release| database.covers(release));
    let (lifecycles, problem) = read_lifecycles(database);
    matches.problems.append(problem);
    let day = on.or_else(|| database.info().newest.as_deref().and_then(Date::parse));
    if let Some(day) = day {
        matches.findings = ended(&lifecycles, packages, distribution, day);
    }
    let is_abandoned = distribution.zip(day).is_some_and(|(distribution, day)| {
        lifecycles.distribution(distribution, day).is_some_and(|ended| !ended.is_extended)
    });
    for package in packages {
        let namespace = Namespace::of(package.ecosystem).or_else(|| release.clone());
        // A language package inside an operating system package is patched by the distribution without a change of its
        // version. That holds only where the distribution's own advisories are at hand.
        let follows_distribution = package.owner.is_some() && is_release_covered;
        let suppression =
            if follows_distribution { Some(OWNED) } else { is_kernel_headers(package).then_some(HEADERS) };
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
                    suppressed: suppression,
                });
            }
            match (evaluation.affected, suppression) {
                (true, Some(reason)) => {
                    let finding = finding(package, evaluation, is_abandoned);
                    matches.suppressed.push(Suppressed { reason: reason.into(), finding });
                }
                (true, None) => matches.findings.push(finding(package, evaluation, is_abandoned)),
                (false, _) => {}
            }
        }
    }
    for (namespace, count) in uncovered {
        let packages = if count == 1 { "1 package was".into() } else { format!("{count} packages were") };
        let detail = format!("the database has no advisories for {namespace}: {packages} not looked up");
        matches.problems.push(Problem::new(ProblemKind::NotCovered, detail));
    }
    matches
}

fn is_named(evaluation: &Evaluation, id: &str) -> bool {
    evaluation.id.eq_ignore_ascii_case(id) || evaluation.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(id))
}

/// The life cycles in the database. Where they are damaged, nothing is known of them, and that is a problem.
fn read_lifecycles(database: &Database<'_>) -> (Lifecycles, Problems) {
    match database.lifecycles() {
        Ok(lifecycles) => (lifecycles, Problems::default()),
        Err(error) => {
            let detail = format!("life cycles could not be looked up: {error}");
            (Lifecycles::default(), Problem::new(ProblemKind::DatabaseDamaged, detail).into())
        }
    }
}

/// What a publisher says who no longer looks after the release: nothing is going to be fixed.
const fn status(evaluation: &Evaluation, is_abandoned: bool) -> FixStatus {
    match evaluation.status {
        FixStatus::Affected if is_abandoned => FixStatus::EndOfLife,
        status => status,
    }
}

fn scores(evaluation: &Evaluation) -> Scores {
    let signals = Signals {
        cvss: evaluation.cvss,
        severity: evaluation.severity,
        likelihood: evaluation.likelihood,
        exploited: evaluation.exploited_since.is_some(),
    };
    Scores {
        cvss: evaluation.cvss,
        cvss_vector: evaluation.cvss_vector.clone(),
        epss: evaluation.likelihood.map(Probability::value),
        kev: evaluation.exploited_since.map(|day| day.to_string()),
        risk: Some(risk(&signals)),
    }
}

fn finding(package: &Package, evaluation: Evaluation, is_abandoned: bool) -> Finding {
    let title = match &evaluation.fixed {
        Some(fixed) => format!("{} {} is vulnerable; fixed in {fixed}", package.name, package.version),
        None => format!("{} {} is vulnerable; no fix is known", package.name, package.version),
    };
    Finding {
        kind: FindingKind::Vulnerability,
        title,
        package: package.purl.clone(),
        installed: package.version.clone(),
        status: status(&evaluation, package.ecosystem.is_os() && is_abandoned),
        scores: scores(&evaluation),
        location: package.location.clone(),
        also: Vec::new(),
        id: evaluation.id,
        aliases: evaluation.aliases,
        severity: evaluation.severity,
        evidence: evaluation.evidence,
        remediation: remedy(package, evaluation.fixed.as_deref()),
        fixed: evaluation.fixed,
        fix: None,
    }
}

#[cfg(test)]
mod tests {
    use boltseal_advisory::import::{Exploited, Imported, Likelihood};
    use boltseal_advisory::lifecycle::{Cycle, End, Lifecycle, Subject};
    use boltseal_advisory::range::Range;
    use boltseal_advisory::severity::Rating;
    use boltseal_advisory::{Advisory, Builder, Source};
    use boltseal_model::{Ecosystem, Location, Severity, SourcePackage};

    use super::*;
    use crate::sort::Sort;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    /// Two vulnerabilities of Debian's kernel, one of them exploited and likely, and the end of Debian 12.
    fn database() -> Vec<u8> {
        let advisory = |id: &str, rating| {
            let mut advisory = Advisory::new(id, Namespace::new("debian:12"), "linux");
            advisory.ranges = vec![Range::all()];
            advisory.rating = Some(rating);
            advisory.published = Some(day("2030-01-01"));
            advisory
        };
        let mut dismissed = advisory("CVE-2030-0002", Rating::Word(Severity::High));
        dismissed.status = Some(FixStatus::WillNotFix);
        let mut builder = Builder::new();
        let source =
            builder.source(Source { name: "one".into(), title: "One".into(), licence: "CC0-1.0".into(), revision: 1 });
        builder.add_all(
            source,
            Imported {
                advisories: vec![advisory("CVE-2030-0001", Rating::Score(55)), dismissed],
                exploited: vec![Exploited { cve: "CVE-2030-0001".into(), since: day("2030-01-02") }],
                likelihoods: vec![Likelihood {
                    cve: "CVE-2030-0001".into(),
                    probability: Probability::parse("0.02").unwrap(),
                    scored: Some(day("2030-01-03")),
                }],
                lifecycles: vec![Lifecycle {
                    subjects: vec![Subject::distribution("debian")],
                    title: "Debian".into(),
                    cycles: vec![Cycle { name: "12".into(), end: End::On(day("2030-02-01")), extended: None }],
                }],
                ..Imported::default()
            },
        );
        builder.finish()
    }

    fn kernel(name: &str) -> Package {
        let mut package = Package::new("test", Ecosystem::Deb, name, "6.1.1-1", Location::default());
        package.source = Some(SourcePackage { name: "linux".into(), version: "6.1.1-1".into() });
        package
    }

    fn found(package: &str, on: Option<&str>) -> Matches {
        let bytes = database();
        let debian = Distribution { id: "debian".into(), version: Some("12".into()), name: None };
        let database = Database::open(&bytes).unwrap();
        let mut found = matches(&database, &[kernel(package)], Some(&debian), None, on.map(day));
        Sort::Severity.apply(&mut found.findings, |finding| finding);
        found
    }

    #[test]
    fn findings_carry_what_is_known_of_exploits_and_fixes() {
        let findings = found("linux-image-amd64", None).findings;
        let told: Vec<_> = findings
            .iter()
            .map(|found| {
                (found.id.as_str(), found.severity, found.status, found.scores.kev.as_deref(), found.scores.epss)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("CVE-2030-0002", Severity::High, FixStatus::WillNotFix, None, None),
                ("CVE-2030-0001", Severity::Medium, FixStatus::Affected, Some("2030-01-02"), Some(0.02)),
            ]
        );
        assert_eq!(findings.iter().map(|found| found.scores.risk).collect::<Vec<_>>(), [Some(28.8), Some(55.0)]);
    }

    #[test]
    fn ends_of_life_are_judged_on_the_day_that_is_asked_for() {
        let kinds = |on| {
            found("linux-image-amd64", on).findings.iter().map(|found| (found.kind, found.status)).collect::<Vec<_>>()
        };
        assert!(kinds(None).iter().all(|(kind, _)| *kind == FindingKind::Vulnerability), "the newest day is earlier");
        assert_eq!(
            kinds(Some("2030-02-01")),
            [
                (FindingKind::Vulnerability, FixStatus::WillNotFix),
                (FindingKind::Vulnerability, FixStatus::EndOfLife),
                (FindingKind::EndOfLife, FixStatus::EndOfLife),
            ],
            "what has no fix gets none any more"
        );
    }

    #[test]
    fn kernel_headers_are_counted_and_not_listed() {
        let matches = found("linux-libc-dev", None);
        assert_eq!(matches.findings, []);
        let reasons: Vec<&str> = matches.suppressed.iter().map(|suppressed| suppressed.reason.as_str()).collect();
        assert_eq!(reasons, [HEADERS, HEADERS]);
    }
}
