//! The documents by which artifacts refer to images. Pure: bytes come in, values go out.
//!
//! Source: OCI image specification 1.1, `manifest.md` and `image-index.md`; OCI distribution specification 1.1, "Listing Referrers" and
//! "Referrers Tag Schema".

use std::collections::BTreeMap;

use boltseal_model::{Digest, Limits};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{BUNDLE, ENVELOPE, Refusal};
pub use crate::descriptor::Descriptor;
use crate::descriptor::{INDEX, MANIFEST, digest_of, null_or};

/// What an artifact has for a configuration, since it needs none.
pub(super) const EMPTY: &[u8] = b"{}";
const EMPTY_TYPE: &str = "application/vnd.oci.empty.v1+json";
/// The annotation that says what kind of statement an envelope holds, as BuildKit and others write it.
const PREDICATE_ANNOTATION: &str = "in-toto.io/predicate-type";
/// The characters of a tag's algorithm and of its digits that the specification allows.
const TAG_PARTS: (usize, usize) = (32, 64);

/// The tag under which a registry without an interface for referrers has the list of an image's.
pub fn tag_of(image: &Digest) -> String {
    let (algorithm, digits) = TAG_PARTS;
    format!("{:.algorithm$}-{:.digits$}", image.algorithm().name(), image.hex())
}

#[derive(Deserialize)]
struct Index {
    #[serde(deserialize_with = "null_or")]
    manifests: Vec<Descriptor>,
}

/// Reads a list of referrers: those of its entries that are seals by their artifact type.
///
/// # Errors
/// When it is no index, or larger than [`Limits::manifest_bytes`].
pub fn parse_index(bytes: &[u8], limits: &Limits) -> Result<Vec<Descriptor>, Unreadable> {
    check_size(bytes, limits)?;
    let index: Index = serde_json::from_slice(bytes)?;
    Ok(index.manifests.into_iter().filter(is_seal).collect())
}

/// A list of referrers with one more entry, which is last; `None` if it has this entry already. Whatever else the list says stays.
///
/// # Errors
/// When it is no index, or larger than [`Limits::manifest_bytes`].
pub fn merge_index(bytes: Option<&[u8]>, entry: &Descriptor, limits: &Limits) -> Result<Option<Vec<u8>>, Unreadable> {
    let mut index = match bytes {
        Some(bytes) => {
            check_size(bytes, limits)?;
            let index: Index = serde_json::from_slice(bytes)?;
            if index.manifests.iter().any(|listed| listed.digest == entry.digest) {
                return Ok(None);
            }
            serde_json::from_slice(bytes)?
        }
        None => json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [] }),
    };
    let entry = serde_json::to_value(entry)?;
    match index.get_mut("manifests") {
        Some(Value::Array(entries)) => entries.push(entry),
        Some(none) => *none = Value::Array(vec![entry]),
        None => {}
    }
    Ok(Some(serde_json::to_vec(&index)?))
}

/// Whether an entry of a list is a seal.
fn is_seal(entry: &Descriptor) -> bool {
    entry.artifact_type.as_deref().is_some_and(|kind| [ENVELOPE, BUNDLE].contains(&kind))
}

fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), Unreadable> {
    if bytes.len() as u64 > limits.manifest_bytes {
        return Err(Unreadable(format!("it has more than {} bytes", limits.manifest_bytes)));
    }
    Ok(())
}

/// A list that cannot be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self(shortened(&error))
    }
}

/// What is wrong with a document, without what a hostile one would like to have printed.
fn shortened(error: &serde_json::Error) -> String {
    error.to_string().chars().map(|character| if character.is_control() { ' ' } else { character }).take(200).collect()
}

/// The manifest of an artifact, or of an image whose layers are seals.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    #[serde(rename = "schemaVersion", default)]
    schema_version: u8,
    #[serde(rename = "mediaType", default)]
    media_type: Option<String>,
    #[serde(rename = "artifactType", default, skip_serializing_if = "Option::is_none")]
    artifact_type: Option<String>,
    #[serde(default)]
    config: Option<Descriptor>,
    layers: Vec<Descriptor>,
    #[serde(default)]
    subject: Option<Descriptor>,
    #[serde(default, deserialize_with = "null_or", skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

