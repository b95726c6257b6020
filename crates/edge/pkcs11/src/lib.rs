//! Keys that do not leave their token: a smart card, a hardware security module, or a program that behaves like one.
//!
//! [`TokenKey::open`] finds a key by the name of its token and its own, through the module that came with the token. It is a
//! [`Signer`](boltseal_seal::Signer) like a key in memory.
//!
//! Invariant: the private key stays where it is. What the token answers is brought into the one form that signatures have, and whoever
//! seals with it verifies it before it is written down.
//!
//! Deliberately absent: making keys, which is for the token's own tools, and asking for the PIN.
//!
//! Source: PKCS #11 Specification 3.1 (OASIS), sections 5.13 and 6.3.

mod error;
mod key;
mod uri;

pub use error::TokenError;
pub use key::{KeyName, TokenKey};
pub use uri::{KeyUri, ParseUriError};
