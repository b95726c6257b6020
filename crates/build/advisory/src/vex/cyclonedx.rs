//! CycloneDX documents that tell of vulnerabilities. Source: CycloneDX 1.6, `vulnerabilities[].analysis`.

use std::collections::BTreeMap;

use boltseal_model::{FixStatus, ProblemKind};
use serde::Deserialize;
use serde_json::Value;

use super::{Name, Product, Statement, document};
use crate::document::File;

#[derive(Debug, Deserialize)]
struct Document {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    components: Vec<Component>,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    timestamp: Option<String>,
    component: Option<Component>,
}

#[derive(Debug, Deserialize)]
struct Component {
    #[serde(rename = "bom-ref")]
    bom_ref: Option<String>,
    name: Option<String>,
    purl: Option<String>,
    #[serde(default)]
    hashes: Vec<Hash>,
    #[serde(default)]
    components: Vec<Self>,
}

#[derive(Debug, Deserialize)]
struct Hash {
    alg: String,
    content: String,
}

#[derive(Debug, Deserialize)]
struct Vulnerability {
    id: Option<String>,
    #[serde(default)]
    references: Vec<Reference>,
    analysis: Option<Analysis>,
    #[serde(default)]
    affects: Vec<Affected>,
}

#[derive(Debug, Deserialize)]
struct Reference {
    id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Analysis {
    state: Option<String>,
    justification: Option<String>,
    last_updated: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Affected {
    r#ref: String,
}

/// Components by their references, those within others as well.
fn collect<'d>(components: &'d [Component], into: &mut BTreeMap<&'d str, Vec<Name>>) {
    for component in components {
        if let Some(reference) = &component.bom_ref {
            into.insert(reference, names(component));
        }
        collect(&component.components, into);
    }
}

fn names(component: &Component) -> Vec<Name> {
    let purl = component.purl.as_deref().map(Name::parse);
    let hashes = component.hashes.iter().filter(|hash| hash.alg == "SHA-256");
    let digests = hashes.map(|hash| Name::parse(&format!("sha256:{}", hash.content)));
    let named: Vec<Name> = purl.into_iter().chain(digests).collect();
    if named.is_empty() { component.name.as_deref().map(Name::parse).into_iter().collect() } else { named }
}

pub fn read(file: &mut File<'_>, value: Value) -> Vec<Statement> {
    let Some(read) = document::<Document>(file, value) else { return Vec::new() };
    let mut known = BTreeMap::new();
    collect(read.metadata.component.as_slice(), &mut known);
    collect(&read.components, &mut known);
    let mut statements = Vec::new();
    for vulnerability in &read.vulnerabilities {
        let Some(Analysis { state: Some(state), justification, last_updated }) = &vulnerability.analysis else {
            continue;
        };
        let status = match state.as_str() {
            "resolved" | "resolved_with_pedigree" => FixStatus::Fixed,
            "exploitable" => FixStatus::Affected,
            "in_triage" => FixStatus::UnderInvestigation,
            "false_positive" | "not_affected" => FixStatus::NotAffected,
            other => {
                file.problem(
                    ProblemKind::Malformed,
                    format!("an analysis has the unknown state {other:?}; it is left out"),
                );
                continue;
            }
        };
        let others = vulnerability.references.iter().filter_map(|reference| reference.id.clone());
        let products = vulnerability
            .affects
            .iter()
            .map(|affected| Product { names: target(&known, &affected.r#ref), parts: Vec::new() });
        statements.push(Statement {
            ids: vulnerability.id.iter().cloned().chain(others).collect(),
            products: products.collect(),
            status,
            justification: justification.clone(),
            said: last_updated.clone().or_else(|| read.metadata.timestamp.clone()),
            document: String::new(),
        });
    }
    statements
}

/// What a reference names: a component of this document, or of another one by its own name there: `urn:cdx:…/1#pkg:npm/tiny`.
fn target(known: &BTreeMap<&str, Vec<Name>>, reference: &str) -> Vec<Name> {
    let within = reference.split_once('#').filter(|_| reference.starts_with("urn:cdx:")).map(|(_, within)| within);
    match known.get(reference) {
        Some(names) => names.clone(),
        None => vec![Name::parse(&within.unwrap_or(reference).replace("%40", "@").replace("%2F", "/"))],
    }
}
