//! Signatures of cosign by a key: a small document that names an image, and a signature over it.

use boltseal_model::{Digest, Limits, Timestamp};
use serde::Deserialize;

use crate::base64;
use crate::json::{self, Bounds, JsonError, quoted};
use crate::keys::PublicKey;

/// The annotation of a layer that holds the signature over its content.
pub const SIGNATURE_ANNOTATION: &str = "dev.cosignproject.cosign/signature";
/// The media type of such a layer.
pub const MEDIA_TYPE: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
/// What such a document says that it is. Containers' own simple signing says `atomic container signature`, and is signed by OpenPGP.
const KIND: &str = "cosign container image signature";

/// What a signature of cosign says, once it was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleSignature {
    /// The image.
    pub image: Digest,
    /// The name under which it was signed, for people.
    pub reference: String,
    /// When whoever signed says that it was, if they say so.
    pub stated_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Document {
    critical: Critical,
    optional: Option<Optional>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Critical {
    identity: CriticalIdentity,
    image: CriticalImage,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct CriticalIdentity {
    #[serde(rename = "docker-reference")]
    reference: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriticalImage {
    #[serde(rename = "docker-manifest-digest")]
    digest: Digest,
}

#[derive(Deserialize)]
struct Optional {
    timestamp: Option<u64>,
}

/// Verifies a signature of cosign by a key: `payload` is the content of the layer, `signature` the value of [`SIGNATURE_ANNOTATION`].
///
/// It says that somebody with the key signed this image, and nothing of what it is: a gate that wants a verdict needs a statement.
///
/// Source: cosign, `specs/SIGNATURE_SPEC.md`. Members of `critical` that are not known are refused, as that word demands.
///
/// # Errors
/// When the signature does not hold, the document cannot be read, or it is about another image.
pub fn verify(
    payload: &[u8],
    signature: &str,
    image: &Digest,
    key: &PublicKey,
    limits: &Limits,
) -> Result<SimpleSignature, CosignError> {
    let found = payload.len();
    if found > limits.verdict_bytes {
        return Err(CosignError::TooLarge { found, limit: limits.verdict_bytes });
    }
    let signature = base64::decode(signature).ok_or(CosignError::Encoding)?;
    key.verify(payload, &signature).map_err(|_| CosignError::Signature)?;
    let bounds = Bounds { bytes: u64::MAX, depth: limits.json_depth, folded: 3 };
    let document: Document = json::read(payload, bounds)?;
    if document.critical.kind != KIND {
        return Err(CosignError::Kind { found: quoted(&document.critical.kind) });
    }
    if document.critical.image.digest != *image {
        return Err(CosignError::OtherImage { image: image.clone(), subject: document.critical.image.digest });
    }
    let seconds = document.optional.and_then(|optional| optional.timestamp);
    Ok(SimpleSignature {
        image: document.critical.image.digest,
        reference: document.critical.identity.reference,
        stated_at: seconds.and_then(Timestamp::from_seconds),
    })
}

/// Why a signature of cosign does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignError {
    /// More bytes than are read.
    #[error("the signed document has {found} bytes, more than the {limit} that are read")]
    TooLarge {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// The annotation is no base64.
    #[error("the annotation {SIGNATURE_ANNOTATION} is not base64")]
    Encoding,
    /// The signature does not hold.
    #[error("the signature is not by this key over this document; one of them was changed, or the key is another")]
    Signature,
    /// Not the JSON that it should be.
    #[error("the signed document cannot be read: {0}")]
    Json(#[from] JsonError),
    /// Another kind of document.
    #[error("the signed document is a {found}, not a \"{KIND}\"")]
    Kind {
        /// The kind, in quotes.
        found: String,
    },
    /// Another image.
    #[error("the signature is about {subject}, not about {image}; whoever put it beside this image was wrong or lied")]
    OtherImage {
        /// The image that is asked about.
        image: Digest,
        /// The one that was signed.
        subject: Digest,
    },
}
