//! Whom to believe: keys and identities, from when until when, and what was taken back.

use std::collections::BTreeMap;

use boltseal_model::{Digest, Limits, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::envelope::Envelope;
use crate::json::{self, Bounds, JsonError};
use crate::keys::{ParseKeyError, PublicKey};
use crate::sigstore::{Identity, RootError, TrustedRoot};
use crate::work::{Exhausted, Work};

const SCHEMA: &str = "boltseal.trust/v1";

/// Whom to believe, from when until when, and what was taken back. Every question to it comes with the time of asking.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    keys: Vec<TrustedKey>,
    identities: Vec<Identity>,
    root: Option<TrustedRoot>,
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
}

/// That something is no longer believed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// From when on it is not. What was signed earlier is not believed either: whoever stole a key writes any date.
    pub at: Timestamp,
    /// Why, for people.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    schema: String,
    #[serde(default)]
    keys: Vec<WrittenKey>,
    #[serde(borrow)]
    sigstore: Option<WrittenSigstore<'a>>,
    #[serde(default)]
    revoked: WrittenRevoked,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    name: String,
    public_key: String,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSigstore<'a> {
    identities: Vec<Identity>,
    #[serde(borrow)]
    root: &'a RawValue,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRevoked {
    #[serde(default)]
    keys: Vec<RevokedKey>,
    #[serde(default)]
    seals: Vec<RevokedSeal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokedKey {
    id: Digest,
    at: Timestamp,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokedSeal {
    digest: Digest,
    at: Timestamp,
    reason: String,
}

impl Trust {
    /// Believes one key, always.
    pub fn of_key(key: PublicKey) -> Self {
        let id = key.id();
        let key = TrustedKey { name: id.to_string(), key, id, from: None, until: None };
        Self { keys: vec![key], ..Self::default() }
    }

    /// Reads a document of trust, or public keys in PEM, one behind the other, which are believed always.
    ///
    /// # Errors
    /// When it is larger than [`Limits::trust_bytes`], is neither, has a member that is not known or a key twice, a key cannot be read, or
    /// it names more than [`Limits::trusted_keys`] keys or identities.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, TrustError> {
        let bounds = Bounds { bytes: limits.trust_bytes, depth: limits.json_depth, folded: usize::MAX };
        if bytes.starts_with(b"-----BEGIN") && u64::try_from(bytes.len()).is_ok_and(|bytes| bytes <= bounds.bytes) {
            return Self::of_pem(bytes, limits);
        }
        let document: Document<'_> = json::read(bytes, bounds)?;
        if document.schema != SCHEMA {
            return Err(TrustError::Schema { found: json::quoted(&document.schema) });
        }
        let mut trust = Self::default();
        for written in document.keys {
            let key = PublicKey::from_pem(&written.public_key)
                .map_err(|source| TrustError::Key { name: json::quoted(&written.name), source })?;
            trust.add(TrustedKey {
                id: key.id(),
                name: written.name,
                key,
                from: written.from,
                until: written.until,
            })?;
        }
        if let Some(sigstore) = document.sigstore {
            trust.root = Some(TrustedRoot::parse(sigstore.root.get().as_bytes(), limits)?);
            trust.identities = sigstore.identities;
        }
        let found = trust.keys.len().max(trust.identities.len());
        if found > limits.trusted_keys {
            return Err(TrustError::TooMany { found, limit: limits.trusted_keys });
        }
        let keys = document.revoked.keys.into_iter();
        trust.revoked_keys = keys.map(|key| (key.id, Revocation { at: key.at, reason: key.reason })).collect();
        let seals = document.revoked.seals.into_iter();
        trust.revoked_seals =
            seals.map(|seal| (seal.digest, Revocation { at: seal.at, reason: seal.reason })).collect();
        Ok(trust)
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
            trust.add(TrustedKey { name: id.to_string(), key, id, from: None, until: None })?;
        }
        Ok(trust)
    }

    fn add(&mut self, key: TrustedKey) -> Result<(), TrustError> {
        if key.from.zip(key.until).is_some_and(|(from, until)| until < from) {
            return Err(TrustError::Window { name: json::quoted(&key.name) });
        }
        if self.keys.iter().any(|other| other.id == key.id) {
            return Err(TrustError::Twice { id: key.id });
        }
        self.keys.push(key);
        Ok(())
    }

    /// Believes what these identities sign through Sigstore, by this root.
    pub fn with_sigstore(&mut self, root: TrustedRoot, identities: Vec<Identity>) {
        (self.root, self.identities) = (Some(root), identities);
    }

    /// The keys.
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// The root of Sigstore, and whom it is asked about.
    pub fn sigstore(&self) -> Option<(&TrustedRoot, &[Identity])> {
        Some((self.root.as_ref()?, &self.identities))
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
    #[error("the document of trust has the schema {found}; \"{SCHEMA}\" is read")]
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
