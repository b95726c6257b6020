//! Hosts that are laid out in folders, hostile texts, and a genuine Docker daemon.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]
