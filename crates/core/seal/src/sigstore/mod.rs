//! Bundles of Sigstore, verified without asking anybody: against a trust root, at a time.
//!
//! [`verify`] holds a bundle to a [`TrustedRoot`]. Who signed is a certificate's word (`certificate`), which a log of certificates saw
//! (`certificate_log`). When is the word of a log (`log`, `entry`) or of an authority of timestamps (`timestamp`). Keys of
//! others are of more kinds than our own (`key`); they are verified by what TLS is verified with. The reasons are in
//! `docs/decisions/0014-own-verifier-of-sigstore-bundles.md`.

mod bundle;
mod certificate;
mod certificate_log;
mod entry;
mod error;
mod key;
mod log;
mod root;
mod timestamp;

use boltseal_model::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

pub use bundle::Bundle;
pub use error::{BundleError, RootError};
pub use root::TrustedRoot;

use crate::json::quoted;
use crate::keys::PublicKey;
use bundle::{Content, Material};
use certificate::Signing;
use entry::{Expected, Signed};

/// Who may sign: a subject, and who must have vouched for it. Both must be the same to the letter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The subject: an address, or the URI of a workflow.
    pub subject: String,
    /// The issuer of the identity, by URI.
    pub issuer: String,
}

/// What a bundle must sign.
#[derive(Debug, Clone, Copy)]
pub enum Artifact<'a> {
    /// A statement, whatever it says: what it is about is for the reader of the statement to check.
    Statement,
    /// These bytes.
    Bytes(&'a [u8]),
}

/// Who signed, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who signed.
    pub subject: String,
    /// Who vouched for that.
    pub issuer: String,
    /// The earliest time at which somebody who is trusted saw the signature.
    pub at: Timestamp,
}

/// Verifies a bundle that is signed with a certificate.
///
/// Everything that it brings must hold, and everything that its version demands must be there: the certificate leads to an authority
/// at every time at which it was seen to sign, a log of certificates saw it, it is of one of `identities`, the signature is by its key, a
/// transparency log of the root has an entry of just this signature, and no time is later than `now`.
///
/// # Errors
/// When anything of that is not so.
pub fn verify(
    bundle: &Bundle,
    artifact: Artifact<'_>,
    root: &TrustedRoot,
    identities: &[Identity],
    now: Timestamp,
) -> Result<Verified, BundleError> {
    let Material::Certificates(certificates) = &bundle.material else {
        return Err(BundleError::Form("it is signed by a key, and a certificate is asked for"));
    };
    let signing = Signing::parse(certificates)?;
    let times = times(bundle, artifact, signing.der(), root, now)?;
    for at in &times {
        let issuers = signing.lead_to(&root.certificate_authorities, *at)?;
        certificate_log::verify(&signing.parsed, &issuers, &root.certificate_logs)?;
    }
    let at = times.iter().min().copied().ok_or(BundleError::NoTime)?;
    let identity = signing.identity()?;
    if !identities.contains(&identity) {
        return Err(BundleError::Identity { subject: quoted(&identity.subject), issuer: quoted(&identity.issuer) });
    }
    let signed = signed_bytes(bundle, artifact)?;
    if !signing.key.verifies(signing.key.usual_hash(), &signed, bundle.signature()) {
        return Err(BundleError::Signature);
    }
    Ok(Verified { subject: identity.subject, issuer: identity.issuer, at })
}

/// Verifies a bundle that is signed by a key. With a root, a transparency log of it must have an entry of just this signature; without one,
/// what logs say is not looked at.
///
/// # Errors
/// When the signature or an entry does not hold, or there is no entry and a root.
pub fn verify_with_key(
    bundle: &Bundle,
    artifact: Artifact<'_>,
    key: &PublicKey,
    root: Option<&TrustedRoot>,
    now: Timestamp,
) -> Result<(), BundleError> {
    if !bundle.is_by_key() {
        return Err(BundleError::Form("it is signed with a certificate, and a key is asked for"));
    }
    if let Some(root) = root {
        times(bundle, artifact, &key.to_der(), root, now)?;
    }
    let signed = signed_bytes(bundle, artifact)?;
    key.verify(&signed, bundle.signature()).map_err(|_| BundleError::Signature)
}

/// When somebody who is trusted saw the signature, once every log entry and every timestamp of the bundle holds.
fn times(
    bundle: &Bundle,
    artifact: Artifact<'_>,
    verifier: &[u8],
    root: &TrustedRoot,
    now: Timestamp,
) -> Result<Vec<Timestamp>, BundleError> {
    let mut times = Vec::new();
    for timestamp in &bundle.timestamps {
        let at = timestamp::verify(timestamp, bundle.signature(), &root.timestamp_authorities);
        times.push(at.map_err(BundleError::Timestamp)?);
    }
    if !bundle.is_logged() {
        return Err(BundleError::NoEntry);
    }
    let signed = signed_bytes(bundle, artifact)?;
    let content = match (&bundle.content, artifact) {
        (Content::Envelope { envelope, .. }, _) => Signed::Envelope { payload: envelope.payload(), signed: &signed },
        (Content::Message { .. }, _) => Signed::Message(&signed),
    };
    let expected = Expected { verifier, signature: bundle.signature(), content };
    let stamped = times.clone();
    for entry in &bundle.entries {
        let error = |detail| BundleError::Entry { index: entry.index, detail };
        times.extend(log::verify(entry, &stamped, &root.logs).map_err(error)?);
        entry::verify(entry, &expected).map_err(error)?;
    }
    match times.iter().find(|at| **at > now) {
        Some(at) => Err(BundleError::FromTheFuture { at: *at, now }),
        None => Ok(times),
    }
}

/// What the signature of a bundle is over.
fn signed_bytes(bundle: &Bundle, artifact: Artifact<'_>) -> Result<Vec<u8>, BundleError> {
    const MESSAGE: &str = "an artifact";
    const STATEMENT: &str = "a statement";
    match (&bundle.content, artifact) {
        (Content::Envelope { envelope, .. }, Artifact::Statement) => Ok(envelope.signed_bytes()),
        (Content::Message { digest, .. }, Artifact::Bytes(bytes)) => {
            let differs = digest.as_deref().is_some_and(|digest| digest != Sha256::digest(bytes).as_slice());
            if differs { Err(BundleError::Digest) } else { Ok(bytes.to_vec()) }
        }
        (Content::Envelope { .. }, Artifact::Bytes(_)) => {
            Err(BundleError::OtherContent { found: STATEMENT, wanted: MESSAGE })
        }
        (Content::Message { .. }, Artifact::Statement) => {
            Err(BundleError::OtherContent { found: MESSAGE, wanted: STATEMENT })
        }
    }
}
