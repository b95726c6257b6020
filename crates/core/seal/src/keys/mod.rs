//! Keys: whose they are is for [`Trust`](crate::Trust) to say, what they verify is said here.

mod cosign;
mod password;
mod private;
mod public;

pub use private::{Entropy, EntropyError, KeyError, PrivateKey};
pub use public::{KeyAlgorithm, ParseKeyError, PublicKey, SignatureError};

/// Something that signs: a key in memory, a token, a service.
pub trait Signer {
    /// The key that its signatures are verified with.
    fn public_key(&self) -> PublicKey;

    /// Signs bytes as they are; hashing is part of the algorithm. Ed25519 gives 64 bytes (RFC 8032), ECDSA P-256 a DER sequence of two
    /// numbers over SHA-256 (RFC 3279, section 2.2.3).
    ///
    /// # Errors
    /// When it cannot.
    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Why something was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// Nobody is to sign.
    #[error("nobody is there to sign with")]
    NoSigner,
    /// What signs could not. The detail holds no secret.
    #[error("the signer failed: {0}")]
    Signer(String),
    /// What came back is not a signature of that key.
    #[error("the signer answered with what is no signature by its own key")]
    Wrong,
}
