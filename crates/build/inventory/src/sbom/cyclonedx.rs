//! CycloneDX 1.x.
//!
//! Source: ECMA-424; the properties by which Trivy, Syft and this program tell of source packages and places.

use boltseal_model::{Distribution, Limits, Problem, Problems};
use serde::Deserialize;

use super::package::{Entry, add};
use super::{Sbom, shown};
use crate::reading::Reading;
use crate::{File, json};

/// A document, whatever its notation.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Document {
    pub(super) metadata: Metadata,
    pub(super) components: Vec<Component>,
}

#[derive(Default, Deserialize)]
pub(super) struct Metadata {
    pub(super) component: Option<Component>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Component {
    pub(super) r#type: String,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) description: Option<String>,
    pub(super) purl: Option<String>,
    pub(super) licenses: Vec<LicenceChoice>,
    pub(super) properties: Vec<Property>,
    pub(super) evidence: Option<Evidence>,
    pub(super) components: Vec<Self>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct LicenceChoice {
    pub(super) expression: Option<String>,
    pub(super) license: Option<Licence>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Licence {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Evidence {
    pub(super) occurrences: Vec<Occurrence>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Occurrence {
    pub(super) location: Option<String>,
}

/// The document that a JSON text is.
///
/// # Errors
/// When it is none.
pub(super) fn document(file: &File<'_>, text: &[u8]) -> Result<Document, Problem> {
    serde_json::from_slice(text).map_err(|error| json::problem(file.path, &error))
}

/// What a document lists.
pub(super) fn read(file: &File<'_>, document: Document, limits: &Limits) -> (Sbom, Problems) {
    let mut reading = Reading::new("cyclonedx", file, limits);
    let mut distribution = None;
    // Components lie in each other; the depth of the document is bounded.
    let mut ahead: Vec<&Component> = document.components.iter().rev().collect();
    while let Some(component) = ahead.pop() {
        ahead.extend(component.components.iter().rev());
        match component.r#type.as_str() {
            "operating-system" => {
                distribution.get_or_insert_with(|| Distribution {
                    id: component.name.to_lowercase(),
                    version: component.version.clone(),
                    name: component.description.as_deref().and_then(shown),
                });
            }
            // Files, data and services are no packages, unless they say of which one.
            "file" | "data" | "device" | "firmware" | "machine-learning-model" | "platform" | "cryptographic-asset"
                if component.purl.is_none() => {}
            // Applications are the projects that lock files belong to.
            "application" if component.purl.is_none() => {}
            _ => {
                let named = add(&mut reading, component.entry());
                distribution = distribution.or(named);
            }
        }
    }
    let subject = document.metadata.component.and_then(|component| shown(&component.name));
    let (inventory, problems) = reading.finish();
    (Sbom { subject, distribution, packages: inventory.packages }, problems)
}

impl Component {
    fn property(&self, names: &[&str]) -> Option<&str> {
        let found = self.properties.iter().find(|property| names.contains(&property.name.as_str()))?;
        found.value.as_deref().filter(|value| !value.is_empty())
    }

    fn entry(&self) -> Entry<'_> {
        let own = self.property(&["boltseal:source-package"]).map(|source| match source.rsplit_once('@') {
            Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
            None => (source.to_owned(), None),
        });
        let occurrence =
            self.evidence.iter().flat_map(|evidence| &evidence.occurrences).find_map(|found| found.location.as_deref());
        let path = self.property(&["aquasecurity:trivy:FilePath", "syft:location:0:path"]).or(occurrence);
        let licences = self.licenses.iter().filter_map(|choice| {
            let licence = choice.license.as_ref();
            choice.expression.clone().or_else(|| licence?.id.clone()).or_else(|| licence?.name.clone())
        });
        Entry {
            purl: self.purl.as_deref(),
            name: &self.name,
            version: self.version.as_deref(),
            source: own.or_else(|| self.trivy_source()),
            owner: self.property(&["boltseal:owner"]),
            licences: licences.collect(),
            path,
        }
    }

    /// The source package, whose version Trivy takes apart.
    fn trivy_source(&self) -> Option<(String, Option<String>)> {
        let property = |name: &str| self.property(&[name]);
        let name = property("aquasecurity:trivy:SrcName")?.to_owned();
        let version = property("aquasecurity:trivy:SrcVersion").map(|version| {
            let epoch = property("aquasecurity:trivy:SrcEpoch").map(|epoch| format!("{epoch}:")).unwrap_or_default();
            let release = property("aquasecurity:trivy:SrcRelease").map(|release| format!("-{release}"));
            format!("{epoch}{version}{}", release.unwrap_or_default())
        });
        Some((name, version))
    }
}
