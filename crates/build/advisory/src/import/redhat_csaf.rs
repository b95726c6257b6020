//! Red Hat's security advisories and VEX documents, in CSAF: `rhsa-2030_1.json`, `cve-2030-0001.json`.
//!
//! Source: Red Hat's guide to its CSAF and VEX files. A product is a package in a release, which a CPE names; the package is a
//! package URL with its version where it is fixed, and without one where it is not. The support of a whole release beyond its time
//! (ELS) goes with that release and is told apart; that of minor releases has versions of its own, and is skipped and counted.

use std::collections::BTreeMap;

use boltseal_model::{Ecosystem, FixStatus, HeldTo, Limits, Namespace, ProblemKind, Problems, Purl};

use super::{Imported, Importer, Skip, has_extension, mentions};
use crate::advisory::{Advisory, Date};
use crate::document::csaf::{Document, Product, Products, Vulnerability};
use crate::document::{File, Shape};
use crate::range::Range;
use crate::rpm_build::lowest_of_lines;
use crate::severity::{self, Rating};
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "redhat-csaf",
    revision: 2,
    title: "Red Hat security data",
    licence: "CC-BY-4.0",
    ecosystems: &[Ecosystem::Rpm],
    sees: "for every package and module stream of an ordinary release of Red Hat Enterprise Linux: the version \
           that fixes, for everybody or with extended support (ELS) only, or that it is affected, put off, given \
           up or never was, with CVSS and impact",
    misses: "support of minor releases (EUS, AUS, TUS, E4S), whose hosts are told the ordinary release's fixes; \
             other products and container images; symbols and sources for debuggers; vulnerabilities without a CVE",
    source: "Red Hat's guide to its CSAF and VEX files",
    held_to: Some(HeldTo {
        what: "what Vunnel records of the same files, together with redhat-cve",
        tests: &["crates/build/advisory/tests/it/feeds.rs::facts_are_those_of_the_expected_records"],
    }),
    accepts,
    import,
};

fn accepts(path: &str, head: &[u8]) -> bool {
    has_extension(path, &["json"]) && mentions(head, "\"csaf_version\"")
}

/// Namespace, package, module stream.
type Key = (Namespace, String, Option<String>);

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    let documents = file.json::<Document>(bytes).map_or_else(Vec::new, Shape::into_vec);
    documents.iter().for_each(|document| convert(&mut file, document));
    file.finish()
}

fn convert(file: &mut File<'_>, document: &Document) {
    let products = Products::of(&document.product_tree);
    let tracking = &document.document.tracking;
    let limit = file.limits.advisory_versions;
    for vulnerability in &document.vulnerabilities {
        let Some(cve) = &vulnerability.cve else {
            file.skip(Skip::Draft);
            continue;
        };
        let count = vulnerability.product_status.values().map(Vec::len).sum();
        if file.within(count, limit, || format!("{cve} concerns {count} products")).is_none() {
            continue;
        }
        for ((namespace, package, module), state) in states(file, &products, vulnerability) {
            let mut advisory = Advisory::new(tracking.id.as_str(), namespace, &package);
            advisory.aliases = vec![cve.clone()];
            advisory.module = module;
            advisory.severity_vector =
                vulnerability.vector().filter(|vector| severity::score(vector).is_some()).map(str::to_owned);
            let impact = vulnerability.threats.iter().filter(|threat| threat.category == "impact");
            advisory.rating = impact.filter_map(|threat| Rating::from_word(&threat.details)).max();
            advisory.published = tracking.initial_release_date.as_deref().and_then(Date::parse);
            advisory.modified = tracking.current_release_date.as_deref().and_then(Date::parse);
            let (ranges, status) = match state {
                State::Fixed(versions) => (fixes(versions), None),
                State::FixedApart(versions) => (fixes(versions), Some(FixStatus::ExtendedSupport)),
                State::Said(FixStatus::NotAffected) => (vec![Vec::new()], Some(FixStatus::NotAffected)),
                State::Said(status) => (vec![vec![Range::all()]], Some(status)),
            };
            for ranges in ranges {
                file.add(Advisory { ranges, status, ..advisory.clone() });
            }
        }
    }
}

/// The ranges of an advisory for each line in which versions hold a fix.
fn fixes(versions: Vec<String>) -> Vec<Vec<Range>> {
    lowest_of_lines(versions).into_iter().map(|version| vec![Range::until(version)]).collect()
}

#[derive(Debug)]
enum State {
    /// Fixed in any of the versions.
    Fixed(Vec<String>),
    /// Fixed with support that is sold apart.
    FixedApart(Vec<String>),
    Said(FixStatus),
}

