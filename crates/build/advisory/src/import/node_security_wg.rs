//! The Node.js ecosystem security working group's files, `vuln/npm/<number>.json`.
//!
//! A file names vulnerable and patched versions as npm ranges. Where they overlap the patched ones count: some files list
//! `<2.0.18 || <3.0.16` as vulnerable and `^2.0.18` as patched. `vuln/core` concerns the Node.js runtime, which no npm package
//! carries, and is skipped and counted, as are the `index.json` files that repeat all others.

use boltseal_model::{Ecosystem, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, Skip, file_name, has_extension};
use crate::advisory::{Advisory, Date};
use crate::document::File;
use crate::range::requirement::npm;
use crate::range::set::{into_ranges, subtract};
use crate::{severity, version};

pub static IMPORTER: Importer = Importer {
    id: "node-security-wg",
    title: "Node.js ecosystem security working group",
    licence: "MIT",
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

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if file_name(path) == "index.json" {
        file.skip(Skip::Index);
    } else if collection(path) == Some("core") {
        file.skip(Skip::NotAPackage);
    } else if let Some(shape) = file.json::<Document>(bytes) {
        shape.into_vec().into_iter().for_each(|document| convert(&mut file, document));
    }
    file.finish()
}

fn convert(file: &mut File<'_>, document: Document) {
    let Some(namespace) = Namespace::of(Ecosystem::Npm) else { return };
    let order = version::of(Ecosystem::Npm);
    let vulnerable = npm::parse(document.vulnerable_versions.as_deref().unwrap_or("*"));
    let patched = document.patched_versions.as_deref().map_or(Ok(Vec::new()), npm::parse);
    let (Ok(vulnerable), Ok(patched)) = (vulnerable, patched) else {
        return file.problem(ProblemKind::Malformed, "version range that is none");
    };
    let ends = vulnerable.len().saturating_mul(patched.len().saturating_add(1));
    let limit = file.limits.advisory_ranges;
    if file.within(ends, limit, || format!("{ends} version ranges")).is_none() {
        return;
    }
    let mut advisory = Advisory::new(format!("NSWG-ECO-{}", document.id), namespace, &document.module_name);
    advisory.aliases = document.cves.unwrap_or_default();
    advisory.ranges = into_ranges(subtract(&vulnerable, patched.clone(), order), &patched, order);
    advisory.published = document.publish_date.as_deref().and_then(Date::parse);
    advisory.modified = document.updated_at.as_deref().and_then(Date::parse);
    advisory.severity_vector = document.cvss_vector.filter(|vector| !vector.is_empty());
    if advisory.severity_vector.as_deref().is_some_and(|vector| severity::score(vector).is_none()) {
        file.problem(ProblemKind::Malformed, format!("{} has a CVSS vector that cannot be read", advisory.id));
        advisory.severity_vector = None;
    }
    file.add(advisory);
}
