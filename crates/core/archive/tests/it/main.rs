//! Archives that others made, and hostile ones.
#![expect(clippy::unwrap_used, reason = "tests report by panicking")]

mod formats;
mod hostile;
mod support;
