//! What tests share.
//!
//! [`fixtures::check`] walks the fixture folders of a set of ids and holds every case to the promise in its name.
//! [`image`] builds images, [`server`] answers HTTP as a script says, [`clamd`], [`docker`] and [`registry`] are genuine daemons,
//! [`process`] ends what tests start. [`schema`] holds documents to what is published of them, [`data`] finds the real data beside the
//! project; [`skip`] says why a test did not run, and fails it in CI.
//!
//! Invariant: only tests and the demo depend on this crate; it never reaches a release.
#![expect(
    clippy::print_stderr,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests report by printing and panicking"
)]

pub mod clamd;
pub mod data;
pub mod docker;
pub mod fixtures;
pub mod image;
pub mod process;
pub mod registry;
pub mod schema;
pub mod server;

/// Says why a test cannot run here. In CI, where everything must run, that is a failure.
pub fn skip(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "skipped in CI, where nothing may be: {reason}");
    eprintln!("skipped: {reason}");
}
