//! Red Hat's security data by CVE, as its API answers: `CVE-2030-0001`, with or without `.json`.
//!
//! Source: the documentation of the Red Hat Security Data API. `affected_release` names the packages with their fixes,
//! `package_state` those without one, with the state of the fix in words. Where only a module is named, its packages are not.
//! The API's list of CVEs holds nothing more, and is skipped and counted.

use std::collections::BTreeMap;

use boltseal_model::{Ecosystem, FixStatus, HeldTo, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::redhat_csaf::release;
use super::{Imported, Importer, Skip, file_name, mentions};
use crate::advisory::{Advisory, Date};
use crate::document::{File, Shape};
use crate::range::Range;
use crate::rpm_build::lowest_of_lines;
use crate::severity::{self, Rating};
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "redhat-cve",
    revision: 2,
    title: "Red Hat security data, by CVE",
    licence: "CC-BY-4.0",
    ecosystems: &[Ecosystem::Rpm],
    sees: "for one CVE every package and release of Red Hat Enterprise Linux: the version that fixes, or the \
           state of the fix in Red Hat's words, with CVSS and severity",
    misses: "packages of a module where only the module is named; releases with extended support and other \
             products; the list of CVEs, which names no versions",
    source: "the documentation of the Red Hat Security Data API",
    held_to: Some(HeldTo {
        what: "what Vunnel records of the same files, together with redhat-csaf",
        tests: &["crates/build/advisory/tests/it/feeds.rs::facts_are_those_of_the_expected_records"],
    }),
    accepts,
    import,
};

fn accepts(path: &str, head: &[u8]) -> bool {
    let is_named = file_name(path).to_ascii_uppercase().starts_with("CVE-");
    is_list(head) || (is_named && (mentions(head, "\"threat_severity\"") || mentions(head, "\"affected_release\"")))
}

fn is_list(head: &[u8]) -> bool {
    mentions(head, "\"resource_url\"") && mentions(head, "\"affected_packages\"")
}

#[derive(Debug, Deserialize)]
struct Document {
    name: Option<String>,
    threat_severity: Option<String>,
    public_date: Option<String>,
    cvss3: Option<Cvss3>,
    affected_release: Option<Vec<Fixed>>,
    package_state: Option<Vec<Unfixed>>,
}

#[derive(Debug, Deserialize)]
struct Cvss3 {
    cvss3_scoring_vector: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Fixed {
    cpe: String,
    package: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Unfixed {
    cpe: String,
    package_name: String,
    fix_state: String,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if is_list(bytes.get(..super::HEAD_BYTES).unwrap_or(bytes)) {
        file.skip(Skip::Index);
        return file.finish();
    }
    let documents = file.json::<Document>(bytes).map_or_else(Vec::new, Shape::into_vec);
    for document in documents {
        let named = file_name(path).trim_end_matches(".json").to_ascii_uppercase();
        let cve = document.name.clone().unwrap_or(named);
        convert(&mut file, &cve, document);
    }
    file.finish()
}

fn convert(file: &mut File<'_>, cve: &str, document: Document) {
    let fixed = document.affected_release.unwrap_or_default();
    let unfixed = document.package_state.unwrap_or_default();
    let count = fixed.len().saturating_add(unfixed.len());
    let limit = file.limits.advisory_versions;
    if file.within(count, limit, || format!("{cve} concerns {count} packages")).is_none() {
        return;
    }
    let vector = document.cvss3.and_then(|cvss| cvss.cvss3_scoring_vector);
    let blank = |namespace, package: &str| {
        let mut advisory = Advisory::new(cve, namespace, package);
        advisory.severity_vector = vector.clone().filter(|vector| severity::score(vector).is_some());
        advisory.rating = document.threat_severity.as_deref().and_then(Rating::from_word);
        advisory.published = document.public_date.as_deref().and_then(Date::parse);
        advisory
    };
    for ((namespace, package), versions) in fixes(file, &fixed) {
        for version in lowest_of_lines(versions) {
            let mut advisory = blank(namespace.clone(), &package);
            advisory.ranges.push(Range::until(version));
            file.add(advisory);
        }
    }
    for Unfixed { cpe, package_name, fix_state } in &unfixed {
        let Some(namespace) = release(cpe) else {
            file.skip(Skip::UnknownEcosystem);
            continue;
        };
        let (module, name) = match package_name.rsplit_once('/') {
            Some((module, name)) => (Some(module.to_owned()), name),
            None => (None, package_name.as_str()),
        };
        let Some(status) = state(fix_state) else {
            file.problem(ProblemKind::Malformed, format!("{name} has the unknown state {fix_state:?}"));
            continue;
        };
        let mut advisory = blank(namespace, name);
        advisory.module = module;
        advisory.status = Some(status);
        if status != FixStatus::NotAffected {
            advisory.ranges.push(Range::all());
        }
        file.add(advisory);
    }
}

/// The versions that fix each package of each release.
fn fixes(file: &mut File<'_>, rows: &[Fixed]) -> BTreeMap<(Namespace, String), Vec<String>> {
    let order = version::of(Ecosystem::Rpm);
    let mut fixes: BTreeMap<(Namespace, String), Vec<String>> = BTreeMap::new();
    for row in rows {
        let Some(namespace) = release(&row.cpe) else {
            file.skip(Skip::UnknownEcosystem);
            continue;
        };
        let Some((name, version)) = row.package.as_deref().and_then(split) else {
            file.skip(Skip::NoVersions);
            continue;
        };
        if !(order.is_valid)(version) {
            file.problem(ProblemKind::Malformed, format!("{name} is fixed in {version:?}, which is no rpm version"));
            continue;
        }
        fixes.entry((namespace, name.to_owned())).or_default().push(version.to_owned());
    }
    fixes
}

/// Name and version of `tiny-libs-1:2.0-3.el9`. A module has a colon in its name.
fn split(package: &str) -> Option<(&str, &str)> {
    let release = package.rfind('-')?;
    let version = package.get(..release)?.rfind('-')?;
    let (name, version) = package.split_at_checked(version)?;
    (!name.contains(':')).then_some((name, version.get(1..)?))
}

/// Red Hat's words on a fix.
fn state(words: &str) -> Option<FixStatus> {
    Some(match words {
        "Affected" | "New" => FixStatus::Affected,
        "Fix deferred" => FixStatus::Deferred,
        "Not affected" => FixStatus::NotAffected,
        "Out of support scope" => FixStatus::EndOfLife,
        "Under investigation" => FixStatus::UnderInvestigation,
        "Will not fix" => FixStatus::WillNotFix,
        _ => return None,
    })
}
