//! The Node.js ecosystem security working group's files, `vuln/npm/<number>.json`.
//!
//! A file names vulnerable and patched versions as npm ranges. Where they overlap the patched ones count: some files list
//! `<2.0.18 || <3.0.16` as vulnerable and `^2.0.18` as patched. `vuln/core` concerns the Node.js runtime: a program that no
//! package manager installs, `node`. The `index.json` files repeat all others, and are skipped and counted.

use boltseal_model::{Ecosystem, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, Skip, file_name, has_extension};
use crate::advisory::{Advisory, Date};
use crate::document::{File, Shape};
use crate::range::Range;
use crate::range::requirement::npm;
use crate::range::set::{into_ranges, release_of, subtract};
use crate::severity::{self, Rating};
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "node-security-wg",
    revision: 1,
    title: "Node.js ecosystem security working group",
    licence: "MIT",
    ecosystems: &[Ecosystem::Generic, Ecosystem::Npm],
    sees: "which versions of an npm package and of the Node.js runtime are affected and not patched, with CVEs, \
           days and severity",
    misses: "what became known since the working group closed the collection; one range for each file, so that \
             old branches with a fix of their own may be missing",
    source: "the files of nodejs/security-wg below vuln",
    held_to: None,
    accepts,
    import,
};

fn accepts(path: &str, _head: &[u8]) -> bool {
    matches!(collection(path), Some("core" | "npm")) && has_extension(path, &["json"])
}

/// `npm` in `…/vuln/npm/100.json`.
fn collection(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/').skip(1);
    let collection = parts.next()?;
    (parts.next()? == "vuln").then_some(collection)
}

#[derive(Debug, Deserialize)]
struct Document {
    id: u64,
    module_name: String,
    cves: Option<Vec<String>>,
    vulnerable_versions: Option<String>,
    patched_versions: Option<String>,
    publish_date: Option<String>,
    updated_at: Option<String>,
    cvss_vector: Option<String>,
}

/// A vulnerability of the runtime.
#[derive(Debug, Deserialize)]
struct Core {
    #[serde(default)]
    cve: Vec<String>,
    vulnerable: String,
    patched: Option<String>,
    severity: Option<String>,
    publish_date: Option<String>,
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if file_name(path) == "index.json" {
        file.skip(Skip::Index);
    } else if collection(path) == Some("core") {
        let number = file_name(path).trim_end_matches(".json");
        let documents = file.json::<Core>(bytes).map_or_else(Vec::new, Shape::into_vec);
        documents.iter().for_each(|document| convert_core(&mut file, number, document));
    } else if let Some(shape) = file.json::<Document>(bytes) {
        shape.into_vec().into_iter().for_each(|document| convert(&mut file, document));
    }
    file.finish()
}

/// What is vulnerable and not patched; `None`, and a problem, where a range is none or there are too many.
fn affected(file: &mut File<'_>, vulnerable: &str, patched: Option<&str>) -> Option<Vec<Range>> {
    let order = version::of(Ecosystem::Npm);
    let (Ok(vulnerable), Ok(patched)) = (npm::parse(vulnerable), patched.map_or(Ok(Vec::new()), npm::parse)) else {
        file.problem(ProblemKind::Malformed, "version range that is none");
        return None;
    };
    let ends = vulnerable.len().saturating_mul(patched.len().saturating_add(1));
    file.within(ends, file.limits.advisory_ranges, || format!("{ends} version ranges"))?;
    Some(into_ranges(subtract(&vulnerable, patched.clone(), order), &patched, order))
}

/// The CVEs of one document are vulnerabilities of their own.
fn convert_core(file: &mut File<'_>, number: &str, document: &Core) {
    let Some(namespace) = Namespace::of(Ecosystem::Generic) else { return };
    let Some(mut ranges) = affected(file, &document.vulnerable, document.patched.as_deref()) else { return };
    for end in ranges.iter_mut().flat_map(|range| [&mut range.lower, &mut range.upper]).flatten() {
        // The order of programs has no name for the lowest prerelease; the release itself stands in its place.
        end.version = release_of(&end.version).to_owned();
    }
    let mut advisory = Advisory::new(format!("NSWG-CORE-{number}"), namespace, "node");
    advisory.ranges = ranges;
    advisory.rating = document.severity.as_deref().and_then(Rating::from_word);
    advisory.published = document.publish_date.as_deref().and_then(Date::parse);
    if document.cve.is_empty() {
        return file.add(advisory);
    }
    for cve in &document.cve {
        file.add(Advisory { aliases: vec![cve.clone()], ..advisory.clone() });
    }
}

fn convert(file: &mut File<'_>, document: Document) {
    let Some(namespace) = Namespace::of(Ecosystem::Npm) else { return };
    let vulnerable = document.vulnerable_versions.as_deref().unwrap_or("*");
    let Some(ranges) = affected(file, vulnerable, document.patched_versions.as_deref()) else { return };
    let mut advisory = Advisory::new(format!("NSWG-ECO-{}", document.id), namespace, &document.module_name);
    advisory.aliases = document.cves.unwrap_or_default();
    advisory.ranges = ranges;
    advisory.published = document.publish_date.as_deref().and_then(Date::parse);
    advisory.modified = document.updated_at.as_deref().and_then(Date::parse);
    advisory.severity_vector = document.cvss_vector.filter(|vector| !vector.is_empty());
    if advisory.severity_vector.as_deref().is_some_and(|vector| severity::score(vector).is_none()) {
        file.problem(ProblemKind::Malformed, format!("{} has a CVSS vector that cannot be read", advisory.id));
        advisory.severity_vector = None;
    }
    file.add(advisory);
}
