//! Whom to believe: keys and identities, from when until when, and what was taken back.

mod document;

use std::collections::BTreeMap;

use boltseal_model::{Digest, Limits, Timestamp};
use serde_json::value::RawValue;

use crate::envelope::Envelope;
use crate::json::{self, JsonError};
use crate::keys::{ParseKeyError, PublicKey};
use crate::predicates::Kind;
use crate::sigstore::{Identity, RootError, TrustedRoot};
use crate::work::{Exhausted, Work};

/// Whom to believe, from when until when, and what was taken back. Every question to it comes with the time of asking.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    keys: Vec<TrustedKey>,
    identities: Vec<TrustedIdentity>,
    /// As it is written, and as it was read.
    root: Option<(Box<RawValue>, TrustedRoot)>,
    revoked_keys: BTreeMap<Digest, Revocation>,
    revoked_seals: BTreeMap<Digest, Revocation>,
}

/// A key that is believed within a window of time. Windows of several keys may overlap, so that one can follow another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// What people call it.
    pub name: String,
    /// The key.
    pub key: PublicKey,
    /// What names it.
    pub id: Digest,
    /// The first second of what it signs that is believed.
    pub from: Option<Timestamp>,
    /// The last one.
    pub until: Option<Timestamp>,
    /// What it is believed in; without it, everything.
    pub says: Option<Vec<Kind>>,
}

/// An identity of Sigstore that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedIdentity {
    /// Who it is, and who vouches for that.
    pub identity: Identity,
    /// What it is believed in; without it, everything.
    pub says: Option<Vec<Kind>>,
}

/// That something is no longer believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// From when on it is not. What was signed earlier is not believed either: whoever stole a key writes any date.
    pub at: Timestamp,
    /// Why, for people.
    pub reason: String,
}

impl Trust {
    /// Believes one key, always.
    pub fn of_key(key: PublicKey) -> Self {
        let id = key.id();
        let key = TrustedKey { name: id.to_string(), key, id, from: None, until: None, says: None };
        Self { keys: vec![key], ..Self::default() }
    }

