//! What is said of an image: the forms of predicates, one file each.

mod bill_of_materials;
mod intent;
mod provenance;
mod verdict;
mod vulnerabilities;

pub use bill_of_materials::{CYCLONEDX, SPDX};
pub use intent::intent_schema;
pub use provenance::{PROVENANCE_V0_2, PROVENANCE_V1, Provenance};
pub use verdict::{Facts, InputAttestation, PolicyReference, SealedVerdict, VerificationResult, Verifier};
pub use vulnerabilities::{Invocation, ScanTimes, Scanner, ScannerDatabase, VulnerabilityReport};

use serde::{Deserialize, Deserializer};

use crate::statement::Predicate as _;

/// What a statement says, by the type of its predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What the image consists of.
    BillOfMaterials,
    /// What is known to be wrong with it.
    Vulnerabilities,
    /// What it is meant to do.
    Intent,
    /// How it was built.
    Provenance,
    /// What a policy made of all that.
    Verdict,
}

impl Kind {
    /// The kind that a type of predicate names; `None` for types and versions that are not known.
    pub fn of(predicate_type: &str) -> Option<Self> {
        [Self::BillOfMaterials, Self::Vulnerabilities, Self::Intent, Self::Provenance, Self::Verdict]
            .into_iter()
            .find(|kind| kind.types().contains(&predicate_type))
    }

    /// The types of its predicates that are read.
    pub const fn types(self) -> &'static [&'static str] {
        match self {
            Self::BillOfMaterials => &[CYCLONEDX, SPDX],
            Self::Vulnerabilities => &[VulnerabilityReport::TYPE],
            Self::Intent => &[boltseal_model::Intent::TYPE],
            Self::Provenance => &[PROVENANCE_V1, PROVENANCE_V0_2],
            Self::Verdict => &[SealedVerdict::TYPE],
        }
    }

    /// What people call it, as in "provenance is required" or "an intent is required".
    pub const fn name(self) -> &'static str {
        match self {
            Self::BillOfMaterials => "a bill of materials",
            Self::Vulnerabilities => "a vulnerability report",
            Self::Intent => "an intent",
            Self::Provenance => "provenance",
            Self::Verdict => "a verdict",
        }
    }
}

/// A list for which Go, which most of these are written in, writes `null` when it is empty.
fn null_is_empty<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
