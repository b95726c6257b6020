//! What is said of an image with a signature over it, and whether it is to be believed.
//!
//! A [`Statement`] says something about an image: its predicate is one of [`predicates`]. An [`Envelope`] carries it, signed by a
//! [`Signer`]: a [`PrivateKey`], or a token or a service that an edge supplies. [`compose()`] makes the statements about an image of
//! what a scan found. [`Trust`] says whose signatures are believed, from when until when. [`verify()`] holds the seals of an image to
//! it, and decides. What users already have is read as well: signatures of [`cosign`] and bundles of [`sigstore`].
//!
//! Invariant: bytes are hostile until a signature over them holds, and a verdict depends on nothing but its arguments: the
//! time is one of them, and random bytes come from whoever has some. What cannot be read, or is not known, counts for nothing and is
//! said; it is never taken for a pass.
//!
//! Deliberately absent: where seals lie and how they get there, who asks for a password, and the questions of TUF, Rekor and Fulcio that
//! need a network.

mod base64;
mod compose;
mod envelope;
mod json;
mod keys;
mod policy;
mod statement;
mod trust;
mod verify;
mod work;

pub mod cosign;
pub mod predicates;
pub mod sigstore;

pub use compose::{ComposeError, Examined, INTENT, Judge, SCANNED, Sealed, compose, published};
pub use envelope::{Envelope, EnvelopeError, IN_TOTO, Signature, pre_authentication_encoding};
pub use json::JsonError;
pub use keys::{
    Entropy, EntropyError, KeyAlgorithm, KeyError, ParseKeyError, PrivateKey, PublicKey, SignError, SignatureError,
    Signer, ecdsa_signature,
};
pub use policy::policy_digest;
pub use statement::{Predicate, Statement, StatementError, Subject};
pub use trust::{Revocation, Trust, TrustError, TrustedIdentity, TrustedKey};
pub use verify::{Accepted, Question, Refusal, Refused, Requirements, SignedBy, Verification, verify};
