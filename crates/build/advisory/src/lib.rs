//! Advisories: what is known of vulnerable packages, and whether it concerns an installed one.
//!
//! An [`import::Importer`] turns the bytes of one advisory file into [`Advisory`] values. A [`Builder`] collects them into
//! the bytes of one [`Database`], which is opened without being parsed. [`matching::evaluate`] looks a package up there,
//! compares versions by the [`version::VersionOrder`] of its ecosystem, and merges what several publishers say about one
//! vulnerability into one [`Evaluation`].
//!
//! Invariant: nothing is taken for "not affected" that could not be read. A damaged database, a file that does not parse
//! and a version that its order does not know are all reported as problems.
//!
//! Deliberately absent: reading and writing of files, downloads, archives and memory maps, which belong to the caller; prose
//! of advisories, of which only facts are kept; findings and reports, which the scan composes.

pub mod advisory;
pub mod database;
mod document;
pub mod import;
pub mod lifecycle;
pub mod matching;
pub mod probability;
pub mod range;
pub mod repository;
pub mod risk;
mod rpm_build;
pub mod severity;
pub mod version;
pub mod vex;

pub use advisory::{Advisory, Date};
pub use database::{Builder, Database, Info, OpenError, Source};
pub use import::{Imported, Importer};
pub use lifecycle::Lifecycles;
pub use matching::{Evaluation, evaluate};
pub use probability::Probability;
