//! What a policy made of an image: the one statement that a gate needs.

use std::collections::BTreeMap;

use boltseal_model::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

use super::null_is_empty;
use crate::statement::Predicate;

/// What a policy made of an image: a verification summary of SLSA, small enough that a gate reads nothing else.
///
/// Source: SLSA 1.1, "Verification Summary Attestation (VSA)". Members that begin with `boltseal_` are extensions, which others pass over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedVerdict {
    /// Who judged.
    pub verifier: Verifier,
    /// When.
    pub time_verified: Timestamp,
    /// What was judged, for people: the name under which the image is pulled.
    pub resource_uri: String,
    /// By what.
    pub policy: PolicyReference,
    /// The statements that were judged.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "Vec::is_empty")]
    pub input_attestations: Vec<InputAttestation>,
    /// How it came out.
    pub verification_result: VerificationResult,
    /// What the image reaches: levels of SLSA, and of whoever else names some.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub verified_levels: Vec<String>,
    /// The version of SLSA whose levels are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slsa_version: Option<String>,
    /// When the advisories that it was held to were gathered.
    #[serde(default, rename = "boltseal_advisoriesFrom", skip_serializing_if = "Option::is_none")]
    pub advisories_from: Option<Timestamp>,
    /// What verified provenance says of the build.
    #[serde(default, rename = "boltseal_facts", skip_serializing_if = "Facts::is_empty")]
    pub facts: Facts,
}

/// Who judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verifier {
    /// A URI that names it.
    pub id: String,
    /// Versions of what it is made of, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub version: BTreeMap<String, String>,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyReference {
    /// A URI that names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uri: String,
    /// Its digests, by algorithm.
    #[serde(default)]
    pub digest: BTreeMap<String, String>,
}

impl PolicyReference {
    /// The policy of this digest.
    pub fn new(uri: &str, digest: &Digest) -> Self {
        let digest = BTreeMap::from([(digest.algorithm().name().to_owned(), digest.hex().to_owned())]);
        Self { uri: uri.to_owned(), digest }
    }

    /// Whether it is the policy of this digest.
    pub fn is(&self, digest: &Digest) -> bool {
        self.digest.get(digest.algorithm().name()).is_some_and(|hex| hex == digest.hex())
    }
}

/// A statement that was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputAttestation {
    /// The type of its predicate, or where it lies.
    pub uri: String,
    /// Digests of the statement, by algorithm.
    pub digest: BTreeMap<String, String>,
}

/// How a judgement came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum VerificationResult {
    /// The image satisfies the policy.
    Passed,
    /// It does not.
    Failed,
}

/// What is known of how an image was built, from provenance whose signature was verified.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The builder, by the URI that it has for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub builder: Option<String>,
    /// The repository that it was built from, without a revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The branch, without `refs/heads/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The tag, without `refs/tags/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

impl Facts {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Predicate for SealedVerdict {
    const TYPE: &'static str = "https://slsa.dev/verification_summary/v1";
}

impl SealedVerdict {
    /// Whether it says that the image reaches a level. A level of a track of SLSA, `SLSA_BUILD_LEVEL_3`, includes the lower ones of it.
    pub fn reaches(&self, wanted: &str) -> bool {
        let Some((track, number)) = slsa_level(wanted) else {
            return self.verified_levels.iter().any(|level| level == wanted);
        };
        self.verified_levels
            .iter()
            .filter_map(|level| slsa_level(level))
            .any(|(other, reached)| other == track && reached >= number)
    }
}

fn slsa_level(level: &str) -> Option<(&str, u32)> {
    let (track, number) = level.strip_prefix("SLSA_")?.rsplit_once("_LEVEL_")?;
    Some((track, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(levels: &[&str]) -> SealedVerdict {
        SealedVerdict {
            verifier: Verifier { id: "https://verifier.example".into(), version: BTreeMap::new() },
            time_verified: Timestamp::from_seconds(0).unwrap(),
            resource_uri: String::new(),
            policy: PolicyReference { uri: String::new(), digest: BTreeMap::new() },
            input_attestations: Vec::new(),
            verification_result: VerificationResult::Passed,
            verified_levels: levels.iter().map(ToString::to_string).collect(),
            slsa_version: None,
            advisories_from: None,
            facts: Facts::default(),
        }
    }

    #[test]
    fn a_level_of_a_track_includes_the_lower_ones_of_that_track_alone() {
        let verdict = with(&["SLSA_BUILD_LEVEL_2", "REVIEWED"]);
        for level in ["SLSA_BUILD_LEVEL_0", "SLSA_BUILD_LEVEL_2", "REVIEWED"] {
            assert!(verdict.reaches(level), "{level}");
        }
        for level in
            ["SLSA_BUILD_LEVEL_3", "SLSA_SOURCE_LEVEL_1", "REVIEW", "", "SLSA_BUILD_LEVEL_-1", "SLSA_BUILD_LEVEL_x"]
        {
            assert!(!verdict.reaches(level), "{level}");
        }
    }
}
