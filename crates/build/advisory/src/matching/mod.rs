//! What the database says about an installed package.
//!
//! The entries of a package are judged one by one, then merged: one [`Evaluation`] per vulnerability, however many
//! publishers describe it.

mod bulletins;
mod evidence;
mod merge;
mod noise;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

pub use noise::is_kernel_headers;

use boltseal_model::{
    Distribution, Ecosystem, FixStatus, Namespace, Package, Problem, ProblemKind, Problems, Severity,
};

use crate::advisory::{Date, normalise};
use crate::database::{Database, Entry, OpenError, PackageRecord};
use crate::probability::Probability;
use crate::severity::{self, Rating};
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
    /// What the publisher says about a fix. Where the version is not affected: [`FixStatus::NotAffected`].
    pub status: FixStatus,
    /// Rating of [`Self::cvss`]; where there is no score, the worst word that any of the advisories gives.
    pub severity: Severity,
    /// Highest CVSS base score that any of the advisories gives.
    pub cvss: Option<f64>,
    /// The vector of that score, where it comes from one.
    pub cvss_vector: Option<String>,
    /// The day on which it was listed as exploited in the wild. Looked up where the version is affected.
    pub exploited_since: Option<Date>,
    /// The likelihood that it will be exploited within thirty days. Looked up where the version is affected.
    pub likelihood: Option<Probability>,
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
    let mut evaluations: BTreeMap<String, Evaluation> = BTreeMap::new();
    for (name, installed) in keys(package) {
        for evaluation in evaluate_name(database, package, &namespace, name, &installed, &mut problems) {
            match evaluations.get_mut(&evaluation.id) {
                Some(known) if known.affected || !evaluation.affected => {}
                Some(known) => *known = evaluation,
                None => drop(evaluations.insert(evaluation.id.clone(), evaluation)),
            }
        }
    }
    (evaluations.into_values().collect(), problems)
}

/// The names and versions under which advisories may speak of a package.
///
/// Debian's and Alpine's name sources. Those of the RPM distributions name packages, or sources, or both; and a source RPM is
/// recorded without its epoch, which is the package's.
fn keys(package: &Package) -> Vec<(&str, Cow<'_, str>)> {
    let (name, version) = package.advisory_key();
    let key = (name, Cow::Borrowed(version));
    if package.ecosystem != Ecosystem::Rpm || name == package.name {
        return vec![key];
    }
    let epoch = package.version.split_once(':').map(|(epoch, _)| epoch).filter(|_| !version.contains(':'));
    let with_epoch = epoch.map_or(key.1, |epoch| Cow::Owned(format!("{epoch}:{version}")));
    vec![(&package.name, Cow::Borrowed(&package.version)), (name, with_epoch)]
}

fn evaluate_name(
    database: &Database<'_>,
    package: &Package,
    namespace: &Namespace,
    name: &str,
    installed: &str,
    problems: &mut Problems,
) -> Vec<Evaluation> {
    let name = normalise(namespace, name);
    let mut report = |kind, detail: String| {
        let problem = Problem::at(kind, package.location.path.clone(), detail);
        problems.push(Problem { layer: package.location.layer, ..problem });
    };
    let record = match database.package(namespace, &name) {
        Ok(Some(record)) => record,
        Ok(None) => return Vec::new(),
        Err(error) => {
            report(ProblemKind::DatabaseDamaged, format!("{} could not be looked up: {error}", evidence::clip(&name)));
            return Vec::new();
        }
    };
    let is_rpm = package.ecosystem == Ecosystem::Rpm;
    let record = for_stream(record, package.module.as_deref());
    let record = if is_rpm { bulletins::for_flavour(record, installed) } else { record };
    let order = version::of(package.ecosystem);
    if !(order.is_valid)(installed) {
        let (name, installed) = (evidence::clip(&name), evidence::clip(installed));
        report(
            ProblemKind::Malformed,
            format!("{installed:?} of {name} is no {} version; compared as it is", order.id),
        );
    }
    let mut evaluations: Vec<Evaluation> = merge::groups(&record.entries)
        .into_iter()
        .map(merge::ordinary_first)
        .map(|entries| if is_rpm { bulletins::deciding(entries, installed, order) } else { entries })
        .map(|entries| evaluate_group(database, record.name, &entries, installed, order))
        .collect();
    for evaluation in evaluations.iter_mut().filter(|evaluation| evaluation.affected) {
        if let Err(error) = add_exploitation(database, evaluation) {
            let detail = format!("exploits of {} could not be looked up: {error}", evaluation.id);
            report(ProblemKind::DatabaseDamaged, detail);
        }
    }
    evaluations
}

