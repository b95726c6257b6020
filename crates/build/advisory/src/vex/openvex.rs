//! OpenVEX. Source: the OpenVEX specification 0.2.0.

use std::collections::BTreeMap;

use boltseal_model::{FixStatus, ProblemKind};
use serde::Deserialize;
use serde_json::Value;

use super::{Name, Product, Statement, document};
use crate::document::File;

#[derive(Debug, Deserialize)]
struct Document {
    timestamp: Option<String>,
    statements: Vec<Said>,
}

#[derive(Debug, Deserialize)]
struct Said {
    vulnerability: Vulnerability,
    timestamp: Option<String>,
    #[serde(default)]
    products: Vec<Component>,
    status: String,
    justification: Option<String>,
}

/// Older documents name it by a text alone.
#[derive(Debug, Deserialize)]
#[serde(from = "Value")]
struct Vulnerability(Vec<String>);

impl From<Value> for Vulnerability {
    fn from(value: Value) -> Self {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let aliases = value.get("aliases").and_then(Value::as_array).into_iter().flatten();
        let aliases = aliases.filter_map(|alias| alias.as_str().map(str::to_owned));
        // An identifier may be a page about the vulnerability; its last part is what people search for.
        let page = text(value.get("@id")).and_then(|page| page.rsplit('/').next().map(str::to_owned));
        let names = [text(Some(&value)), text(value.get("name")), page];
        Self(names.into_iter().flatten().chain(aliases).filter(|name| !name.is_empty()).collect())
    }
}

#[derive(Debug, Deserialize)]
#[serde(from = "Value")]
struct Component {
    names: Vec<Name>,
    parts: Vec<Name>,
}

impl From<Value> for Component {
    fn from(value: Value) -> Self {
        let parts = value.get("subcomponents").and_then(Value::as_array).into_iter().flatten();
        Self { names: names(&value), parts: parts.flat_map(names).collect() }
    }
}

/// The names of a component: its id, its identifiers, its hashes; or itself, in older documents.
fn names(value: &Value) -> Vec<Name> {
    let texts = |key: &str| -> BTreeMap<String, String> {
        let pairs = value.get(key).and_then(Value::as_object).into_iter().flatten();
        pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    };
    let id = [value.as_str(), value.get("@id").and_then(Value::as_str)].into_iter().flatten().map(Name::parse);
    let purl = texts("identifiers").remove("purl").map(|purl| Name::parse(&purl));
    let hash = texts("hashes").remove("sha-256").map(|hash| Name::parse(&format!("sha256:{hash}")));
    id.chain(purl).chain(hash).collect()
}

pub fn read(file: &mut File<'_>, value: Value) -> Vec<Statement> {
    let Some(Document { timestamp, statements }) = document(file, value) else { return Vec::new() };
    let mut read = Vec::with_capacity(statements.len());
    for said in statements {
        let status = match said.status.as_str() {
            "not_affected" => FixStatus::NotAffected,
            "affected" => FixStatus::Affected,
            "fixed" => FixStatus::Fixed,
            "under_investigation" => FixStatus::UnderInvestigation,
            other => {
                file.problem(
                    ProblemKind::Malformed,
                    format!("a statement has the unknown status {other:?}; it is left out"),
                );
                continue;
            }
        };
        read.push(Statement {
            ids: said.vulnerability.0,
            products: said.products.into_iter().map(|Component { names, parts }| Product { names, parts }).collect(),
            status,
            justification: said.justification,
            said: said.timestamp.or_else(|| timestamp.clone()),
            document: String::new(),
        });
    }
    read
}
