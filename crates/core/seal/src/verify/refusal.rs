//! Why a seal does not count, or an image is denied: what happened, where, and what to do.

use std::fmt;
use std::time::Duration;

use boltseal_model::{Digest, Timestamp};

use crate::envelope::EnvelopeError;
use crate::sigstore::BundleError;
use crate::statement::StatementError;
use crate::work::Exhausted;

/// A seal that does not count.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Which of the seals that were given, from 0.
    pub number: usize,
    /// Why.
    pub refusal: Refusal,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seal {}: {}", self.number + 1, self.refusal)
    }
}

/// Why a seal does not count, or an image is denied. Texts of others are in quotes, cut short.
#[derive(Debug, Clone, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum Refusal {
    /// Not an envelope.
    #[error("{0}; it was truncated, changed or never a seal: fetch it again, or seal the image anew")]
    Envelope(#[from] EnvelopeError),
    /// Not a statement.
    #[error("{0}; seal the image anew with a tool that writes it rightly")]
    Statement(#[from] StatementError),
    /// A bundle of Sigstore that does not hold.
    #[error("{0}")]
    Bundle(#[from] BundleError),
    /// A bundle that signs an artifact and states nothing.
    #[error("the bundle signs an artifact and states nothing of the image; attach a statement, as cosign attest does")]
    NoStatement,
    /// A bundle, and no root to hold it to.
    #[error("it is a bundle of Sigstore, and the document of trust names no root of Sigstore; add \"sigstore\" to it")]
    NoRoot,
    /// Forged, changed, or by somebody who is not believed.
    #[error(
        "no signature of it is by a key that is trusted (it names {}); it was changed after it was signed, or its key is missing in the \
         document of trust", if hints.is_empty() { "no key" } else { hints }
    )]
    NoTrustedSignature { hints: String },
    /// A key before its time.
    #[error("the key {key} is believed from {from}, and this was signed at {at}; wait, or sign with the key before it")]
    KeyNotYet { key: String, from: Timestamp, at: Timestamp },
    /// A key after its time.
    #[error(
        "the key {key} was believed until {until}, and this was signed at {at}; seal the image with the key that followed"
    )]
    KeyExpired { key: String, until: Timestamp, at: Timestamp },
    /// A key that was taken back.
    #[error("the key {key} was revoked at {at} ({reason}); seal the image anew with another key")]
    KeyRevoked { key: String, at: Timestamp, reason: String },
    /// A seal that was taken back.
    #[error("the seal {digest} was revoked at {at} ({reason}); seal the image anew")]
    SealRevoked { digest: Digest, at: Timestamp, reason: String },
    /// About another image, whatever the registry says that it belongs to.
    #[error("it is about {subject}, not about {image}; whoever put it beside this image was wrong or lied")]
    OtherImage { image: Digest, subject: String },
    /// An image named by a hash function that is not allowed.
    #[error("the image is named by {found}, which is not allowed; pull it by its sha256, or declare the algorithm")]
    Algorithm { found: &'static str },
    /// A predicate of a type or version that is not known.
    #[error("its predicate is of type {found}, which this version does not know; it counts for nothing")]
    UnknownPredicate { found: String },
    /// A verdict larger than a gate reads.
    #[error(
        "the verdict has {found} bytes, more than the {limit} that a gate reads; it carries what belongs in other statements"
    )]
    LargeVerdict { found: usize, limit: usize },
    /// More seals than are looked at.
    #[error("the image has {found} seals, more than the {limit} that are looked at; remove those that nobody needs")]
    TooManySeals { found: usize, limit: usize },
    /// More to verify than is done for one image.
    #[error("its seals have more signatures and bytes than are verified for one image; remove those that nobody needs")]
    Exhausted,
    /// No verdict that counts.
    #[error(
        "there is no verdict about the image that counts ({refused} seals were refused); seal it with boltseal seal"
    )]
    NoVerdict { refused: usize },
    /// A statement that is required is not there.
    #[error("{kind} is required, and none that counts is there; seal the image with it")]
    Missing { kind: &'static str },
    /// Judged by somebody else.
    #[error("the verdict is by the verifier {found}, which is not among those that are asked for")]
    Verifier { found: String },
    /// For another policy.
    #[error("the verdict is for the policy {found}, not for {wanted}; seal the image by the policy that is asked for")]
    OtherPolicy { wanted: Digest, found: String },
    /// From the future.
    #[error("the verdict is of {at}, and it is {now} here; one of the clocks is wrong")]
    FromTheFuture { at: Timestamp, now: Timestamp },
    /// Too old.
    #[error("the verdict is of {at}, older than the {} allowed; seal the image anew", span(*limit))]
    Stale { at: Timestamp, limit: Duration },
    /// Held to advisories of an unknown day.
    #[error("the verdict does not say of when its advisories are; seal the image with boltseal seal")]
    NoAdvisoryTime,
    /// Held to advisories that are too old.
    #[error("the verdict rests on advisories of {at}, older than the {} allowed; update the database and seal anew", span(*limit))]
    StaleAdvisories { at: Timestamp, limit: Duration },
    /// It failed.
    #[error(
        "the image did not satisfy the policy when it was judged at {at}; mend what its report names, and seal it anew"
    )]
    Failed { at: Timestamp },
    /// A level that it does not reach.
    #[error("the level {wanted} is required, and the verdict names {}", if found.is_empty() { "none" } else { found })]
    Level { wanted: String, found: String },
    /// Built by or from something else.
    #[error("the {what} must be {wanted}, and is {found}; build it there, or seal it with its provenance")]
    Fact { what: &'static str, wanted: String, found: String },
}

impl From<Exhausted> for Refusal {
    fn from(_: Exhausted) -> Self {
        Self::Exhausted
    }
}

/// A time span as people say it.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (number, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}
