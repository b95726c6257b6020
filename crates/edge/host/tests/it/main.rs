//! Hosts that are laid out in folders, and hostile texts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests report by panicking")]

mod hostile;
mod laid_out;
mod scripted_engine;
