//! The client of registries against servers that answer well and badly.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

mod authorization;
mod credentials;
mod layouts;
mod lies;
mod memory;
mod push;
mod seals;
mod support;
mod transfer;
