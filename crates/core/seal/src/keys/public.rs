//! Public keys, and what they verify.

use boltseal_model::Digest;
use ed25519_dalek::pkcs8::{DecodePublicKey, EncodePublicKey};
use pkcs8::der::pem::{LineEnding, decode_vec, encode_string};
use serde::{Deserialize, Serialize};
use webpki::ring::ECDSA_P256_SHA256;

use crate::envelope::digest_of;

const LABEL: &str = "PUBLIC KEY";

/// An algorithm of signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyAlgorithm {
    /// Ed25519 over the message itself (RFC 8032).
    Ed25519,
    /// ECDSA on the curve P-256 over the SHA-256 of the message (FIPS 186-5).
    EcdsaP256,
}

/// A public key, which knows its own algorithm: a signature never says what it is to be verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(pub(super) Key);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    EcdsaP256(Box<p256::ecdsa::VerifyingKey>),
}

impl PublicKey {
    /// Reads a key as `openssl` and `cosign` write it: a `SubjectPublicKeyInfo` (RFC 5280) in PEM.
    ///
    /// # Errors
    /// When it is no such PEM, of another algorithm or curve, a point that is not on its curve, or one that verifies what nobody signed.
    pub fn from_pem(pem: &str) -> Result<Self, ParseKeyError> {
        let (label, der) = decode_vec(pem.as_bytes()).map_err(|_| ParseKeyError::Pem)?;
        if label != LABEL {
            return Err(ParseKeyError::Label { found: crate::json::quoted(label) });
        }
        Self::from_der(&der)
    }

    /// Reads a `SubjectPublicKeyInfo` in DER.
    ///
    /// # Errors
    /// As [`Self::from_pem`].
    pub fn from_der(der: &[u8]) -> Result<Self, ParseKeyError> {
        let key = if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(der) {
            Key::EcdsaP256(Box::new(key))
        } else {
            let key = ed25519_dalek::VerifyingKey::from_public_key_der(der).map_err(|_| ParseKeyError::Algorithm)?;
            // A point of low order verifies signatures that nobody made; one written with too large a number has two names.
            if key.is_weak() || key.to_edwards().compress().as_bytes() != key.as_bytes() {
                return Err(ParseKeyError::Weak);
            }
            Key::Ed25519(Box::new(key))
        };
        let key = Self(key);
        // One key has one form, or it would have two names and could be revoked under one and used under the other.
        if key.to_der() == der { Ok(key) } else { Err(ParseKeyError::NotCanonical) }
    }

    /// Writes it as a `SubjectPublicKeyInfo` in DER.
    pub fn to_der(&self) -> Vec<u8> {
        let document = match &self.0 {
            Key::Ed25519(key) => key.to_public_key_der(),
            Key::EcdsaP256(key) => key.to_public_key_der(),
        };
        // A key of a fixed size always has a form.
        document.map(|document| document.as_bytes().to_vec()).unwrap_or_default()
    }

    /// Writes it in PEM.
    pub fn to_pem(&self) -> String {
        encode_string(LABEL, LineEnding::LF, &self.to_der()).unwrap_or_default()
    }

    /// The SHA-256 of its DER, which names it.
    pub fn id(&self) -> Digest {
        digest_of(&self.to_der())
    }

    /// Its algorithm.
    pub const fn algorithm(&self) -> KeyAlgorithm {
        match self.0 {
            Key::Ed25519(_) => KeyAlgorithm::Ed25519,
            Key::EcdsaP256(_) => KeyAlgorithm::EcdsaP256,
        }
    }

    /// Holds a signature over `bytes` to this key.
    ///
    /// A signature has one encoding: 64 bytes with the second number below the order of the group, or the shortest DER. Of ECDSA the
    /// second number may be in either half of its range, as most signers do not care; a seal is named by what is signed, so nothing is
    /// gained by turning it over.
    ///
    /// # Errors
    /// When it is no signature of this algorithm, or not by this key over these bytes.
    pub fn verify(&self, bytes: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        match &self.0 {
            Key::Ed25519(key) => {
                let signature =
                    ed25519_dalek::Signature::from_slice(signature).map_err(|_| SignatureError::Encoding("Ed25519"))?;
                key.verify_strict(bytes, &signature).map_err(|_| SignatureError::Wrong)
            }
            Key::EcdsaP256(key) => {
                let parsed = p256::ecdsa::Signature::from_der(signature)
                    .ok()
                    .filter(|parsed| parsed.to_der().as_bytes() == signature)
                    .ok_or(SignatureError::Encoding("ECDSA P-256"))?;
                // By what TLS is verified with, in a third of the time that portable code takes; tests hold the two to each other.
                let (point, signature) = (key.to_sec1_point(false), parsed.to_der());
                let verified = ECDSA_P256_SHA256.verify_signature(point.as_bytes(), bytes, signature.as_bytes());
                verified.map_err(|_| SignatureError::Wrong)
            }
        }
    }
}

/// Why bytes are not a public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseKeyError {
    /// Not PEM.
    #[error("the public key is not PEM; it must begin with \"-----BEGIN PUBLIC KEY-----\"")]
    Pem,
    /// PEM of something else.
    #[error("the PEM holds a {found}, not a \"{LABEL}\"")]
    Label {
        /// What it says that it is, in quotes.
        found: String,
    },
    /// Neither of the two algorithms.
    #[error("the public key is neither Ed25519 nor ECDSA on the curve P-256, or no point of its curve")]
    Algorithm,
    /// A key that anybody can sign for.
    #[error("the public key is a weak point of its curve, under which anybody can sign")]
    Weak,
    /// A second form of the same key.
    #[error("the public key is not written in its one canonical form; let openssl pkey -pubin write it anew")]
    NotCanonical,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not a signature of the key's algorithm.
    #[error("it is no signature of {0} in its one encoding")]
    Encoding(&'static str),
    /// By another key, or over other bytes.
    #[error("it is not by this key over these bytes")]
    Wrong,
}
