//! SPDX 2.x, in JSON or as tags and values.
//!
//! Source: SPDX specification 2.3, annex "JSON"; the places where Trivy and Syft keep source packages.

use boltseal_model::{Distribution, Limits, Problem, Problems};
use serde::Deserialize;

use super::package::{Entry, add};
use super::{Sbom, shown};
use crate::reading::Reading;
use crate::{File, json};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Document {
    pub name: String,
    pub packages: Vec<Package>,
    #[serde(rename = "documentDescribes")]
    pub describes: Vec<String>,
    pub relationships: Vec<Relationship>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Package {
    #[serde(rename = "SPDXID")]
    pub id: String,
    pub name: String,
    #[serde(rename = "versionInfo")]
    pub version: Option<String>,
    #[serde(rename = "primaryPackagePurpose")]
    pub purpose: Option<String>,
    #[serde(rename = "externalRefs")]
    pub references: Vec<Reference>,
    #[serde(rename = "licenseConcluded")]
    pub licence_concluded: Option<String>,
    #[serde(rename = "licenseDeclared")]
    pub licence_declared: Option<String>,
    #[serde(rename = "sourceInfo")]
    pub source_info: Option<String>,
    pub summary: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    #[serde(rename = "referenceType")]
    pub kind: String,
    #[serde(rename = "referenceLocator")]
    pub locator: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Relationship {
    #[serde(rename = "spdxElementId")]
    pub from: String,
    #[serde(rename = "relationshipType")]
    pub kind: String,
    #[serde(rename = "relatedSpdxElement")]
    pub to: String,
}

pub(super) fn parse(file: &File<'_>, text: &[u8], limits: &Limits) -> Result<(Sbom, Problems), Problem> {
    let document: Document = serde_json::from_slice(text).map_err(|error| json::problem(file.path, &error))?;
    Ok(read(file, &document, limits))
}

/// Reads what a document lists, in whichever form it was written.
pub(super) fn read(file: &File<'_>, document: &Document, limits: &Limits) -> (Sbom, Problems) {
    let mut reading = Reading::new("spdx", file, limits);
    let mut distribution = None;
    let described: Vec<&str> = document
        .relationships
        .iter()
        .filter(|relation| relation.kind == "DESCRIBES" && relation.from == "SPDXRef-DOCUMENT")
        .map(|relation| relation.to.as_str())
        .chain(document.describes.iter().map(String::as_str))
        .collect();
    for package in &document.packages {
        let purl = package.purl();
        match package.purpose.as_deref() {
            Some("OPERATING-SYSTEM" | "OPERATING_SYSTEM") => {
                distribution.get_or_insert_with(|| Distribution {
                    id: package.name.to_lowercase(),
                    version: package.version.clone(),
                    name: package.summary.as_deref().and_then(shown),
                });
            }
            // The subject itself is listed among its packages, and so are the projects that lock files belong to.
            _ if described.contains(&package.id.as_str()) && purl.is_none_or(|purl| !is_looked_up(purl)) => {}
            Some("APPLICATION" | "CONTAINER" | "FILE" | "SOURCE") if purl.is_none() => {}
            _ => {
                let named = add(&mut reading, package.entry());
                distribution = distribution.or(named);
            }
        }
    }
    let (inventory, problems) = reading.finish();
    (Sbom { subject: shown(&document.name), distribution, packages: inventory.packages }, problems)
}

/// Images have package URLs too; what is in them is what is looked up.
fn is_looked_up(purl: &str) -> bool {
    !["pkg:oci/", "pkg:docker/", "pkg:generic/"].iter().any(|kind| purl.starts_with(kind))
}

impl Package {
    fn purl(&self) -> Option<&str> {
        let reference = self.references.iter().find(|reference| reference.kind == "purl")?;
        Some(reference.locator.as_str())
    }

    fn entry(&self) -> Entry<'_> {
        let stated = |licence: &Option<String>| {
            licence.clone().filter(|licence| !matches!(licence.as_str(), "" | "NONE" | "NOASSERTION"))
        };
        let licence = stated(&self.licence_declared).or_else(|| stated(&self.licence_concluded));
        let info = self.source_info.as_deref().unwrap_or_default();
        let between = |before: &str, after: &str| {
            let (_, rest) = info.split_once(before)?;
            Some(rest.split(after).next().unwrap_or(rest))
        };
        // This program writes `Built from openssl 3.0.11-1. Recorded in var/lib/dpkg/status.` and `Owned by perl-base. …`,
        // Trivy `built package from: openssl 3.0.11-1`, Syft `acquired package info from …: /var/lib/dpkg/status, …`.
        let source = between("Built from ", ". ").or_else(|| between("built package from: ", "\n"));
        let source = source.map(|source| source.trim_end_matches('.')).and_then(|source| source.rsplit_once(' '));
        let acquired = info.strip_prefix("acquired package info from ").and_then(|text| text.rsplit_once(": "));
        let path = between("Recorded in ", ".\n").map(|path| path.trim_end_matches('.'));
        // Of several places, the first.
        let path = path.or_else(|| acquired.map(|(_, paths)| paths)).and_then(|paths| paths.split(", ").next());
        Entry {
            purl: self.purl(),
            name: &self.name,
            version: self.version.as_deref(),
            source: source.map(|(name, version)| (name.to_owned(), Some(version.to_owned()))),
            owner: between("Owned by ", ". "),
            licences: licence.into_iter().collect(),
            path,
        }
    }
}
