//! What documents of a registry refer to each other by.

use std::collections::BTreeMap;

use boltseal_model::{Algorithm, Digest, ParseDigestError};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256, Sha512};

/// An image or an artifact.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// A list of images or artifacts.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Kinds of documents that are asked for: images and lists of images, of OCI and of Docker.
pub const ACCEPTED: &str = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, \
                            application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/// A reference to a document or blob, as far as it matters here.
///
/// Source: OCI image specification 1.1, `descriptor.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    /// What kind of document or blob it is.
    #[serde(rename = "mediaType", default)]
    pub media_type: String,
    /// Of which artifact it is the manifest.
    #[serde(rename = "artifactType", default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// The digest of its bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: u64,
    /// For which platform an image is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<serde_json::Value>,
    /// What else is said of it.
    #[serde(default, deserialize_with = "null_or", skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Descriptor {
    /// Of bytes that are here.
    pub fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            artifact_type: None,
            digest: Digest::sha256(&Sha256::digest(bytes).into()),
            size: bytes.len() as u64,
            platform: None,
            annotations: BTreeMap::new(),
        }
    }
}

/// What is empty may be written as `null`, as Go does with lists and maps that were never made.
pub fn null_or<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A media type without its parameters.
pub fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_owned()
}

pub fn digest_of(algorithm: Algorithm, bytes: &[u8]) -> Result<Digest, ParseDigestError> {
    match algorithm {
        Algorithm::Sha256 => Digest::from_bytes(algorithm, &Sha256::digest(bytes)),
        Algorithm::Sha512 => Digest::from_bytes(algorithm, &Sha512::digest(bytes)),
    }
}