    /// Reads a document of trust, or public keys in PEM, one behind the other, which are believed always.
    ///
    /// # Errors
    /// When it is larger than [`Limits::trust_bytes`], is neither, has a member that is not known or a key twice, a key cannot be read, or
    /// it names more than [`Limits::trusted_keys`] keys or identities.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, TrustError> {
        let is_pem = bytes.starts_with(b"-----BEGIN")
            && u64::try_from(bytes.len()).is_ok_and(|bytes| bytes <= limits.trust_bytes);
        if is_pem { Self::of_pem(bytes, limits) } else { document::read(bytes, limits) }
    }

    /// Writes the document, indented for people. What was made of the same values has the same bytes, and is read back as it was.
    pub fn to_json(&self) -> String {
        document::write(self)
    }

    fn of_pem(bytes: &[u8], limits: &Limits) -> Result<Self, TrustError> {
        const END: &str = "-----END PUBLIC KEY-----";
        let text = std::str::from_utf8(bytes).map_err(|_| TrustError::NotText)?;
        let mut trust = Self::default();
        for (number, pem) in text.split_inclusive(END).filter(|pem| !pem.trim().is_empty()).enumerate() {
            if number == limits.trusted_keys {
                return Err(TrustError::TooMany { found: number + 1, limit: limits.trusted_keys });
            }
            let key = PublicKey::from_pem(pem.trim())
                .map_err(|source| TrustError::Key { name: format!("{}", number + 1), source })?;
            let id = key.id();
            trust.add(TrustedKey { name: id.to_string(), key, id, from: None, until: None, says: None })?;
        }
        Ok(trust)
    }

    /// Believes one more key.
    ///
    /// # Errors
    /// When its window ends before it begins, or the key is believed already.
    pub fn add(&mut self, key: TrustedKey) -> Result<(), TrustError> {
        if key.from.zip(key.until).is_some_and(|(from, until)| until < from) {
            return Err(TrustError::Window { name: json::quoted(&key.name) });
        }
        if self.keys.iter().any(|other| other.id == key.id) {
            return Err(TrustError::Twice { id: key.id });
        }
        self.keys.push(key);
        Ok(())
    }

    /// Believes what these identities sign through Sigstore, by the root that a `trusted_root.json` holds.
    ///
    /// # Errors
    /// When the root cannot be read.
    pub fn believe_identities(
        &mut self,
        root: Box<RawValue>,
        identities: Vec<TrustedIdentity>,
        limits: &Limits,
    ) -> Result<(), TrustError> {
        let read = TrustedRoot::parse(root.get().as_bytes(), limits)?;
        (self.root, self.identities) = (Some((root, read)), identities);
        Ok(())
    }

    /// Takes a key back. Of two times of the same key, the earlier one counts.
    pub fn revoke_key(&mut self, id: Digest, revocation: Revocation) {
        revoke(&mut self.revoked_keys, id, revocation);
    }

    /// Takes a seal back, by the SHA-256 of its statement. Of two times of the same seal, the earlier one counts.
    pub fn revoke_seal(&mut self, digest: Digest, revocation: Revocation) {
        revoke(&mut self.revoked_seals, digest, revocation);
    }

    /// The keys.
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// The root of Sigstore, and whom it is asked about.
    pub fn sigstore(&self) -> Option<(&TrustedRoot, &[TrustedIdentity])> {
        Some((&self.root.as_ref()?.1, &self.identities))
    }

    /// That a key is taken back, whenever that holds.
    pub fn revocation(&self, id: &Digest) -> Option<&Revocation> {
        self.revoked_keys.get(id)
    }

    /// Whether a key was taken back by now.
    pub fn revoked_key(&self, id: &Digest, now: Timestamp) -> Option<&Revocation> {
        self.revoked_keys.get(id).filter(|revocation| revocation.at <= now)
    }

    /// Whether a seal was taken back by now. It is named by the SHA-256 of its statement.
    pub fn revoked_seal(&self, digest: &Digest, now: Timestamp) -> Option<&Revocation> {
        self.revoked_seals.get(digest).filter(|revocation| revocation.at <= now)
    }

    /// The keys that signed an envelope: each signature is held to the key of its hint first, and then to the others, as long as `work`
    /// lasts.
    pub(crate) fn signers(&self, envelope: &Envelope, work: &mut Work) -> Result<Vec<&TrustedKey>, Exhausted> {
        let bytes = envelope.signed_bytes();
        let mut signers: Vec<&TrustedKey> = Vec::new();
        for signature in envelope.signatures() {
            // The hint is not signed. A wrong one costs time, never the verdict.
            let hinted = signature.key_hint.as_deref().and_then(|hint| self.hinted(hint));
            let others = self.keys.iter().filter(|key| hinted.is_none_or(|hinted| hinted.id != key.id));
            for key in hinted.into_iter().chain(others) {
                work.spend(bytes.len())?;
                if key.key.verify(&bytes, &signature.bytes).is_ok() {
                    if !signers.iter().any(|signer| signer.id == key.id) {
                        signers.push(key);
                    }
                    break;
                }
            }
        }
        Ok(signers)
    }

    fn hinted(&self, hint: &str) -> Option<&TrustedKey> {
        let hex = hint.strip_prefix("sha256:").or_else(|| hint.strip_prefix("SHA256:")).unwrap_or(hint);
        self.keys.iter().find(|key| key.id.hex() == hex)
    }
}

fn revoke(revoked: &mut BTreeMap<Digest, Revocation>, what: Digest, revocation: Revocation) {
    let at = revocation.at;
    let known = revoked.entry(what).or_insert_with(|| revocation.clone());
    if at < known.at {
        *known = revocation;
    }
}

/// Why a document of trust is not believed. One that cannot be read whole is not used in part: it could lack a revocation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Not the JSON that it should be.
    #[error("the document of trust cannot be read: {0}")]
    Json(#[from] JsonError),
    /// Bytes that are no text.
    #[error("the public keys are not text")]
    NotText,
    /// A version that is not known.
    #[error("the document of trust has the schema {found}; \"{}\" is read", document::SCHEMA)]
    Schema {
        /// The schema, in quotes.
        found: String,
    },
    /// A key that cannot be read.
    #[error("the key {name} cannot be used: {source}")]
    Key {
        /// Which one.
        name: String,
        /// Why.
        source: ParseKeyError,
    },
    /// A window that ends before it begins.
    #[error("the key {name} is believed until a time before the one that it is believed from")]
    Window {
        /// Which key.
        name: String,
    },
    /// A key with two windows.
    #[error("the key {id} stands there twice; give it one entry, with one window")]
    Twice {
        /// The key.
        id: Digest,
    },
    /// More than is looked at.
    #[error("it names {found} keys or identities, more than the {limit} that are looked at")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// The root of Sigstore cannot be used.
    #[error("the trust root of Sigstore cannot be used: {0}")]
    Root(#[from] RootError),
}
