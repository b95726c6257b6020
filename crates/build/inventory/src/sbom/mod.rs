//! Bills of materials, whoever wrote them.
//!
//! A bill of materials is what a tool says about a subject; nobody looked at the subject itself. What it lists is taken as it
//! stands, and what it lists in words that cannot be looked up is a problem.

mod cyclonedx;
mod package;
mod spdx;
mod tag_value;
mod xml;

use boltseal_model::{Distribution, Limits, Package, Problem, Problems};
use serde::Deserialize;

use crate::{File, json};

/// What a bill of materials lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sbom {
    /// Name of what it is about.
    pub subject: Option<String>,
    /// The distribution that it names, or that its packages name.
    pub distribution: Option<Distribution>,
    /// Packages in the order of the document.
    pub packages: Vec<Package>,
}

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SbomError {
    /// It is no JSON, no XML and no lines of tags, or deeper than it may be.
    #[error("{0}")]
    Malformed(String),
    /// It is JSON or XML of another kind.
    #[error(
        "it is neither CycloneDX in JSON or XML nor SPDX 2 in JSON or tag-value form: it has no bomFormat, no namespace of \
         CycloneDX and no spdxVersion"
    )]
    Unknown,
    /// A version that is not understood.
    #[error("{0} is not understood; CycloneDX 1.x and SPDX 2.x are")]
    Version(String),
}

impl SbomError {
    fn version(format: &str, version: &str) -> Self {
        Self::Version(format!("{format} {}", shown(version).unwrap_or_default()))
    }
}

/// The members by which the kinds are told apart.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Kind {
    #[serde(rename = "bomFormat")]
    bom_format: Option<String>,
    #[serde(rename = "specVersion")]
    spec_version: Option<String>,
    #[serde(rename = "spdxVersion")]
    spdx_version: Option<String>,
}

/// Reads a bill of materials: CycloneDX 1.x in JSON or XML, or SPDX 2.x in JSON or tag-value form. `name` is what problems and packages
/// say it is in.
///
/// # Errors
/// When it is none.
pub fn parse(name: &str, bytes: &[u8], limits: &Limits) -> Result<(Sbom, Problems), SbomError> {
    let malformed = |problem: Problem| SbomError::Malformed(problem.detail);
    let file = File { path: name, bytes };
    if let Some(read) = tag_value(&file, limits) {
        return read;
    }
    if let Some(text) = markup(&file) {
        return Ok(cyclonedx::read(&file, xml::document(text, limits)?, limits));
    }
    let text = json::text(&file, limits).map_err(malformed)?;
    let kind: Kind = serde_json::from_slice(text).map_err(|error| malformed(json::problem(name, &error)))?;
    match (kind.bom_format.as_deref(), kind.spdx_version) {
        (Some("CycloneDX"), _) => match kind.spec_version.unwrap_or_default() {
            version if version.starts_with("1.") => {
                let document = cyclonedx::document(&file, text).map_err(malformed)?;
                Ok(cyclonedx::read(&file, document, limits))
            }
            version => Err(SbomError::version("CycloneDX", &version)),
        },
        (_, Some(version)) if version.starts_with("SPDX-2.") => spdx::parse(&file, text, limits).map_err(malformed),
        (_, Some(version)) => Err(SbomError::version("SPDX", &version)),
        (_, None) => Err(SbomError::Unknown),
    }
}

/// SPDX as lines of tags and values; `None` when it is none.
fn tag_value(file: &File<'_>, limits: &Limits) -> Option<Result<(Sbom, Problems), SbomError>> {
    let text = std::str::from_utf8(file.bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let version = tag_value::version(text)?;
    if !version.starts_with("SPDX-2.") {
        return Some(Err(SbomError::version("SPDX", version)));
    }
    let document = tag_value::document(text).map_err(SbomError::Malformed);
    Some(document.map(|document| spdx::read(file, &document, limits)))
}

/// The text of a file that begins as XML does.
fn markup<'a>(file: &File<'a>) -> Option<&'a str> {
    let text = std::str::from_utf8(file.bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    text.starts_with('<').then_some(text)
}

/// A name for people, as far as it can be shown on a line; `None` when nothing is left of it.
fn shown(name: &str) -> Option<String> {
    let name: String = name.chars().filter(|character| !character.is_control()).take(256).collect();
    Some(name).filter(|name| !name.is_empty())
}
