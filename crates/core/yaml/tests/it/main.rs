//! Trees of documents, well-meant and hostile.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests report by panicking")]

mod edits;
mod hostile;
mod trees;
