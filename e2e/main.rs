//! Whole-product scenarios: the released command on real parts.
//!
//! `cargo xtask test` builds the parts and names them in the environment; without it the scenarios are skipped and say so.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "scenarios are tests"
)]

mod functional;
mod parts;
mod security;
mod servers;
