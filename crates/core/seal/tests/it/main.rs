//! Envelopes, keys, trust, verification and bundles, against vectors, other people's tools, and hostile bytes.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

mod envelopes;
mod keys;
mod provenance;
mod sigstore;
mod support;
mod verifying;
