//! Tests of the whole crate: version orders against the tools that define them, importers against fixtures and the real
//! data, the database against damage, matching against known answers.

mod database;
mod importers;
mod matching;
mod packs;
mod version_orders;
