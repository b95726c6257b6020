//! The document of trust, as it is written.

use boltseal_model::{Digest, Limits, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Revocation, Trust, TrustError, TrustedIdentity, TrustedKey};
use crate::json::{self, Bounds, quoted};
use crate::keys::PublicKey;
use crate::predicates::Kind;
use crate::sigstore::Identity;

pub(super) const SCHEMA: &str = "boltseal.trust/v1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    #[serde(default)]
    keys: Vec<WrittenKey>,
    #[serde(default, skip_serializing_if = "Revoked::is_empty")]
    revoked: Revoked,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sigstore: Option<Sigstore>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    name: String,
    public_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    says: Option<Vec<Kind>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIdentity {
    subject: String,
    issuer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    says: Option<Vec<Kind>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sigstore {
    identities: Vec<WrittenIdentity>,
    root: Box<RawValue>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoked {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<RevokedKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seals: Vec<RevokedSeal>,
}

impl Revoked {
    const fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.seals.is_empty()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokedKey {
    id: Digest,
    at: Timestamp,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokedSeal {
    digest: Digest,
    at: Timestamp,
    reason: String,
}

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Trust, TrustError> {
    let bounds = Bounds { bytes: limits.trust_bytes, depth: limits.json_depth, folded: usize::MAX };
    let document: Document = json::read(bytes, bounds)?;
    if document.schema != SCHEMA {
        return Err(TrustError::Schema { found: quoted(&document.schema) });
    }
    let identities = document.sigstore.as_ref().map_or(0, |sigstore| sigstore.identities.len());
    let found = document.keys.len().max(identities);
    if found > limits.trusted_keys {
        return Err(TrustError::TooMany { found, limit: limits.trusted_keys });
    }
    let mut trust = Trust::default();
    for written in document.keys {
        let key = PublicKey::from_pem(&written.public_key)
            .map_err(|source| TrustError::Key { name: quoted(&written.name), source })?;
        let WrittenKey { name, from, until, says, .. } = written;
        trust.add(TrustedKey { id: key.id(), name, key, from, until, says })?;
    }
    for RevokedKey { id, at, reason } in document.revoked.keys {
        trust.revoke_key(id, Revocation { at, reason });
    }
    for RevokedSeal { digest, at, reason } in document.revoked.seals {
        trust.revoke_seal(digest, Revocation { at, reason });
    }
    if let Some(Sigstore { identities, root }) = document.sigstore {
        let identities = identities.into_iter().map(|WrittenIdentity { subject, issuer, says }| TrustedIdentity {
            identity: Identity { subject, issuer },
            says,
        });
        trust.believe_identities(root, identities.collect(), limits)?;
    }
    Ok(trust)
}

pub(super) fn write(trust: &Trust) -> String {
    let keys = trust.keys.iter().map(|key| WrittenKey {
        name: key.name.clone(),
        public_key: key.key.to_pem(),
        from: key.from,
        until: key.until,
        says: key.says.clone(),
    });
    let identities = trust.identities.iter().map(|TrustedIdentity { identity, says }| WrittenIdentity {
        subject: identity.subject.clone(),
        issuer: identity.issuer.clone(),
        says: says.clone(),
    });
    let identities = identities.collect();
    let revoked_keys = trust.revoked_keys.iter().map(|(id, Revocation { at, reason })| RevokedKey {
        id: id.clone(),
        at: *at,
        reason: reason.clone(),
    });
    let revoked_seals = trust.revoked_seals.iter().map(|(digest, Revocation { at, reason })| RevokedSeal {
        digest: digest.clone(),
        at: *at,
        reason: reason.clone(),
    });
    let document = Document {
        schema: SCHEMA.to_owned(),
        keys: keys.collect(),
        revoked: Revoked { keys: revoked_keys.collect(), seals: revoked_seals.collect() },
        sigstore: trust.root.as_ref().map(|(root, _)| Sigstore { identities, root: root.clone() }),
    };
    // Texts always have a form in JSON.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
