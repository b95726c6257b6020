//! What is declared to be run, and the Pod Security Standards: against fixtures, real files, real programs and hostile bytes.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

mod application;
mod built;
mod checks;
mod dockerfiles;
mod fixes;
mod fixtures;
mod hostile;
mod kubectl;
mod network;
mod packs;
mod recognise;
mod translated;
mod verdicts;
