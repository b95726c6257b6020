//! What publishers, or the user, say about whether a vulnerability concerns a product: VEX documents in.
//!
//! [`parse`] reads OpenVEX, CSAF VEX and CycloneDX VEX documents, told apart by their content, into [`Statement`]s;
//! [`Statements::deciding`] finds the one that applies to a finding. What to do with it is for the caller to decide:
//! [`Statement::dismisses`] says whether the finding is of no concern.

mod csaf;
mod cyclonedx;
mod openvex;

use std::collections::BTreeMap;

use boltseal_model::{Finding, FixStatus, Limits, ProblemKind, Problems, Purl, Subject};
use serde_json::Value;

use crate::document::File;

/// What one statement says of one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Every identifier of the vulnerability.
    pub ids: Vec<String>,
    /// What it is said of.
    pub products: Vec<Product>,
    /// Affected, fixed, not affected, or under investigation.
    pub status: FixStatus,
    /// Why the product is not affected, in the words of the format: `vulnerable_code_not_present`.
    pub justification: Option<String>,
    /// When it was said, as RFC 3339. The newest statement counts.
    pub said: Option<String>,
    /// The document that says it.
    pub document: String,
}

impl Statement {
    /// Whether a finding to which it applies is of no concern.
    pub const fn dismisses(&self) -> bool {
        matches!(self.status, FixStatus::NotAffected | FixStatus::Fixed)
    }
}

/// A product: a whole, some parts of a whole, or a part wherever it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// Names of the whole; any of them will do. Without one it is whatever has the parts.
    pub names: Vec<Name>,
    /// The parts that are meant; without one, the whole is.
    pub parts: Vec<Name>,
}

/// A name of a product or a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// A package URL.
    Purl(Purl),
    /// A digest, as `sha256:…`.
    Digest(String),
    /// Anything else: the name of an image.
    Text(String),
}

impl Name {
    /// A name as documents write it.
    pub fn parse(text: &str) -> Self {
        match text.parse() {
            Ok(purl) => Self::Purl(purl),
            Err(_) if text.starts_with("sha256:") => Self::Digest(text.to_ascii_lowercase()),
            Err(_) => Self::Text(text.to_owned()),
        }
    }
}

/// Reads a VEX document. A document of no known format is a problem.
pub fn parse(path: &str, bytes: &[u8], limits: &Limits) -> (Vec<Statement>, Problems) {
    let mut file = File::new(path, limits);
    let mut statements = Vec::new();
    for value in file.json::<Value>(bytes).into_iter().flat_map(crate::document::Shape::into_vec) {
        let is = |key: &str| value.get(key).is_some();
        let read = match () {
            () if is("statements") => openvex::read(&mut file, value),
            () if is("product_tree") || is("document") => csaf::read(&mut file, value),
            () if value.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX") => {
                cyclonedx::read(&mut file, value)
            }
            () => {
                file.problem(ProblemKind::Unsupported, "neither OpenVEX nor CSAF nor CycloneDX");
                continue;
            }
        };
        statements.extend(read);
    }
    let limit = limits.advisories_per_file;
    if statements.len() > limit {
        file.problem(ProblemKind::TooMany, format!("more than {limit} statements, the rest is left out"));
        statements.truncate(limit);
    }
    for statement in &mut statements {
        path.clone_into(&mut statement.document);
    }
    (statements, file.finish().1)
}

/// Reads one value as a document, or reports that it cannot be.
fn document<T: serde::de::DeserializeOwned>(file: &mut File<'_>, value: Value) -> Option<T> {
    serde_json::from_value(value).map_err(|error| file.problem(ProblemKind::Malformed, error.to_string())).ok()
}

/// Statements, in reach of the vulnerabilities that they speak of.
#[derive(Debug, Default)]
pub struct Statements {
    all: Vec<Statement>,
    by_id: BTreeMap<String, Vec<usize>>,
}

impl Statements {
    /// Statements of any number of documents, in the order in which they were read.
    pub fn new(all: Vec<Statement>) -> Self {
        let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, statement) in all.iter().enumerate() {
            for id in &statement.ids {
                by_id.entry(id.to_ascii_uppercase()).or_default().push(index);
            }
        }
        Self { all, by_id }
    }

    /// The statement that decides on a finding in a subject: of those that apply the newest, and among equally new ones the
    /// last.
    pub fn deciding(&self, finding: &Finding, subject: &Subject) -> Option<&Statement> {
        let package = finding.package.parse().ok();
        let ids = finding.aliases.iter().chain([&finding.id]);
        let named = ids.filter_map(|id| self.by_id.get(&id.to_ascii_uppercase())).flatten();
        let spoken = named.filter_map(|&index| Some((index, self.all.get(index)?)));
        let applies =
            |statement: &Statement| statement.products.iter().any(|product| product.holds(package.as_ref(), subject));
        let applying = spoken.filter(|(_, statement)| applies(statement));
        applying.max_by(|(one, a), (two, b)| (&a.said, one).cmp(&(&b.said, two))).map(|(_, statement)| statement)
    }
}

impl Product {
    /// Whether a package of a subject is meant.
    fn holds(&self, package: Option<&Purl>, subject: &Subject) -> bool {
        let is_package = |name: &Name| match (name, package) {
            (Name::Purl(purl), Some(package)) => purl.covers(package),
            _ => false,
        };
        let is_whole = self.names.iter().any(|name| name.is_subject(subject));
        if self.parts.is_empty() {
            return is_whole || self.names.iter().any(is_package);
        }
        (is_whole || self.names.is_empty()) && self.parts.iter().any(is_package)
    }
}

impl Name {
    /// Whether it names the subject: by its digest, or, where no digest is given, by a name that it has.
    fn is_subject(&self, subject: &Subject) -> bool {
        let digest = subject.digest.as_ref().map(ToString::to_string);
        let mut names = subject.tags.iter().chain([&subject.name]);
        match self {
            Self::Digest(named) => digest.as_ref() == Some(named),
            Self::Text(text) => names.any(|name| name == text),
            Self::Purl(purl) if matches!(purl.kind.as_str(), "oci" | "docker") => match &purl.version {
                Some(version) if version.starts_with("sha256:") => digest.as_ref() == Some(version),
                Some(version) => names.any(|name| {
                    name.rsplit_once(':').is_some_and(|(name, tag)| tag == version && is_repository(name, purl))
                }),
                None => names.any(|name| is_repository(name, purl)),
            },
            Self::Purl(_) => false,
        }
    }
}

/// Whether an image's name is of the repository that a package URL names.
fn is_repository(image: &str, purl: &Purl) -> bool {
    let image = image.split_once('@').map_or(image, |(image, _)| image);
    let tag = image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    let repository = tag.map_or(image, |(repository, _)| repository);
    match purl.qualifiers.get("repository_url") {
        Some(url) => repository == url,
        None => {
            let path = purl.path.join("/");
            repository == path || repository.ends_with(&format!("/{path}"))
        }
    }
}
