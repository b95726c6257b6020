//! The composition, on small images that the tests build and on the real data packs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

mod cache;
mod clamd;
mod database;
mod fixtures;
mod hostile;
mod images;
mod integrity;
mod intents;
mod lists;
mod liveness;
mod noise;
mod programs;
mod shared_cache;
mod update;
