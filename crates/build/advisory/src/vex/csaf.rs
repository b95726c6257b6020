//! CSAF's VEX profile. Source: CSAF 2.0, section 4.5.

use serde_json::Value;

use super::{Name, Product, Statement, document};
use crate::document::File;
use crate::document::csaf::{self, Document, Products};

pub fn read(file: &mut File<'_>, value: Value) -> Vec<Statement> {
    let Some(read) = document::<Document>(file, value) else { return Vec::new() };
    let products = Products::of(&read.product_tree);
    let said = read.document.tracking.current_release_date.as_deref();
    let mut statements = Vec::new();
    for vulnerability in &read.vulnerabilities {
        let justifications = vulnerability.justifications();
        let others = vulnerability.ids.iter().map(|id| id.text.clone());
        let ids: Vec<String> = vulnerability.cve.iter().cloned().chain(others).collect();
        statements.extend(vulnerability.said().map(|(status, id)| Statement {
            ids: ids.clone(),
            products: vec![product(&products, id)],
            status,
            justification: justifications.get(id).map(|&label| label.to_owned()),
            said: said.map(str::to_owned),
            document: String::new(),
        }));
    }
    statements
}

/// A component of a whole, or a product by itself.
fn product(products: &Products<'_>, id: &str) -> Product {
    match products.part(id) {
        Some((component, whole)) => Product { names: names(whole), parts: names(component) },
        None => Product { names: products.named(id).map(names).unwrap_or_default(), parts: Vec::new() },
    }
}

/// What the helpers of a product name it by. One that is named by its title and a CPE alone names nothing in an image.
fn names(product: &csaf::Product) -> Vec<Name> {
    let helper = &product.product_identification_helper;
    let purl = helper.purl.as_deref().map(Name::parse);
    let hashes = helper.hashes.iter().flat_map(|hashes| &hashes.file_hashes);
    let digests = hashes.filter(|hash| hash.algorithm.eq_ignore_ascii_case("sha256"));
    purl.into_iter().chain(digests.map(|hash| Name::parse(&format!("sha256:{}", hash.value)))).collect()
}
