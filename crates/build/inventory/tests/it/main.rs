//! Analyzers against fixtures, against the tools whose files they read, and against hostile bytes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests report by panicking")]

mod fixtures;
mod go_modules;
mod host;
mod hostile;
mod look_up;
mod programs;
mod rpm;
mod ruby;
mod sbom;
