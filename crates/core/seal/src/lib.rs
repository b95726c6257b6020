//! x
mod base64;
mod envelope;
mod json;
mod keys;
mod statement;
pub use envelope::{Envelope, EnvelopeError, IN_TOTO, Signature, pre_authentication_encoding};
pub use json::JsonError;
pub use keys::{Entropy, EntropyError, KeyAlgorithm, KeyError, ParseKeyError, PrivateKey, PublicKey, SignError, SignatureError, Signer};
pub use statement::{Predicate, Statement, StatementError, Subject};
/// t
pub struct Trust;
