//! The one HTTP client: for registries, advisory feeds, and the sockets of container engines.
//!
//! A [`Client`] is made once, for the network ([`Client::new`], with a [`Trust`] in certificates) or for a socket file of
//! this host ([`Client::unix`]). It sends a [`Request`] and gives a [`Response`], whose body is a stream. Every status is an
//! answer; only what kept an answer from coming is an [`HttpError`].
//!
//! Invariant: nobody waits for ever. Connecting, the first byte and every further read have a time limit; headers have a
//! size limit. Credentials are never sent on to another host by a redirect, and appear in no error or debug output. A redirect
//! from `https` to `http` is not followed.
//!
//! Deliberately absent: what the answers mean, retries, limits on bodies (the reader of a body knows how much it wants),
//! and asynchronous code, which the build wing does without.

mod client;
mod error;
mod request;
mod trust;
mod unix;

pub use client::{Client, Response};
pub use error::HttpError;
pub use request::{Method, Request};
pub use trust::{Trust, TrustError};
