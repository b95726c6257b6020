//! Keys of logs and certificates: of more kinds than our own.

use der::Decode as _;
use der::asn1::ObjectIdentifier;
use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::ring;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A hash function of signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    P384,
    Ed25519,
    Rsa,
}

/// A public key of somebody else, whose kind is its own and no signature's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    kind: Kind,
    bits: Vec<u8>,
}

impl Key {
    /// Reads a `SubjectPublicKeyInfo`; `None` for kinds that are not known.
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        Self::of(&SubjectPublicKeyInfoOwned::from_der(der).ok()?)
    }

    pub fn of(info: &SubjectPublicKeyInfoOwned) -> Option<Self> {
        let curve = || info.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok();
        let kind = match info.algorithm.oid {
            EC if curve() == Some(P256) => Kind::P256,
            EC if curve() == Some(P384) => Kind::P384,
            ED25519 => Kind::Ed25519,
            RSA => Kind::Rsa,
            _ => return None,
        };
        Some(Self { kind, bits: info.subject_public_key.as_bytes()?.to_vec() })
    }

    /// The hash function that goes with the kind, where nothing else is said.
    pub const fn usual_hash(&self) -> Hash {
        match self.kind {
            Kind::P256 | Kind::Rsa => Hash::Sha256,
            Kind::P384 => Hash::Sha384,
            Kind::Ed25519 => Hash::Sha512,
        }
    }

    /// Whether a signature over `bytes` is by this key, with that hash function.
    pub fn verifies(&self, hash: Hash, bytes: &[u8], signature: &[u8]) -> bool {
        let algorithm: &dyn SignatureVerificationAlgorithm = match (self.kind, hash) {
            (Kind::P256, Hash::Sha256) => ring::ECDSA_P256_SHA256,
            (Kind::P256, Hash::Sha384) => ring::ECDSA_P256_SHA384,
            (Kind::P384, Hash::Sha256) => ring::ECDSA_P384_SHA256,
            (Kind::P384, Hash::Sha384) => ring::ECDSA_P384_SHA384,
            (Kind::Ed25519, Hash::Sha512) => ring::ED25519,
            (Kind::Rsa, Hash::Sha256) => ring::RSA_PKCS1_2048_8192_SHA256,
            (Kind::Rsa, Hash::Sha384) => ring::RSA_PKCS1_2048_8192_SHA384,
            (Kind::Rsa, Hash::Sha512) => ring::RSA_PKCS1_2048_8192_SHA512,
            _ => return false,
        };
        algorithm.verify_signature(&self.bits, bytes, signature).is_ok()
    }
}
