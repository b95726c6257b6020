//! One seal: who signed it, what it says, and whether it is about the image.

use boltseal_model::{Digest, Intent, Limits, Timestamp};

use super::{Question, Refusal};
use crate::envelope::{Envelope, digest_of};
use crate::json::quoted;
use crate::predicates::{Kind, Provenance, SealedVerdict};
use crate::sigstore::{self, Artifact, Bundle, Identity};
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
    /// What it says, if it is provenance.
    pub provenance: Option<Provenance>,
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

/// What every seal of an image is held to.
pub(super) struct Opener<'a> {
    pub question: &'a Question<'a>,
    pub trust: &'a Trust,
    pub limits: &'a Limits,
    /// What may still be spent on all of them.
    pub work: Work,
}

impl<'a> Opener<'a> {
    /// Opens one seal, in the order in which it gets dearer and may be believed more.
    pub fn open(&mut self, bytes: &[u8]) -> Result<Accepted, Refusal> {
        if Bundle::is_one(bytes) {
            return self.open_bundle(bytes);
        }
        let envelope = Envelope::parse(bytes, self.limits)?;
        let signers = self.trust.signers(&envelope, &mut self.work)?;
        if signers.is_empty() {
            let hints = envelope.signatures().iter().filter_map(|signature| signature.key_hint.as_deref());
            let hints: Vec<String> = hints.take(3).map(quoted).collect();
            return Err(Refusal::NoTrustedSignature { hints: hints.join(", ") });
        }
        self.read_by_keys(envelope.payload(), &signers)
    }

    fn open_bundle(&mut self, bytes: &[u8]) -> Result<Accepted, Refusal> {
        let bundle = Bundle::parse(bytes, self.limits)?;
        let payload = bundle.statement().ok_or(Refusal::NoStatement)?;
        if bundle.is_by_key() {
            let key = self.key_of(&bundle, bytes.len())?;
            return self.read_by_keys(payload, &[key]);
        }
        let (root, identities) = self.trust.sigstore().ok_or(Refusal::NoRoot)?;
        self.work.spend_on_bundle(bytes.len())?;
        let wanted: Vec<Identity> = identities.iter().map(|trusted| trusted.identity.clone()).collect();
        let signed = sigstore::verify(&bundle, Artifact::Statement, root, &wanted, self.question.now)?;
        let identity = Identity { subject: signed.subject, issuer: signed.issuer };
        let by =
            SignedBy::Identity { subject: identity.subject.clone(), issuer: identity.issuer.clone(), at: signed.at };
        let accepted = self.read(payload, by)?;
        let mut entries = identities.iter().filter(|trusted| trusted.identity == identity);
        if entries.any(|trusted| may_say(trusted.says.as_deref(), accepted.kind)) {
            Ok(accepted)
        } else {
            Err(Refusal::NotToSay { who: quoted(&identity.subject), kind: accepted.kind.name() })
        }
    }

    /// The key by which a bundle is signed; what was wrong with the last one that was tried, if it is none.
    fn key_of(&mut self, bundle: &Bundle, bytes: usize) -> Result<&'a TrustedKey, Refusal> {
        // A key that is trusted vouches by itself. What a log says as well is held to the root, where there is one.
        let root = self.trust.sigstore().map(|(root, _)| root).filter(|_| bundle.is_logged());
        let mut refusal = Refusal::NoTrustedSignature { hints: String::new() };
        for key in self.trust.keys() {
            self.work.spend_on_bundle(bytes)?;
            match sigstore::verify_with_key(bundle, Artifact::Statement, &key.key, root, self.question.now) {
                Ok(()) => return Ok(key),
                Err(error) => refusal = error.into(),
            }
        }
        Err(refusal)
    }

    /// Reads a statement that these keys did sign, of which one must be believed.
    fn read_by_keys(&self, payload: &[u8], signers: &[&TrustedKey]) -> Result<Accepted, Refusal> {
        let mut refusal = Refusal::NoTrustedSignature { hints: String::new() };
        for key in signers {
            let accepted = self.read(payload, SignedBy::Key { name: key.name.clone(), id: key.id.clone() })?;
            // What a verdict says of its own time is what its key's window is held to; other statements are held to now.
            let at = accepted.verdict.as_ref().map_or(self.question.now, |verdict| verdict.time_verified);
            match self.believe(key, at, accepted.kind) {
                Ok(()) => return Ok(accepted),
                Err(other) => refusal = other,
            }
        }
        Err(refusal)
    }

    /// Whether a key that did sign is believed in what it signed at that time.
    fn believe(&self, key: &TrustedKey, at: Timestamp, kind: Kind) -> Result<(), Refusal> {
        let name = || quoted(&key.name);
        if let Some(revocation) = self.trust.revoked_key(&key.id, self.question.now) {
            return Err(Refusal::KeyRevoked { key: name(), at: revocation.at, reason: quoted(&revocation.reason) });
        }
        if let Some(from) = key.from.filter(|from| at < *from) {
            return Err(Refusal::KeyNotYet { key: name(), from, at });
        }
        if let Some(until) = key.until.filter(|until| at > *until) {
            return Err(Refusal::KeyExpired { key: name(), until, at });
        }
        if !may_say(key.says.as_deref(), kind) {
            return Err(Refusal::NotToSay { who: name(), kind: kind.name() });
        }
        Ok(())
    }

    /// Reads a statement whose signature holds.
    fn read(&self, payload: &[u8], signed_by: SignedBy) -> Result<Accepted, Refusal> {
        let digest = digest_of(payload);
        if let Some(revocation) = self.trust.revoked_seal(&digest, self.question.now) {
            return Err(Refusal::SealRevoked { digest, at: revocation.at, reason: quoted(&revocation.reason) });
        }
        let statement = Statement::parse(payload, self.limits)?;
        if !statement.is_about(self.question.image, &self.question.requirements.algorithms) {
            return Err(Refusal::OtherImage { image: self.question.image.clone(), subject: statement.first_subject() });
        }
        let kind = Kind::of(statement.predicate_type())
            .ok_or_else(|| Refusal::UnknownPredicate { found: quoted(statement.predicate_type()) })?;
        let (mut verdict, mut provenance) = (None, None);
        match kind {
            Kind::Verdict if payload.len() > self.limits.verdict_bytes => {
                return Err(Refusal::LargeVerdict { found: payload.len(), limit: self.limits.verdict_bytes });
            }
            Kind::Verdict => {
                let said = statement.predicate::<SealedVerdict>()?;
                super::verdict::counts(&said, self.question)?;
                verdict = Some(said);
            }
            Kind::Provenance => provenance = Some(Provenance::of(&statement)?),
            // What guards are held to must be understood whole.
            Kind::Intent => drop(statement.predicate::<Intent>()?),
            Kind::BillOfMaterials | Kind::Vulnerabilities => {}
        }
        Ok(Accepted { kind, digest, signed_by, statement, verdict, provenance })
    }
}

/// Whether somebody who is believed in these, or in everything, is believed in that.
fn may_say(says: Option<&[Kind]>, kind: Kind) -> bool {
    says.is_none_or(|says| says.contains(&kind))
}