/// The manifest of an artifact that is a seal of an image, and the descriptor that lists name it by. The same seal gives the same
/// bytes.
///
/// # Errors
/// Never in practice: texts and numbers always have a form in JSON.
pub fn manifest_of(
    image: &Descriptor,
    seal: &[u8],
    kind: &str,
    predicate: &str,
) -> Result<(Descriptor, Vec<u8>), Unreadable> {
    let annotations = BTreeMap::from([(PREDICATE_ANNOTATION.to_owned(), predicate.to_owned())]);
    let subject = Descriptor { artifact_type: None, platform: None, annotations: BTreeMap::new(), ..image.clone() };
    let manifest = Manifest {
        schema_version: 2,
        media_type: Some(MANIFEST.to_owned()),
        artifact_type: Some(kind.to_owned()),
        config: Some(Descriptor::of(EMPTY_TYPE, EMPTY)),
        layers: vec![Descriptor::of(kind, seal)],
        subject: Some(subject),
        annotations: annotations.clone(),
    };
    let bytes = serde_json::to_vec(&manifest)?;
    let descriptor =
        Descriptor { artifact_type: Some(kind.to_owned()), annotations, ..Descriptor::of(MANIFEST, &bytes) };
    Ok((descriptor, bytes))
}

/// The layer that is the seal, in the manifest of a referrer of an image.
///
/// # Errors
/// When it is no manifest, refers to something else, or has no such layer or several.
pub fn parse_referrer(bytes: &[u8], image: &Digest) -> Result<Descriptor, Refusal> {
    let manifest = parse_manifest(bytes)?;
    let subject = manifest.subject.ok_or(Refusal::NoSubject)?.digest;
    if subject != *image {
        return Err(Refusal::OtherSubject { image: image.clone(), subject });
    }
    let mut seals = manifest.layers.into_iter().filter(|layer| [ENVELOPE, BUNDLE].contains(&&*layer.media_type));
    match (seals.next(), seals.count()) {
        (Some(layer), 0) => Ok(layer),
        (None, _) => Err(Refusal::Layers { found: 0 }),
        (Some(_), more) => Err(Refusal::Layers { found: more.saturating_add(1) }),
    }
}

/// What was read, if it has the size and digest that it is listed with; `bytes` is `None` where there was more than that.
///
/// # Errors
/// When it is something else.
pub(super) fn as_listed(what: &'static str, entry: &Descriptor, bytes: Option<Vec<u8>>) -> Result<Vec<u8>, Refusal> {
    let bytes = bytes.filter(|bytes| bytes.len() as u64 == entry.size);
    let bytes = bytes.ok_or(Refusal::Size { what, listed: entry.size })?;
    match digest_of(entry.digest.algorithm(), &bytes) {
        Ok(found) if found == entry.digest => Ok(bytes),
        Ok(found) => Err(Refusal::OtherDigest { what, listed: entry.digest.clone(), found }),
        Err(error) => Err(Refusal::Malformed { detail: error.to_string() }),
    }
}

/// The layers of an image that has seals for layers, which is how cosign keeps them under a tag.
///
/// # Errors
/// When it is no manifest.
pub fn parse_layers(bytes: &[u8]) -> Result<Vec<Descriptor>, Refusal> {
    parse_manifest(bytes).map(|manifest| manifest.layers)
}

fn parse_manifest(bytes: &[u8]) -> Result<Manifest, Refusal> {
    let manifest: Manifest =
        serde_json::from_slice(bytes).map_err(|error| Refusal::Malformed { detail: shortened(&error) })?;
    if manifest.media_type.as_deref().is_some_and(|kind| kind != MANIFEST) {
        return Err(Refusal::Kind);
    }
    Ok(manifest)
}