/// What is said of each package, once for all its architectures. Whatever fixes counts more than what does not, for everybody
/// more than for some.
fn states(file: &mut File<'_>, products: &Products<'_>, vulnerability: &Vulnerability) -> BTreeMap<Key, State> {
    let remarks = remarks(vulnerability);
    let mut states: BTreeMap<Key, State> = BTreeMap::new();
    for (status, id) in vulnerability.said() {
        let Some((component, product)) = products.part(id) else {
            file.skip(Skip::NotAPackage);
            continue;
        };
        let Some((namespace, support)) = namespace(product) else {
            file.skip(Skip::UnknownEcosystem);
            continue;
        };
        let Some((package, version, module)) = package(component) else {
            file.skip(Skip::NotAPackage);
            continue;
        };
        // Symbols and sources for debuggers: nothing in them runs.
        if package.contains("-debuginfo") || package.contains("-debugsource") {
            continue;
        }
        let state = match (status, version) {
            (FixStatus::Fixed, Some(version)) if (version::of(Ecosystem::Rpm).is_valid)(&version) => match support {
                Support::Ordinary => State::Fixed(vec![version]),
                Support::Extended => State::FixedApart(vec![version]),
            },
            (FixStatus::Fixed, version) => {
                let version = version.unwrap_or_default();
                file.problem(
                    ProblemKind::Malformed,
                    format!("{package} is fixed in {version:?}, which is no rpm version"),
                );
                continue;
            }
            (FixStatus::Affected, _) => State::Said(remarks.get(id).copied().unwrap_or(FixStatus::Affected)),
            (status, _) => State::Said(status),
        };
        let key = (namespace, package, module);
        let replaces = match (states.get_mut(&key), &state) {
            (None, _)
            | (Some(State::Said(_)), State::Fixed(_) | State::FixedApart(_))
            | (Some(State::FixedApart(_)), State::Fixed(_)) => true,
            (Some(State::Fixed(known)), State::Fixed(versions))
            | (Some(State::FixedApart(known)), State::FixedApart(versions)) => {
                known.extend_from_slice(versions);
                false
            }
            (Some(State::Said(known)), State::Said(status)) => *known == FixStatus::NotAffected && *status != *known,
            (Some(State::Fixed(_)), State::FixedApart(_) | State::Said(_))
            | (Some(State::FixedApart(_)), State::Said(_)) => false,
        };
        if replaces {
            states.insert(key, state);
        }
    }
    states
}

/// What is remarked on products that are affected: `no_fix_planned` and `none_available`, in Red Hat's words.
fn remarks(vulnerability: &Vulnerability) -> BTreeMap<&str, FixStatus> {
    let mut remarks = BTreeMap::new();
    for remediation in &vulnerability.remediations {
        let status = match (remediation.category.as_str(), remediation.details.as_str()) {
            (_, "Out of support scope") => FixStatus::EndOfLife,
            ("no_fix_planned", _) => FixStatus::WillNotFix,
            (_, "Will not fix") => FixStatus::WillNotFix,
            (_, "Fix deferred") => FixStatus::Deferred,
            _ => continue,
        };
        for id in remediation.product_ids.iter().flatten() {
            remarks.insert(id.as_str(), status);
        }
    }
    remarks
}

/// Who has what is published for a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Support {
    Ordinary,
    /// Those who bought support beyond the release's time.
    Extended,
}

/// The release that a CPE names: `cpe:/o:redhat:enterprise_linux:9::baseos`, `cpe:/o:redhat:rhel_els:7`.
fn namespace(product: &Product) -> Option<(Namespace, Support)> {
    let cpe = product.product_identification_helper.cpe.as_deref()?;
    let ordinary = release(cpe).map(|namespace| (namespace, Support::Ordinary));
    ordinary.or_else(|| numbered(cpe, "rhel_els").map(|namespace| (namespace, Support::Extended)))
}

/// The release in a CPE of Red Hat Enterprise Linux.
pub fn release(cpe: &str) -> Option<Namespace> {
    numbered(cpe, "enterprise_linux")
}

fn numbered(cpe: &str, product: &str) -> Option<Namespace> {
    let rest = cpe.strip_prefix("cpe:/").and_then(|rest| rest.get(2..))?.strip_prefix("redhat:")?;
    let rest = rest.strip_prefix(product)?.strip_prefix(':')?;
    let release = rest.split([':', '.']).next().unwrap_or_default();
    let is_number = !release.is_empty() && release.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Namespace::new(format!("rhel:{release}")))
}

/// Name, version with epoch and module stream of a component.
fn package(component: &Product) -> Option<(String, Option<String>, Option<String>)> {
    let Some(purl) = component.product_identification_helper.purl.as_deref().and_then(|purl| purl.parse::<Purl>().ok())
    else {
        // Without a package URL, it is a package that is not fixed: `kernel`, `nodejs:18/nodejs`.
        let (module, name) = match component.name.rsplit_once('/') {
            Some((module, name)) => (Some(module.to_owned()), name),
            None => (None, component.name.as_str()),
        };
        let is_name = !name.is_empty() && !name.contains([' ', ':']);
        return is_name.then(|| (name.to_owned(), None, module));
    };
    if purl.kind != "rpm" {
        return None;
    }
    let epoch = purl.qualifiers.get("epoch").filter(|epoch| *epoch != "0");
    let version = purl.version.as_ref().map(|version| match epoch {
        Some(epoch) => format!("{epoch}:{version}"),
        None => version.clone(),
    });
    let module = purl.qualifiers.get("rpmmod").map(|label| label.split(':').take(2).collect::<Vec<_>>().join(":"));
    let from_name =
        || component.name.rsplit_once('/').map(|(module, _)| module.to_owned()).filter(|label| label.contains(':'));
    Some((purl.name().to_owned(), version, module.or_else(from_name)))
}
