//! DSSE envelopes: bytes of a type, with signatures over both.

use std::borrow::Cow;

use boltseal_model::{Digest, Limits};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::base64;
use crate::json::{self, Bounds, JsonError, quoted};
use crate::keys::{SignError, Signer};

/// The type of a payload that is an in-toto statement.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// Bytes of a type, with signatures over both.
///
/// Source: DSSE 1.0.2, `envelope.md` and `protocol.md`. Members that it does not name are passed over, as it demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    payload_type: String,
    payload: Vec<u8>,
    signatures: Vec<Signature>,
}

/// One signature of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Which key it says it is by. It is not signed: a hint in what order to try keys, and nothing more.
    pub key_hint: Option<String>,
    /// The signature, in the form of the key's algorithm.
    pub bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(borrow, rename = "payloadType")]
    payload_type: Cow<'a, str>,
    #[serde(borrow)]
    payload: Cow<'a, str>,
    signatures: Vec<WrittenSignature<'a>>,
}

#[derive(Serialize, Deserialize)]
struct WrittenSignature<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    keyid: Option<Cow<'a, str>>,
    sig: Cow<'a, str>,
}

impl Envelope {
    /// Reads an envelope whose payload is an in-toto statement. Nothing of it is to be believed before a signature was held to a key.
    ///
    /// # Errors
    /// When it is larger than [`Limits::envelope_bytes`], is not JSON, has a key twice, lacks a member, is of another type, has no
    /// signature or more than [`Limits::signatures`], or base64 in it is not canonical.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, EnvelopeError> {
        // An envelope has two levels; the few more are for members that it does not know.
        let bounds = Bounds { bytes: limits.envelope_bytes, depth: 16, folded: 3 };
        let written: Written<'_> = json::read(bytes, bounds)?;
        if written.payload_type != IN_TOTO {
            return Err(EnvelopeError::PayloadType { found: quoted(&written.payload_type) });
        }
        if written.signatures.is_empty() {
            return Err(EnvelopeError::NoSignature);
        }
        if written.signatures.len() > limits.signatures {
            return Err(EnvelopeError::TooManySignatures { found: written.signatures.len(), limit: limits.signatures });
        }
        let signatures = written.signatures.into_iter().enumerate().map(|(number, signature)| {
            let bytes = base64::decode_either(&signature.sig).ok_or(EnvelopeError::SignatureEncoding { number })?;
            let key_hint = signature.keyid.filter(|hint| !hint.is_empty()).map(Cow::into_owned);
            Ok(Signature { key_hint, bytes })
        });
        let signatures = signatures.collect::<Result<_, EnvelopeError>>()?;
        let payload = base64::decode_either(&written.payload).ok_or(EnvelopeError::PayloadEncoding)?;
        Ok(Self { payload_type: written.payload_type.into_owned(), payload, signatures })
    }

    /// Puts a statement into an envelope, signed by each of `signers`. The same statement and keys give the same envelope.
    ///
    /// # Errors
    /// When there is no signer, or one of them fails.
    pub fn sign(payload: Vec<u8>, signers: &[&dyn Signer]) -> Result<Self, SignError> {
        if signers.is_empty() {
            return Err(SignError::NoSigner);
        }
        let signed = pre_authentication_encoding(IN_TOTO, &payload);
        let signatures = signers.iter().map(|signer| {
            let key = signer.public_key();
            let bytes = signer.sign(&signed)?;
            // A token or a service that answers with something else must not get it published.
            key.verify(&signed, &bytes).map_err(|_| SignError::Wrong)?;
            Ok(Signature { key_hint: Some(key.id().to_string()), bytes })
        });
        let signatures = signatures.collect::<Result<_, SignError>>()?;
        Ok(Self { payload_type: IN_TOTO.to_owned(), payload, signatures })
    }

    /// Writes it on one line, with the standard alphabet.
    pub fn to_json(&self) -> String {
        let signatures = self.signatures.iter().map(|signature| WrittenSignature {
            keyid: signature.key_hint.as_deref().map(Cow::Borrowed),
            sig: base64::encode(&signature.bytes).into(),
        });
        let written = Written {
            payload_type: Cow::Borrowed(&self.payload_type),
            payload: base64::encode(&self.payload).into(),
            signatures: signatures.collect(),
        };
        // Texts always have a form in JSON.
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// What the signatures are over.
    pub fn signed_bytes(&self) -> Vec<u8> {
        pre_authentication_encoding(&self.payload_type, &self.payload)
    }

    /// The bytes of the statement, exactly as they were signed.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signatures, of which none was verified yet.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The SHA-256 of the statement. It names the seal: another signature over the same statement, or the same one written in
    /// another way, is the same seal, so that one that was revoked does not come back in other clothes.
    pub fn digest(&self) -> Digest {
        digest_of(&self.payload)
    }
}

/// The SHA-256 of bytes.
pub(crate) fn digest_of(bytes: &[u8]) -> Digest {
    Digest::sha256(&Sha256::digest(bytes).into())
}

/// `PAE(type, body)` of DSSE, which no two pairs of type and body share.
pub fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// Why bytes are not an envelope that may be looked into.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not the JSON that it should be.
    #[error("the envelope cannot be read: {0}")]
    Json(#[from] JsonError),
    /// The payload is of another type.
    #[error("the payload is of type {found}; only statements of in-toto, \"{IN_TOTO}\", are read")]
    PayloadType {
        /// The type, in quotes.
        found: String,
    },
    /// Nobody signed.
    #[error("nobody signed the envelope")]
    NoSignature,
    /// More signatures than are looked at.
    #[error("the envelope has {found} signatures, more than the {limit} that are looked at")]
    TooManySignatures {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: usize,
    },
    /// The payload is not base64.
    #[error("the payload is not base64 with padding, in one of its two alphabets")]
    PayloadEncoding,
    /// A signature is not base64.
    #[error("signature {} is not base64 with padding, in one of its two alphabets", number + 1)]
    SignatureEncoding {
        /// Which one, from 0.
        number: usize,
    },
}
