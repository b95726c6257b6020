//! Tests of the whole crate: version orders against the tools that define them, importers against fixtures and the real
//! data, the database against damage, matching against known answers.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

mod database;
mod feeds;
mod importers;
mod matching;
mod packs;
mod version_orders;
mod version_tools;
mod vex;
