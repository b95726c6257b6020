//! The language, against tables, against the crate `cel`, and against hostile texts.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

mod checking;
mod documents;
mod fixes;
mod functions;
mod hostile;
mod judging;
mod language;
mod reference;
mod support;
mod unknown;
