//! How an image was built, as SLSA writes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Facts;
use crate::json::{JsonError, quoted};
use crate::statement::{Statement, StatementError};

/// Provenance of SLSA 1.0 and later.
pub const PROVENANCE_V1: &str = "https://slsa.dev/provenance/v1";
/// Provenance of SLSA 0.2, which many builders still write.
pub const PROVENANCE_V0_2: &str = "https://slsa.dev/provenance/v0.2";

/// How an image was built, as far as it becomes part of a verdict.
///
/// Source: SLSA 1.1 and 0.2, "Provenance"; the members of `externalParameters` from the build types of GitHub and GitLab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// What it says of the build.
    pub facts: Facts,
    /// The type of the build, by URI.
    pub build_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct V1 {
    build_definition: BuildDefinition,
    run_details: RunDetails,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BuildDefinition {
    build_type: String,
    #[serde(default)]
    external_parameters: External,
    #[serde(default)]
    resolved_dependencies: Vec<Resource>,
}

/// The few members that say where the source lies. Those of other build types are their own.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct External {
    workflow: Option<Workflow>,
    source: Option<serde_json::Value>,
    config_source: Option<Resource>,
    #[serde(rename = "ref")]
    reference: Option<String>,
}

#[derive(Deserialize)]
struct Workflow {
    repository: String,
    #[serde(rename = "ref")]
    reference: Option<String>,
}

#[derive(Deserialize)]
struct RunDetails {
    builder: Builder,
}

#[derive(Deserialize)]
struct Builder {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct V02 {
    builder: Builder,
    build_type: String,
    #[serde(default)]
    invocation: Invocation,
    #[serde(default)]
    materials: Vec<Resource>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    config_source: Option<Resource>,
}

#[derive(Default, Clone, Deserialize)]
struct Resource {
    #[serde(default)]
    uri: String,
    #[serde(default)]
    digest: BTreeMap<String, String>,
}

impl Provenance {
    /// Reads the provenance of a statement, which must have been verified.
    ///
    /// # Errors
    /// When it is none, of another version, or not of the form that its type names.
    pub fn of(statement: &Statement) -> Result<Self, StatementError> {
        let text = statement.predicate_json();
        let malformed = |error: serde_json::Error| StatementError::Predicate(JsonError::from(error));
        match statement.predicate_type() {
            PROVENANCE_V1 => serde_json::from_str(text).map(Self::of_v1).map_err(malformed),
            PROVENANCE_V0_2 => serde_json::from_str(text).map(Self::of_v0_2).map_err(malformed),
            other => Err(StatementError::PredicateType { found: quoted(other), wanted: PROVENANCE_V1 }),
        }
    }

    fn of_v1(written: V1) -> Self {
        let BuildDefinition { build_type, external_parameters: external, resolved_dependencies } =
            written.build_definition;
        let stated = match (external.workflow, external.source, external.config_source) {
            (Some(workflow), _, _) => {
                Resource { uri: located(&workflow.repository, workflow.reference), ..Resource::default() }
            }
            (None, Some(serde_json::Value::String(uri)), _) => {
                Resource { uri: located(&uri, external.reference), ..Resource::default() }
            }
            (None, Some(source), _) => serde_json::from_value(source).unwrap_or_default(),
            (None, None, Some(source)) => source,
            (None, None, None) => Resource::default(),
        };
        Self { facts: facts(written.run_details.builder.id, stated, &resolved_dependencies), build_type }
    }

    fn of_v0_2(written: V02) -> Self {
        let stated = written.invocation.config_source.unwrap_or_default();
        Self { facts: facts(written.builder.id, stated, &written.materials), build_type: written.build_type }
    }
}

fn located(repository: &str, reference: Option<String>) -> String {
    match reference {
        Some(reference) if !reference.is_empty() => format!("{repository}@{reference}"),
        _ => repository.to_owned(),
    }
}

/// The commit is that of the dependency which is the source: a build has others.
fn facts(builder: String, stated: Resource, dependencies: &[Resource]) -> Facts {
    let stated = if stated.uri.is_empty() {
        dependencies.iter().find(|dependency| dependency.uri.starts_with("git+")).cloned().unwrap_or_default()
    } else {
        stated
    };
    let (source, reference) = parted(&stated.uri);
    let same = dependencies.iter().find(|dependency| !source.is_empty() && parted(&dependency.uri).0 == source);
    let digest = [Some(&stated), same].into_iter().flatten().find_map(|resource| commit(&resource.digest));
    let named = |prefix: &str| reference.and_then(|reference| reference.strip_prefix(prefix)).map(str::to_owned);
    Facts {
        builder: Some(builder),
        source: Some(source.to_owned()).filter(|source| !source.is_empty()),
        branch: named("refs/heads/"),
        tag: named("refs/tags/"),
        commit: digest.cloned(),
    }
}

fn commit(digest: &BTreeMap<String, String>) -> Option<&String> {
    ["gitCommit", "sha1", "sha256"].iter().find_map(|name| digest.get(*name))
}

/// Repository and revision of `git+https://host/path@revision`. An `@` before the path belongs to a user.
fn parted(uri: &str) -> (&str, Option<&str>) {
    let uri = uri.strip_prefix("git+").unwrap_or(uri);
    let uri = uri.split_once('#').map_or(uri, |(uri, _)| uri);
    let path = uri.find("://").map_or(0, |scheme| scheme + 3);
    let path = uri.get(path..).and_then(|rest| rest.find('/')).map_or(uri.len(), |slash| path + slash);
    match uri.get(path..).and_then(|rest| rest.find('@')) {
        Some(at) => (uri.get(..path + at).unwrap_or(uri), uri.get(path + at + 1..)),
        None => (uri, None),
    }
}
