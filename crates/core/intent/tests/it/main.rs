//! Intents of programs as they are, and of what only looks like programs.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

mod hostile;
mod programs;
