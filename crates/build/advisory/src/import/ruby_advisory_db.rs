//! The Ruby advisory database: `gems/<gem>/<id>.yml` and `rubies/<engine>/<id>.yml`.
//!
//! Source: the README of rubysec/ruby-advisory-db. A file says which versions are patched and which were never affected; all
//! others are affected. Identifiers stand without their prefixes. Ruby's engines are programs that no package manager
//! installs; they are kept under the name of the engine.

use boltseal_model::{Ecosystem, Limits, Namespace, ProblemKind, Problems};
use serde::Deserialize;

use super::{Imported, Importer, file_name, has_extension};
use crate::advisory::{Advisory, Date};
use crate::document::File;
use crate::range::Bound;
use crate::range::requirement::{ParseRequirementError, gem};
use crate::range::set::{Interval, complement, into_ranges, release_of};
use crate::severity::Rating;
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "ruby-advisory-db",
    revision: 1,
    title: "Ruby advisory database",
    licence: "public domain; parts from OSVDB",
    ecosystems: &[Ecosystem::Gem, Ecosystem::Generic],
    sees: "which versions of a gem or of a Ruby engine are neither patched nor unaffected, with CVE, GHSA, OSVDB \
           number, day and severity by score",
    misses: "CVSS vectors, which the files do not hold; related identifiers; advisories whose requirement cannot \
             be read, which are reported as problems",
    source: "the README of rubysec/ruby-advisory-db",
    held_to: None,
    accepts,
    import,
};

fn accepts(path: &str, _head: &[u8]) -> bool {
    has_extension(path, &["yml"]) && matches!(path.rsplit('/').nth(2), Some("gems" | "rubies"))
}

#[derive(Debug, Deserialize)]
struct Document {
    gem: Option<String>,
    engine: Option<String>,
    cve: Option<String>,
    ghsa: Option<String>,
    osvdb: Option<String>,
    date: Option<String>,
    cvss_v2: Option<f64>,
    cvss_v3: Option<f64>,
    cvss_v4: Option<f64>,
    #[serde(default)]
    patched_versions: Option<Vec<String>>,
    #[serde(default)]
    unaffected_versions: Option<Vec<String>>,
}

impl Document {
    /// Every identifier, the CVE first.
    fn ids(&self) -> impl Iterator<Item = String> {
        [("CVE-", &self.cve), ("GHSA-", &self.ghsa), ("OSVDB-", &self.osvdb)]
            .into_iter()
            .filter_map(|(prefix, id)| id.as_deref().map(|id| format!("{prefix}{}", id.trim())))
    }
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(document) = file.yaml::<Document>(bytes) {
        convert(&mut file, path, &document);
    }
    file.finish()
}

fn convert(file: &mut File<'_>, path: &str, document: &Document) {
    let (ecosystem, package) = match (&document.gem, &document.engine) {
        (Some(gem), _) => (Ecosystem::Gem, gem),
        (None, Some(engine)) => (Ecosystem::Generic, engine),
        (None, None) => return file.problem(ProblemKind::Malformed, "names neither a gem nor an engine"),
    };
    let Some(namespace) = Namespace::of(ecosystem) else { return };
    let named = file_name(path).rsplit_once('.').map_or(path, |(name, _)| name);
    let mut ids = document.ids();
    let id = ids.next().unwrap_or_else(|| named.to_owned());
    let (patched, unaffected) = (
        document.patched_versions.as_deref().unwrap_or_default(),
        document.unaffected_versions.as_deref().unwrap_or_default(),
    );
    // Each requirement may hold several, and excluded versions divide what is left ever further.
    let count = patched.iter().chain(unaffected).map(|requirement| requirement.split(',').count()).sum();
    let limit = file.limits.advisory_ranges;
    if file.within(count, limit, || format!("{id} has {count} version requirements")).is_none() {
        return;
    }
    let (Ok(mut safe), Ok(unaffected)) = (intervals(patched, ecosystem), intervals(unaffected, ecosystem)) else {
        return file.problem(ProblemKind::Malformed, format!("{id} has a version requirement that is none"));
    };
    safe.extend(unaffected);
    let order = version::of(ecosystem);
    let affected = complement(safe.clone(), order);
    let mut advisory = Advisory::new(id, namespace, package);
    advisory.aliases = ids.collect();
    advisory.ranges = into_ranges(affected, &safe, order);
    advisory.published = document.date.as_deref().and_then(Date::parse);
    let scores = [document.cvss_v4, document.cvss_v3, document.cvss_v2];
    advisory.rating = scores.into_iter().flatten().next().and_then(Rating::from_score);
    file.add(advisory);
}

fn intervals(requirements: &[String], ecosystem: Ecosystem) -> Result<Vec<Interval>, ParseRequirementError> {
    let mut all = Vec::new();
    for requirement in requirements {
        all.extend(gem::parse(requirement)?);
    }
    if ecosystem == Ecosystem::Generic {
        // The order of programs has no name for the lowest prerelease; the release itself stands in its place.
        for interval in &mut all {
            for end in [&mut interval.lower, &mut interval.upper].into_iter().flatten() {
                *end = Bound { version: release_of(&end.version).to_owned(), ..end.clone() };
            }
        }
    }
    Ok(all)
}
