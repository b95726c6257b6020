//! Opens what is packed: archives, and compressed bytes.
//!
//! [`kind`] says what bytes are; [`unpack`] hands their members to a [`Receiver`], one after the other. [`tar::Members`] reads
//! tar out of any stream, [`Zipped`] the members of a zip archive that are asked for, [`inflate`] one zlib stream. A [`Budget`]
//! is shared by all that is unpacked of one file, however deep it lies.
//!
//! Invariant: whatever the bytes, memory and work are bounded by [`Limits`](boltseal_model::Limits) and the budget, nothing
//! panics, and what could not be unpacked is a problem.
//!
//! Deliberately absent: passwords, the formats 7z and rar, packages of RPM, volumes in several files, and writing.

mod ar;
mod budget;
mod compression;
mod path;
mod stream;
mod unpack;
mod zip;
mod zlib;

pub mod tar;

pub use budget::Budget;
pub use path::{escape_path, unescape_path};
pub use unpack::{Kind, Receiver, kind, unpack};
pub use zip::Zipped;
pub use zlib::{inflate, zlib_length};

use boltseal_model::ProblemKind;

/// Why an archive, or a member of it, cannot be read.
pub type Failure = (ProblemKind, String);
