//! One seal: who signed it, what it says, and whether it is about the image.

use boltseal_model::{Digest, Limits, Timestamp};

use super::{Question, Refusal};
use crate::envelope::{Envelope, digest_of};
use crate::json::quoted;
use crate::predicates::{Kind, SealedVerdict};
use crate::sigstore::{self, Artifact, Bundle, TrustedRoot};
use crate::statement::Statement;
use crate::trust::{Trust, TrustedKey};
use crate::work::Work;

/// A statement about the image that is signed by whom it must be.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// What it says, by kind.
    pub kind: Kind,
    /// The SHA-256 of the statement, which names the seal.
    pub digest: Digest,
    /// Who signed.
    pub signed_by: SignedBy,
    /// The statement.
    pub statement: Statement,
    /// What it says, if it is a verdict.
    pub verdict: Option<SealedVerdict>,
}

/// Who signed a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedBy {
    /// A key that the document of trust names.
    Key {
        /// What people call it.
        name: String,
        /// What names it.
        id: Digest,
    },
    /// An identity that Sigstore vouched for.
    Identity {
        /// Who it is.
        subject: String,
        /// Who says so.
        issuer: String,
        /// When it signed, as a log or an authority of timestamps saw it.
        at: Timestamp,
    },
}

/// Opens one seal, in the order in which it gets dearer and may be believed more.
pub(super) fn open(
    bytes: &[u8],
    question: &Question<'_>,
    trust: &Trust,
    limits: &Limits,
    work: &mut Work,
) -> Result<Accepted, Refusal> {
    if Bundle::is_one(bytes) {
        return open_bundle(bytes, question, trust, limits, work);
    }
    let envelope = Envelope::parse(bytes, limits)?;
    let signers = trust.signers(&envelope, work)?;
    if signers.is_empty() {
        let hints = envelope.signatures().iter().filter_map(|signature| signature.key_hint.as_deref());
        let hints: Vec<String> = hints.take(3).map(quoted).collect();
        return Err(Refusal::NoTrustedSignature { hints: hints.join(", ") });
    }
    read_by_keys(envelope.payload(), &signers, question, trust, limits)
}

fn open_bundle(
    bytes: &[u8],
    question: &Question<'_>,
    trust: &Trust,
    limits: &Limits,
    work: &mut Work,
) -> Result<Accepted, Refusal> {
    let bundle = Bundle::parse(bytes, limits)?;
    let payload = bundle.statement().ok_or(Refusal::NoStatement)?;
    if bundle.is_by_key() {
        // A key that is trusted vouches by itself. What a log says as well is held to the root, where there is one.
        let root = trust.sigstore().map(|(root, _)| root).filter(|_| bundle.is_logged());
        let key = bundle_key(&bundle, bytes.len(), root, question, trust, work)?;
        return read_by_keys(payload, &[key], question, trust, limits);
    }
    let (root, identities) = trust.sigstore().ok_or(Refusal::NoRoot)?;
    work.spend_on_bundle(bytes.len())?;
    let signed = sigstore::verify(&bundle, Artifact::Statement, root, identities, question.now)?;
    let signed_by = SignedBy::Identity { subject: signed.subject, issuer: signed.issuer, at: signed.at };
    read(payload, question, trust, limits, signed_by)
}

/// The key by which a bundle is signed; what was wrong with the last one that was tried, if it is none.
fn bundle_key<'a>(
    bundle: &Bundle,
    bytes: usize,
    root: Option<&TrustedRoot>,
    question: &Question<'_>,
    trust: &'a Trust,
    work: &mut Work,
) -> Result<&'a TrustedKey, Refusal> {
    let mut refusal = Refusal::NoTrustedSignature { hints: String::new() };
    for key in trust.keys() {
        work.spend_on_bundle(bytes)?;
        match sigstore::verify_with_key(bundle, Artifact::Statement, &key.key, root, question.now) {
            Ok(()) => return Ok(key),
            Err(error) => refusal = error.into(),
        }
    }
    Err(refusal)
}

/// Reads a statement that these keys did sign, of which one must be believed.
fn read_by_keys(
    payload: &[u8],
    signers: &[&TrustedKey],
    question: &Question<'_>,
    trust: &Trust,
    limits: &Limits,
) -> Result<Accepted, Refusal> {
    let mut refusal = Refusal::NoTrustedSignature { hints: String::new() };
    for key in signers {
        let signed_by = SignedBy::Key { name: key.name.clone(), id: key.id.clone() };
        let accepted = read(payload, question, trust, limits, signed_by)?;
        // What a verdict says of its own time is what its key's window is held to; other statements are held to now.
        let at = accepted.verdict.as_ref().map_or(question.now, |verdict| verdict.time_verified);
        match usable(key, at, question.now, trust) {
            Ok(()) => return Ok(accepted),
            Err(other) => refusal = other,
        }
    }
    Err(refusal)
}

/// Whether a key that did sign is believed.
fn usable(key: &TrustedKey, at: Timestamp, now: Timestamp, trust: &Trust) -> Result<(), Refusal> {
    let name = || quoted(&key.name);
    if let Some(revocation) = trust.revoked_key(&key.id, now) {
        return Err(Refusal::KeyRevoked { key: name(), at: revocation.at, reason: quoted(&revocation.reason) });
    }
    if let Some(from) = key.from.filter(|from| at < *from) {
        return Err(Refusal::KeyNotYet { key: name(), from, at });
    }
    if let Some(until) = key.until.filter(|until| at > *until) {
        return Err(Refusal::KeyExpired { key: name(), until, at });
    }
    Ok(())
}

/// Reads a statement whose signature holds.
fn read(
    payload: &[u8],
    question: &Question<'_>,
    trust: &Trust,
    limits: &Limits,
    signed_by: SignedBy,
) -> Result<Accepted, Refusal> {
    let digest = digest_of(payload);
    if let Some(revocation) = trust.revoked_seal(&digest, question.now) {
        return Err(Refusal::SealRevoked { digest, at: revocation.at, reason: quoted(&revocation.reason) });
    }
    let statement = Statement::parse(payload, limits)?;
    if !statement.is_about(question.image, &question.requirements.algorithms) {
        return Err(Refusal::OtherImage { image: question.image.clone(), subject: statement.first_subject() });
    }
    let kind = Kind::of(statement.predicate_type())
        .ok_or_else(|| Refusal::UnknownPredicate { found: quoted(statement.predicate_type()) })?;
    let verdict = match kind {
        Kind::Verdict if payload.len() > limits.verdict_bytes => {
            return Err(Refusal::LargeVerdict { found: payload.len(), limit: limits.verdict_bytes });
        }
        Kind::Verdict => Some(statement.predicate::<SealedVerdict>()?),
        _ => None,
    };
    if let Some(verdict) = &verdict {
        super::verdict::counts(verdict, question)?;
    }
    Ok(Accepted { kind, digest, signed_by, statement, verdict })
}
