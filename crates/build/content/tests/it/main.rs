//! The rules that come with the program, and hostile bytes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests report by panicking")]

mod clamav;
mod hostile;
mod known;
mod malware;
mod packed;
mod secrets;
