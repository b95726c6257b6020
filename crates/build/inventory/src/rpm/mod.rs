//! What rpm keeps of an installed package, and the three kinds of database that it keeps it in.
//!
//! A database is a store of blobs; each blob is the header of one package. [`blobs`] takes a store apart, [`header`] a blob.

mod berkeley;
mod header;
mod ndb;
mod package;
mod pages;
mod sqlite;

use boltseal_model::ProblemKind;

pub(crate) use header::{Header, Tag};
pub(crate) use package::Facts;

/// Why a database could not be read to its end. What came before counts.
pub(crate) type Failure = (ProblemKind, String);

/// Takes one blob of a database; `false` when no more are wanted.
pub(crate) type Sink<'s> = dyn FnMut(&[u8]) -> bool + 's;

/// Hands every blob of a database to `sink`, whatever kind of database it is. No byte of the file is read twice as part of
/// a blob, so that the blobs together are no larger than the file.
pub(crate) fn blobs(database: &[u8], sink: &mut Sink<'_>) -> Result<(), Failure> {
    if sqlite::is_database(database) {
        sqlite::blobs(database, sink)
    } else if ndb::is_database(database) {
        ndb::blobs(database, sink)
    } else if let Some(order) = berkeley::byte_order(database) {
        berkeley::blobs(database, order, sink)
    } else {
        Err((ProblemKind::Unsupported, "is no database of a kind that rpm has: SQLite, ndb or Berkeley DB".into()))
    }
}

/// A failure of the format.
fn malformed(detail: impl Into<String>) -> Failure {
    (ProblemKind::Malformed, detail.into())
}

/// A failure because the file ends too early.
fn truncated(detail: impl Into<String>) -> Failure {
    (ProblemKind::Truncated, detail.into())
}
