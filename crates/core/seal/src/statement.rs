//! in-toto statements: what somebody says about artifacts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use boltseal_model::{Algorithm, Digest, Limits};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::json::{self, Bounds, JsonError, quoted};

const TYPE_V1: &str = "https://in-toto.io/Statement/v1";
/// The version before, which `cosign attest` still writes. It has the same members.
const TYPE_V0_1: &str = "https://in-toto.io/Statement/v0.1";

/// What somebody says about artifacts.
///
/// Source: in-toto attestation framework, `spec/v1/statement.md`. Members that it does not name are passed over, as it demands; those of
/// a predicate are the predicate's business. It must stand in a verified envelope before it is believed.
#[derive(Debug, Clone)]
pub struct Statement {
    subjects: Vec<Subject>,
    predicate_type: String,
    predicate: Box<RawValue>,
}

/// An artifact that a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// A name for people, which decides nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its digests, by algorithm, in hexadecimal. All of them must be of the same artifact.
    pub digest: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(borrow, rename = "_type")]
    kind: Cow<'a, str>,
    subject: Cow<'a, [Subject]>,
    #[serde(borrow, rename = "predicateType")]
    predicate_type: Cow<'a, str>,
    #[serde(borrow)]
    predicate: &'a RawValue,
}

/// What can be said: a predicate with the type that names its form.
pub trait Predicate: Serialize + DeserializeOwned {
    /// The URI that names the form.
    const TYPE: &'static str;
}

impl Statement {
    /// Says something about an artifact.
    ///
    /// # Errors
    /// When the predicate has no form in JSON.
    pub fn new<P: Predicate>(name: &str, digest: &Digest, predicate: &P) -> Result<Self, StatementError> {
        let predicate = to_raw_value(predicate).map_err(|error| StatementError::Predicate(error.into()))?;
        Ok(Self::about(name, digest, P::TYPE, predicate))
    }

    /// Says something about an artifact whose form is somebody else's, as a bill of materials. The text stands in the statement as it is.
    ///
    /// # Errors
    /// When the text is not JSON, has a key twice, or is larger or deeper than allowed.
    pub fn of_json(
        name: &str,
        digest: &Digest,
        predicate_type: &str,
        predicate: &[u8],
        limits: &Limits,
    ) -> Result<Self, StatementError> {
        let bounds = Bounds { bytes: limits.envelope_bytes, depth: limits.json_depth, folded: 0 };
        let predicate = json::read::<&RawValue>(predicate, bounds).map_err(StatementError::Predicate)?;
        Ok(Self::about(name, digest, predicate_type, predicate.to_owned()))
    }

    fn about(name: &str, digest: &Digest, predicate_type: &str, predicate: Box<RawValue>) -> Self {
        let digest = BTreeMap::from([(digest.algorithm().name().to_owned(), digest.hex().to_owned())]);
        let subjects = vec![Subject { name: name.to_owned(), digest }];
        Self { subjects, predicate_type: predicate_type.to_owned(), predicate }
    }

    /// Reads a statement.
    ///
    /// # Errors
    /// When it is not JSON, has a key twice, is deeper than [`Limits::json_depth`], lacks a member, is of another version, or has no
    /// subject or more than [`Limits::subjects`].
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, StatementError> {
        let bounds = Bounds { bytes: limits.envelope_bytes, depth: limits.json_depth, folded: 1 };
        let written: Written<'_> = json::read(bytes, bounds)?;
        if written.kind != TYPE_V1 && written.kind != TYPE_V0_1 {
            return Err(StatementError::Version { found: quoted(&written.kind) });
        }
        if written.subject.is_empty() {
            return Err(StatementError::NoSubject);
        }
        if written.subject.len() > limits.subjects {
            return Err(StatementError::TooManySubjects { found: written.subject.len(), limit: limits.subjects });
        }
        if written.subject.iter().any(|subject| subject.digest.is_empty()) {
            return Err(StatementError::NoDigest);
        }
        Ok(Self {
            subjects: written.subject.into_owned(),
            predicate_type: written.predicate_type.into_owned(),
            predicate: written.predicate.to_owned(),
        })
    }

    /// Writes it on one line. What was made from the same values has the same bytes.
    pub fn to_json(&self) -> String {
        let written = Written {
            kind: TYPE_V1.into(),
            subject: Cow::Borrowed(&self.subjects),
            predicate_type: Cow::Borrowed(&self.predicate_type),
            predicate: &self.predicate,
        };
        // Texts always have a form in JSON.
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// The artifacts that it is about.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The URI that names the form of what is said.
    pub fn predicate_type(&self) -> &str {
        &self.predicate_type
    }

    /// What is said, as it is written.
    pub fn predicate_json(&self) -> &str {
        self.predicate.get()
    }

    /// What is said, in the form that is asked for.
    ///
    /// # Errors
    /// When it is of another type, or not of the form that its type names.
    pub fn predicate<P: Predicate>(&self) -> Result<P, StatementError> {
        if self.predicate_type != P::TYPE {
            return Err(StatementError::PredicateType { found: quoted(&self.predicate_type), wanted: P::TYPE });
        }
        serde_json::from_str(self.predicate.get()).map_err(|error| StatementError::Predicate(error.into()))
    }

    /// Whether one of its subjects is the artifact of this digest, by an algorithm that is allowed.
    ///
    /// A subject that has another digest of the same algorithm is another artifact. One that names the artifact by algorithms that are
    /// not allowed, weak ones say, is not taken for it.
    pub fn is_about(&self, digest: &Digest, allowed: &[Algorithm]) -> bool {
        let (name, hex) = (digest.algorithm().name(), digest.hex());
        allowed.contains(&digest.algorithm())
            && self.subjects.iter().any(|subject| subject.digest.get(name).is_some_and(|found| found == hex))
    }

    /// What it says that it is about, for an error: the first subject's digest.
    pub(crate) fn first_subject(&self) -> String {
        let first = self.subjects.first().and_then(|subject| subject.digest.first_key_value());
        first.map_or_else(|| "nothing".to_owned(), |(name, hex)| quoted(&format!("{name}:{hex}")))
    }
}

/// Why bytes are not a statement, or not the one that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not the JSON that it should be.
    #[error("the statement cannot be read: {0}")]
    Json(#[from] JsonError),
    /// A version of the framework that is not known.
    #[error("the statement is of type {found}; \"{TYPE_V1}\" and v0.1 are read")]
    Version {
        /// The type, in quotes.
        found: String,
    },
    /// About nothing.
    #[error("the statement has no subject")]
    NoSubject,
    /// A subject without a digest could be anything.
    #[error("a subject of the statement has no digest")]
    NoDigest,
    /// About more than is looked at.
    #[error("the statement has {found} subjects, more than the {limit} that are looked at")]
    TooManySubjects {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// The predicate is of another type, or another version of it.
    #[error("the predicate is of type {found}, not \"{wanted}\"")]
    PredicateType {
        /// The type, in quotes.
        found: String,
        /// The one that is asked for.
        wanted: &'static str,
    },
    /// The predicate is not of the form that its type names.
    #[error("the predicate is not of the form that its type names: {0}")]
    Predicate(#[source] JsonError),
}
