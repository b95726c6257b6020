//! Why a bundle, or a root, is not believed.

use boltseal_model::{ParseTimestampError, Timestamp};

use crate::envelope::EnvelopeError;
use crate::json::JsonError;

/// Why a trust root cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// Not the JSON that it should be.
    #[error("it cannot be read: {0}")]
    Json(#[from] JsonError),
    /// A form that is not known.
    #[error("it is of type {found}, not a trusted root of version 0.1 or 0.2")]
    MediaType {
        /// The type, in quotes.
        found: String,
    },
    /// A certificate that is none.
    #[error("a certificate of {authority} cannot be read")]
    Certificate {
        /// Whose, in quotes.
        authority: String,
    },
    /// An authority without certificates.
    #[error("{authority} has no certificates")]
    NoCertificates {
        /// Whose, in quotes.
        authority: String,
    },
    /// A time that is none.
    #[error("a time in it is {0}")]
    Time(#[from] ParseTimestampError),
    /// Bytes that are no base64.
    #[error("{what} is not base64")]
    Base64 {
        /// The member.
        what: &'static str,
    },
}

/// Why a bundle of Sigstore does not hold. Each sentence says what happened and where; what to do is nearly always the same: fetch the
/// bundle again, bring the trust root up to date, or sign anew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not the JSON that it should be.
    #[error("the bundle cannot be read: {0}")]
    Json(#[from] JsonError),
    /// A form that is not known.
    #[error("the bundle is of type {found}; versions 0.1, 0.2 and 0.3 are read")]
    MediaType {
        /// The type, in quotes.
        found: String,
    },
    /// Something that its version demands is not there, or something that it forbids is.
    #[error("the bundle is not of the form that its version has: {0}")]
    Form(&'static str),
    /// Bytes that are no base64.
    #[error("{0} of the bundle is not base64")]
    Base64(&'static str),
    /// More parts than are looked at.
    #[error("the bundle has more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many may be.
        limit: usize,
    },
    /// Its envelope is none.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// It signs something else than is asked about.
    #[error("the bundle signs {found}, and {wanted} is asked about")]
    OtherContent {
        /// What it signs.
        found: &'static str,
        /// What it should.
        wanted: &'static str,
    },
    /// A certificate that cannot be read.
    #[error("a certificate of the bundle cannot be read: {0}")]
    Certificate(&'static str),
    /// The certificate does not lead to an authority of the root.
    #[error("the certificate does not lead to a certificate authority that the trust root names for {at}: {detail}")]
    Chain {
        /// When it was used.
        at: Timestamp,
        /// What is wrong.
        detail: String,
    },
    /// No log of certificates vouches for the certificate.
    #[error("no certificate log of the trust root vouches for the certificate: {0}")]
    CertificateLog(&'static str),
    /// Signed by somebody else.
    #[error("it is signed by {subject}, vouched for by {issuer}, who is not among the identities that are trusted")]
    Identity {
        /// Who signed, in quotes.
        subject: String,
        /// Who vouched, in quotes.
        issuer: String,
    },
    /// The signature does not hold.
    #[error("the signature is not by the key of the bundle over what is asked about; one of them was changed")]
    Signature,
    /// The signed digest is another one.
    #[error("the digest that the bundle names is not that of the artifact")]
    Digest,
    /// An entry of a log does not hold.
    #[error("entry {index} of the transparency log does not hold: {detail}")]
    Entry {
        /// The index that it says it has.
        index: i64,
        /// What is wrong.
        detail: &'static str,
    },
    /// No log knows of the signature.
    #[error("the bundle has no entry of a transparency log")]
    NoEntry,
    /// A signed timestamp does not hold.
    #[error("a signed timestamp does not hold: {0}")]
    Timestamp(&'static str),
    /// Nobody says when it was signed.
    #[error("neither a log nor an authority of timestamps says when it was signed")]
    NoTime,
    /// From the future.
    #[error("it was signed at {at}, and it is {now} here; one of the clocks is wrong")]
    FromTheFuture {
        /// When it says that it was signed.
        at: Timestamp,
        /// The time of asking.
        now: Timestamp,
    },
}
