//! Envelopes, keys, trust, verification and bundles, against vectors, other people's tools, and hostile bytes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

mod attacks;
mod composing;
mod cosign;
mod envelopes;
mod hostile;
mod keys;
mod provenance;
mod sigstore;
mod support;
mod tools;
mod verifying;
