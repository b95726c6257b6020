//! Where seals lie: beside the image that they are about.
//!
//! [`Repository::attach`] puts a seal there, as a referrer of the image. [`Repository::seals`] finds [`Seals`]: what lies there in any
//! of the forms that users have, in the order of its digests. A [`Layout`] does the same for an image in a folder. Whether a seal is to be
//! believed is not judged here.
//!
//! Invariant: what the registry lists is either read whole, with the size and digest that it was listed with, or told as [`Refused`].
//! When that cannot be, since there is too much or the registry fails, there is an error: what was left out might be what denies.

mod attach;
mod layout;
mod list;
mod refusal;
mod tag;

pub mod referrers;

use boltseal_model::Digest;

pub use attach::Attachment;
pub use layout::{Layout, LayoutError};
pub use refusal::{Refusal, Refused};

#[cfg(doc)]
use crate::Repository;

/// The type of an artifact, and of its layer, that is an envelope.
pub const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";
/// The type of an artifact, and of its layer, that is a bundle of Sigstore.
pub const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// The type of a layer that a signature of cosign is over.
pub const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
/// The annotation of such a layer that holds the signature.
pub const SIGNATURE_ANNOTATION: &str = "dev.cosignproject.cosign/signature";

/// What lies beside an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seals {
    /// Envelopes and bundles.
    pub seals: Vec<StoredSeal>,
    /// Signatures of cosign by a key.
    pub signatures: Vec<StoredSignature>,
    /// What was listed and does not count.
    pub refused: Vec<Refused>,
}

/// An envelope or a bundle. Nothing of it is to be believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSeal {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Where it lies.
    pub place: Place,
}

/// A signature of cosign by a key. Nothing of it is to be believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSignature {
    /// What it is over.
    pub payload: Vec<u8>,
    /// The signature, in base64.
    pub signature: String,
    /// Where it lies.
    pub place: Place,
}

/// Where something lies in a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In an artifact that refers to the image, by the digest of its manifest.
    Referrer(Digest),
    /// In a layer of the manifest that has a tag, counted from 0.
    Layer {
        /// The tag.
        tag: String,
        /// The layer.
        number: usize,
    },
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Referrer(digest) => write!(f, "referrer {digest}"),
            Self::Layer { tag, number } => write!(f, "layer {number} of the tag {tag}"),
        }
    }
}