/// The record without what is said of other module streams than the package's own.
///
/// A stream has versions of its own: what is said of `nodejs:18` says nothing of `nodejs:20`, nor of a package in no stream.
/// The label of a package goes on where the stream's name ends: `nodejs:18:8070020230306:…`.
fn for_stream<'a>(mut record: PackageRecord<'a>, label: Option<&str>) -> PackageRecord<'a> {
    let is_of = |stream: &str| {
        let rest = label.and_then(|label| label.strip_prefix(stream));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    record.entries.retain(|entry| entry.module.is_none_or(is_of));
    record
}

/// What is known of exploits, under any of the CVEs of a vulnerability: the first day, the greatest likelihood.
fn add_exploitation(database: &Database<'_>, evaluation: &mut Evaluation) -> Result<(), OpenError> {
    let Evaluation { id, aliases, exploited_since, likelihood, .. } = evaluation;
    for id in aliases.iter().chain([&*id]) {
        let since = database.exploited_since(id)?;
        *exploited_since = [*exploited_since, since].into_iter().flatten().min();
        *likelihood = (*likelihood).max(database.likelihood(id)?);
    }
    Ok(())
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
    let fixed = deciding.and_then(|_| fixed(entries, installed, order));
    let word = entries.iter().filter_map(|entry| entry.rating).map(Rating::severity).max();
    let statuses = entries.iter().filter(|entry| is_affected(entry, installed, order)).filter_map(|entry| entry.status);
    let status = match (deciding, &fixed) {
        (None, _) => FixStatus::NotAffected,
        (Some(_), Some(_)) => FixStatus::Fixed,
        (Some(_), None) => statuses.max_by_key(|&status| says(status)).unwrap_or(FixStatus::Affected),
    };
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
        fixed,
        status,
        severity: cvss.map(Severity::from_cvss).or(word).unwrap_or(Severity::Unknown),
        cvss,
        cvss_vector,
        exploited_since: None,
        likelihood: None,
        evidence: evidence.unwrap_or_default(),
        sources,
    }
}

/// How much a word on a fix says, where several publishers speak of one vulnerability. A word that speaks of a fix says nothing
/// where none is known for the installed version.
const fn says(status: FixStatus) -> u8 {
    match status {
        FixStatus::ExtendedSupport => 5,
        FixStatus::WillNotFix => 4,
        FixStatus::EndOfLife => 3,
        FixStatus::Deferred => 2,
        FixStatus::UnderInvestigation => 1,
        _ => 0,
    }
}

/// Whether an advisory says that a version is affected: in any range, or in the list.
fn is_affected(entry: &Entry<'_>, version: &str, order: &VersionOrder) -> bool {
    entry.ranges.iter().any(|range| range.contains(version, order))
        || entry.versions.iter().any(|listed| (order.compare)(listed, version).is_eq())
}

/// The lowest version above the installed one that is named as fixed and that no advisory names as affected. One that only some
/// can have is none.
fn fixed(entries: &[&Entry<'_>], installed: &str, order: &VersionOrder) -> Option<String> {
    let mut named: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.status != Some(FixStatus::ExtendedSupport))
        .flat_map(|entry| entry.ranges.iter().filter_map(|range| range.fixed))
        .filter(|fixed| (order.compare)(fixed, installed).is_gt())
        .collect();
    named.sort_by(|one, two| (order.compare)(one, two).then_with(|| one.cmp(two)));
    named.dedup();
    named.into_iter().find(|fixed| !entries.iter().any(|entry| is_affected(entry, fixed, order))).map(str::to_owned)
}

/// The highest score, and the vector that it comes from, if it does. A vector that cannot be scored is shown when there is no
/// other.
fn worst(entries: &[&Entry<'_>]) -> (Option<f64>, Option<String>) {
    let vectors = entries.iter().filter_map(|entry| entry.vector).map(|vector| (severity::score(vector), Some(vector)));
    let scores = entries.iter().filter_map(|entry| Some((entry.rating?.score(), None)));
    let worst =
        vectors.chain(scores.filter(|(score, _)| score.is_some())).max_by(|(one_score, one), (two_score, two)| {
            let scores = one_score.partial_cmp(two_score).unwrap_or(Ordering::Equal);
            // Among equal scores one with a vector, and among those the first by text.
            scores.then_with(|| one.is_some().cmp(&two.is_some())).then_with(|| two.cmp(one))
        });
    worst.map_or((None, None), |(score, vector)| (score, vector.map(str::to_owned)))
}
