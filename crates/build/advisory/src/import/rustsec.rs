//! The RustSec advisory database: Markdown with TOML at its head, `crates/<crate>/RUSTSEC-….md`.
//!
//! Source: the README of the RustSec advisory database, "Advisory format". The head says which versions are patched and which
//! were never affected; all others are affected. Informational advisories (unmaintained, unsound, notices) are skipped and
//! counted: cargo-audit lists them as warnings, not as vulnerabilities. So are those of `rust/`, which concern the compiler,
//! the standard library and Cargo: no package of a lock file carries those.

use boltseal_model::{Ecosystem, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, Skip, has_extension, mentions};
use crate::advisory::{Advisory, Date};
use crate::document::File;
use crate::range::requirement::{ParseRequirementError, cargo};
use crate::range::set::{Interval, complement, into_ranges};
use crate::{severity, version};

pub static IMPORTER: Importer = Importer {
    id: "rustsec",
    revision: 1,
    title: "RustSec advisory database",
    licence: "CC0-1.0; advisories imported from GitHub CC-BY-4.0",
    ecosystems: &[Ecosystem::Cargo],
    sees: "which versions of a crate are neither patched nor unaffected, with aliases, CVSS and day",
    misses: "crates that are unmaintained or unsound, which are counted and left out; the compiler, the standard \
             library and Cargo; affected functions, targets and features",
    source: "the README of the RustSec advisory database, Advisory format",
    held_to: None,
    accepts,
    import,
};

const FENCE: &str = "```toml";

fn accepts(path: &str, head: &[u8]) -> bool {
    has_extension(path, &["md"]) && head.starts_with(FENCE.as_bytes()) && mentions(head, "[advisory]")
}

#[derive(Debug, Deserialize)]
struct Document {
    advisory: Head,
    #[serde(default)]
    versions: Versions,
}

#[derive(Debug, Deserialize)]
struct Head {
    id: String,
    package: String,
    #[serde(default)]
    aliases: Vec<String>,
    cvss: Option<String>,
    date: Option<String>,
    withdrawn: Option<String>,
    informational: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Versions {
    patched: Vec<String>,
    unaffected: Vec<String>,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(document) = parse(&mut file, bytes) {
        let collection = path.rsplit('/').nth(2);
        match skip_reason(&document.advisory, collection) {
            Some(reason) => file.skip(reason),
            None => convert(&mut file, document),
        }
    }
    file.finish()
}

/// The TOML between the fences at the head.
fn parse(file: &mut File<'_>, bytes: &[u8]) -> Option<Document> {
    let text = file.text(bytes)?;
    let head = text.strip_prefix(FENCE).and_then(|rest| rest.split_once("\n```")).map(|(head, _)| head);
    let Some(head) = head else {
        file.problem(ProblemKind::Truncated, "no TOML between fences at the head");
        return None;
    };
    if head.len() as u64 > file.limits.toml_bytes {
        file.problem(
            ProblemKind::TooLarge,
            format!("TOML head of {} bytes, more than {}", head.len(), file.limits.toml_bytes),
        );
        return None;
    }
    match toml::from_str(head) {
        Ok(document) => Some(document),
        Err(error) => {
            file.problem(ProblemKind::Malformed, error.message().to_owned());
            None
        }
    }
}

fn skip_reason(head: &Head, collection: Option<&str>) -> Option<Skip> {
    if head.withdrawn.is_some() {
        return Some(Skip::Withdrawn);
    }
    if head.id == "RUSTSEC-0000-0000" {
        return Some(Skip::Draft);
    }
    if collection == Some("rust") {
        return Some(Skip::NotAPackage);
    }
    head.informational.is_some().then_some(Skip::Informational)
}

fn convert(file: &mut File<'_>, document: Document) {
    let Document { advisory: head, versions } = document;
    let Some(namespace) = Namespace::of(Ecosystem::Cargo) else { return };
    let count = versions.patched.len().saturating_add(versions.unaffected.len());
    let limit = file.limits.advisory_ranges;
    if file.within(count, limit, || format!("{} has {count} version requirements", head.id)).is_none() {
        return;
    }
    let (patched, unaffected) = match (intervals(&versions.patched), intervals(&versions.unaffected)) {
        (Ok(patched), Ok(unaffected)) => (patched, unaffected),
        _ => {
            return file.problem(ProblemKind::Malformed, format!("{} has a version requirement that is none", head.id));
        }
    };
    let order = version::of(Ecosystem::Cargo);
    let mut safe = patched;
    safe.extend(unaffected);
    let affected = complement(safe.clone(), order);

    let mut advisory = Advisory::new(head.id, namespace, &head.package);
    advisory.aliases = head.aliases;
    advisory.ranges = into_ranges(affected, &safe, order);
    advisory.published = head.date.as_deref().and_then(Date::parse);
    advisory.severity_vector = head.cvss;
    if advisory.severity_vector.as_deref().is_some_and(|vector| severity::score(vector).is_none()) {
        file.problem(ProblemKind::Malformed, format!("{} has a CVSS vector that cannot be read", advisory.id));
        advisory.severity_vector = None;
    }
    file.add(advisory);
}

fn intervals(requirements: &[String]) -> Result<Vec<Interval>, ParseRequirementError> {
    requirements.iter().map(|requirement| cargo::parse(requirement)).filter_map(Result::transpose).collect()
}
