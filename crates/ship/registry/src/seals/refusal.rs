//! Why something that a registry lists does not count.

use boltseal_model::Digest;

use super::Place;

/// Something that is listed, and does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it lies.
    pub place: Place,
    /// Why not.
    pub refusal: Refusal,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.refusal)
    }
}

/// Why it does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is listed and not there.
    #[error("{what} is listed, but the registry does not have it")]
    Absent {
        /// The manifest or the layer.
        what: &'static str,
    },
    /// More bytes than are read.
    #[error("{what} has {found} bytes, more than the {limit} that are read")]
    TooLarge {
        /// The manifest or the layer.
        what: &'static str,
        /// How many it is said to have.
        found: u64,
        /// How many may be.
        limit: u64,
    },
    /// Other bytes than listed.
    #[error("{what} has not the {listed} bytes that it is listed with")]
    Size {
        /// The manifest or the layer.
        what: &'static str,
        /// How many it is said to have.
        listed: u64,
    },
    /// Other bytes than listed.
    #[error("{what} has the digest {found}, and not {listed} that it is listed with; it was exchanged or damaged")]
    OtherDigest {
        /// The manifest or the layer.
        what: &'static str,
        /// What it is said to have.
        listed: Digest,
        /// What it has.
        found: Digest,
    },
    /// Another kind of document.
    #[error("it is no manifest of an artifact")]
    Kind,
    /// A manifest that cannot be read.
    #[error("its manifest cannot be read: {detail}")]
    Malformed {
        /// What is wrong.
        detail: String,
    },
    /// It refers to nothing.
    #[error("its manifest names no subject; whoever listed it was wrong or lied")]
    NoSubject,
    /// It refers to something else.
    #[error("its subject is {subject}, not {image}; whoever listed it was wrong or lied")]
    OtherSubject {
        /// The image that is asked about.
        image: Digest,
        /// What its manifest names.
        subject: Digest,
    },
    /// It holds something else, or several things.
    #[error("it has {found} layers that could be a seal, not one")]
    Layers {
        /// How many.
        found: usize,
    },
    /// A signature of cosign without the signature.
    #[error("the layer lacks the annotation {}", super::SIGNATURE_ANNOTATION)]
    NoSignature,
}
