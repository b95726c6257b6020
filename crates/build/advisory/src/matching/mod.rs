//! What the database says about an installed package.
//!
//! The entries of a package are judged one by one, then merged: one [`Evaluation`] per vulnerability, however many
//! publishers describe it.

mod evidence;
mod merge;

use std::cmp::Ordering;

use boltseal_model::{Distribution, Namespace, Package, Problem, ProblemKind, Problems, Severity};

use crate::advisory::normalise;
use crate::database::{Database, Entry, PackageRecord};
use crate::severity;
use crate::version::{self, VersionOrder};

/// What all advisories together say about one vulnerability of one installed package.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The CVE where there is one, otherwise the publisher's identifier.
    pub id: String,
    /// Every other identifier, sorted.
    pub aliases: Vec<String>,
    /// Whether any advisory says that the installed version is affected.
    pub affected: bool,
    /// Lowest version above the installed one that some advisory names as fixed and none as affected.
    pub fixed: Option<String>,
    /// Rating of [`Self::cvss`].
    pub severity: Severity,
    /// Highest CVSS base score that any of the advisories gives.
    pub cvss: Option<f64>,
    /// The vector of that score.
    pub cvss_vector: Option<String>,
    /// Source, range and comparison in words:
    /// `debian-fixed-table: openssl 3.0.11-1~deb12u1 < 3.0.15-1~deb12u1 (fixed)`.
    pub evidence: String,
    /// The advisories as `source:identifier`, sorted: `pypa:PYSEC-2021-59`.
    pub sources: Vec<String>,
}

/// Where the advisories of a package are kept; `None` for a package of an operating system that is not known.
pub fn namespace_of(package: &Package, distribution: Option<&Distribution>) -> Option<Namespace> {
    Namespace::of(package.ecosystem).or_else(|| distribution.map(Distribution::namespace))
}

/// Everything that the database says about one package, affected or not, sorted by id.
///
/// A package that the database does not mention yields nothing; whether its namespace is covered at all is for the caller
/// to ask, once per namespace, with [`Database::covers`].
///
/// A damaged database is a problem, and so is an installed version that the order of its ecosystem does not know. Such a
/// version is compared all the same, and most orders place it below all others, so that nothing is missed.
pub fn evaluate(
    database: &Database<'_>,
    package: &Package,
    distribution: Option<&Distribution>,
) -> (Vec<Evaluation>, Problems) {
    let mut problems = Problems::default();
    let Some(namespace) = namespace_of(package, distribution) else { return (Vec::new(), problems) };
    let (name, installed) = package.advisory_key();
    let name = normalise(&namespace, name);
    let mut report = |kind, detail: String| {
        let problem = Problem::at(kind, package.location.path.clone(), detail);
        problems.push(Problem { layer: package.location.layer, ..problem });
    };
    let record = match database.package(&namespace, &name) {
        Ok(Some(record)) => record,
        Ok(None) => return (Vec::new(), problems),
        Err(error) => {
            report(ProblemKind::DatabaseDamaged, format!("{} could not be looked up: {error}", evidence::clip(&name)));
            return (Vec::new(), problems);
        }
    };
    let order = version::of(package.ecosystem);
    if !(order.is_valid)(installed) {
        let (name, installed) = (evidence::clip(&name), evidence::clip(installed));
        report(
            ProblemKind::Malformed,
            format!("{installed:?} of {name} is no {} version; compared as it is", order.id),
        );
    }
    (evaluate_record(database, &record, installed, order), problems)
}

fn evaluate_record(
    database: &Database<'_>,
    record: &PackageRecord<'_>,
    installed: &str,
    order: &VersionOrder,
) -> Vec<Evaluation> {
    let mut evaluations: Vec<Evaluation> = merge::groups(&record.entries)
        .into_iter()
        .map(|entries| evaluate_group(database, record.name, &entries, installed, order))
        .collect();
    evaluations.sort_by(|one, two| one.id.cmp(&two.id));
    evaluations
}

fn evaluate_group(
    database: &Database<'_>,
    name: &str,
    entries: &[&Entry<'_>],
    installed: &str,
    order: &VersionOrder,
) -> Evaluation {
    let source = |entry: &Entry<'_>| database.source_name(entry.source).unwrap_or_default().to_owned();
    let deciding = entries.iter().find(|entry| is_affected(entry, installed, order));
    let evidence = deciding.or(entries.first()).map(|entry| {
        let words = evidence::explain(entry, installed, order);
        format!("{}: {name} {} {words}", source(entry), evidence::clip(installed))
    });
    let (cvss, cvss_vector) = worst(entries);
    let mut ids: Vec<&str> = entries.iter().flat_map(|entry| entry.ids.iter().map(String::as_str)).collect();
    let publisher = ids.first().copied().unwrap_or_default();
    let id = ids.iter().copied().filter(|id| id.starts_with("CVE-")).min().unwrap_or(publisher);
    ids.sort_unstable();
    ids.dedup();
    let mut sources: Vec<String> = entries
        .iter()
        .map(|entry| format!("{}:{}", source(entry), entry.ids.first().map_or("", String::as_str)))
        .collect();
    sources.sort();
    sources.dedup();
    Evaluation {
        id: id.to_owned(),
        aliases: ids.into_iter().filter(|&alias| alias != id).map(str::to_owned).collect(),
        affected: deciding.is_some(),
        fixed: deciding.and_then(|_| fixed(entries, installed, order)),
        severity: cvss.map_or(Severity::Unknown, Severity::from_cvss),
        cvss,
        cvss_vector,
        evidence: evidence.unwrap_or_default(),
        sources,
    }
}

/// Whether an advisory says that a version is affected: in any range, or in the list.
fn is_affected(entry: &Entry<'_>, version: &str, order: &VersionOrder) -> bool {
    entry.ranges.iter().any(|range| range.contains(version, order))
        || entry.versions.iter().any(|listed| (order.compare)(listed, version).is_eq())
}

/// The lowest version above the installed one that is named as fixed and that no advisory names as affected.
fn fixed(entries: &[&Entry<'_>], installed: &str, order: &VersionOrder) -> Option<String> {
    let mut named: Vec<&str> = entries
        .iter()
        .flat_map(|entry| entry.ranges.iter().filter_map(|range| range.fixed))
        .filter(|fixed| (order.compare)(fixed, installed).is_gt())
        .collect();
    named.sort_by(|one, two| (order.compare)(one, two).then_with(|| one.cmp(two)));
    named.dedup();
    named.into_iter().find(|fixed| !entries.iter().any(|entry| is_affected(entry, fixed, order))).map(str::to_owned)
}

/// The highest score, and the vector that it comes from. A vector that cannot be scored is shown when there is no other.
fn worst(entries: &[&Entry<'_>]) -> (Option<f64>, Option<String>) {
    let scored = entries.iter().filter_map(|entry| entry.vector).map(|vector| (severity::score(vector), vector));
    let worst = scored.max_by(|(one_score, one), (two_score, two)| {
        let scores = one_score.partial_cmp(two_score).unwrap_or(Ordering::Equal);
        scores.then_with(|| two.cmp(one))
    });
    match worst {
        Some((score, vector)) => (score, Some(vector.to_owned())),
        None => (None, None),
    }
}
