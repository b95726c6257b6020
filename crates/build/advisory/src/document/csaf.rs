//! Documents of the Common Security Advisory Framework: advisories and VEX.
//!
//! Source: CSAF 2.0, OASIS. A product is named in a tree, or as a component of another one; what is said of a vulnerability
//! refers to products by their ids.

use std::collections::BTreeMap;

use boltseal_model::FixStatus;
use serde::Deserialize;

/// What this program reads of a document.
#[derive(Debug, Deserialize)]
pub struct Document {
    pub document: Head,
    #[serde(default)]
    pub product_tree: Tree,
    #[serde(default)]
    pub vulnerabilities: Vec<Vulnerability>,
}

#[derive(Debug, Deserialize)]
pub struct Head {
    pub tracking: Tracking,
}

#[derive(Debug, Deserialize)]
pub struct Tracking {
    pub id: String,
    pub initial_release_date: Option<String>,
    pub current_release_date: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tree {
    branches: Vec<Branch>,
    full_product_names: Vec<Product>,
    relationships: Vec<Relationship>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Branch {
    branches: Vec<Self>,
    product: Option<Product>,
}

/// A product by its id.
#[derive(Debug, Deserialize)]
pub struct Product {
    pub name: String,
    product_id: String,
    #[serde(default)]
    pub product_identification_helper: Helper,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Helper {
    pub cpe: Option<String>,
    pub purl: Option<String>,
    pub hashes: Vec<Hashes>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Hashes {
    pub file_hashes: Vec<FileHash>,
}

#[derive(Debug, Deserialize)]
pub struct FileHash {
    pub algorithm: String,
    pub value: String,
}

#[derive(Debug, Deserialize)]
struct Relationship {
    product_reference: String,
    relates_to_product_reference: String,
    full_product_name: Product,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Vulnerability {
    pub cve: Option<String>,
    pub ids: Vec<Identifier>,
    pub product_status: BTreeMap<String, Vec<String>>,
    pub remediations: Vec<Remark>,
    pub threats: Vec<Remark>,
    pub flags: Vec<Flag>,
    pub scores: Vec<Score>,
}

#[derive(Debug, Deserialize)]
pub struct Identifier {
    pub text: String,
}

/// What is remarked on some products: a remediation, a threat.
#[derive(Debug, Deserialize)]
pub struct Remark {
    pub category: String,
    #[serde(default)]
    pub details: String,
    pub product_ids: Option<Vec<String>>,
}

/// Why products are not affected.
#[derive(Debug, Deserialize)]
pub struct Flag {
    pub label: String,
    pub product_ids: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub struct Score {
    pub cvss_v2: Option<Vector>,
    pub cvss_v3: Option<Vector>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vector {
    pub vector_string: Option<String>,
}

impl Vulnerability {
    /// The newest vector that is given.
    pub fn vector(&self) -> Option<&str> {
        let of = |pick: fn(&Score) -> Option<&Vector>| {
            self.scores.iter().filter_map(pick).find_map(|vector| vector.vector_string.as_deref())
        };
        of(|score| score.cvss_v3.as_ref()).or_else(|| of(|score| score.cvss_v2.as_ref()))
    }

    /// Why products are not affected, in CSAF's words, by their ids.
    pub fn justifications(&self) -> BTreeMap<&str, &str> {
        let flags = self.flags.iter().flat_map(|flag| flag.product_ids.iter().flatten().map(move |id| (id, flag)));
        flags.map(|(id, flag)| (id.as_str(), flag.label.as_str())).collect()
    }

    /// Everything that is said, as (status, product id).
    pub fn said(&self) -> impl Iterator<Item = (FixStatus, &str)> {
        self.product_status.iter().flat_map(|(word, products)| {
            let status = status(word);
            products.iter().filter_map(move |product| Some((status?, product.as_str())))
        })
    }
}

/// The groups of products that CSAF knows. `recommended` says nothing of a vulnerability.
fn status(word: &str) -> Option<FixStatus> {
    Some(match word {
        "fixed" | "first_fixed" => FixStatus::Fixed,
        "first_affected" | "known_affected" | "last_affected" => FixStatus::Affected,
        "known_not_affected" => FixStatus::NotAffected,
        "under_investigation" => FixStatus::UnderInvestigation,
        _ => return None,
    })
}

/// Products by id.
pub struct Products<'d> {
    products: BTreeMap<&'d str, &'d Product>,
    /// A component's id in a product: the component, the product.
    parts: BTreeMap<&'d str, (&'d str, &'d str)>,
}

impl<'d> Products<'d> {
    pub fn of(tree: &'d Tree) -> Self {
        let mut products = BTreeMap::new();
        for product in &tree.full_product_names {
            products.insert(product.product_id.as_str(), product);
        }
        for branch in &tree.branches {
            collect(branch, &mut products);
        }
        let mut parts = BTreeMap::new();
        for relationship in &tree.relationships {
            let Relationship { product_reference, relates_to_product_reference, full_product_name } = relationship;
            products.entry(&full_product_name.product_id).or_insert(full_product_name);
            let both = (product_reference.as_str(), relates_to_product_reference.as_str());
            parts.insert(full_product_name.product_id.as_str(), both);
        }
        Self { products, parts }
    }

    pub fn named(&self, id: &str) -> Option<&'d Product> {
        self.products.get(id).copied()
    }

    /// A component and the product that it is part of. A component that is itself part of another is followed once more.
    pub fn part(&self, id: &str) -> Option<(&'d Product, &'d Product)> {
        let &(component, product) = self.parts.get(id)?;
        let (component, product) = match (self.parts.get(component), self.parts.get(product)) {
            (Some(&(component, _)), _) => (component, product),
            (None, Some(&(_, product))) => (component, product),
            (None, None) => (component, product),
        };
        self.named(component).zip(self.named(product))
    }
}

/// The depth is bounded by the reader of JSON.
fn collect<'d>(branch: &'d Branch, products: &mut BTreeMap<&'d str, &'d Product>) {
    if let Some(product) = &branch.product {
        products.insert(product.product_id.as_str(), product);
    }
    for branch in &branch.branches {
        collect(branch, products);
    }
}
