//! Where the advisory database comes from: a file that the user built or an update wrote, or the snapshot inside the program.

mod archive;
mod build;
mod map;
mod update;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use boltseal_advisory::{Database, OpenError};
use boltseal_model::DatabaseInfo;
use memmap2::Mmap;

pub(crate) use map::map;

pub use build::{BuildError, BuildSummary, SourceSummary, build};
pub use update::{
    DatabaseOutcome, Failure, Feed, FeedError, FeedFile, FeedOutcome, FetchError, FolderError, Kept, Patience, Plan,
    UpdateError, Updated, embedded as feeds, update,
};

/// Facts from public advisories, so that a first scan needs no download. `content/advisories/SOURCES.md` credits them.
static SNAPSHOT: &[u8] = include_bytes!("../../../../../content/advisories/snapshot.db");

/// The bytes of a database, and where they came from.
#[derive(Debug)]
pub struct DatabaseFile {
    bytes: Bytes,
    origin: String,
    written: Option<SystemTime>,
}

#[derive(Debug)]
enum Bytes {
    Embedded,
    Mapped(Mmap),
}

/// Why no database could be opened.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file cannot be read.
    #[error(
        "cannot read the advisory database {path}; `boltseal db update` makes one, and without --db the embedded snapshot is used"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The bytes are not a database that this version can use.
    #[error(
        "the advisory database {origin} cannot be used; make it anew with `boltseal db update` or `boltseal db build`"
    )]
    Unusable {
        /// Where it came from.
        origin: String,
        /// What is wrong with it.
        #[source]
        source: OpenError,
    },
}

impl DatabaseFile {
    /// Opens the database at a path; the one at the default path where that exists; otherwise the embedded snapshot.
    ///
    /// # Errors
    /// When the file is there and cannot be read. A database that was asked for is never replaced by another silently.
    pub fn open(path: Option<&Path>, default: Option<&Path>) -> Result<Self, DatabaseError> {
        let Some(path) = path.or_else(|| default.filter(|path| path.exists())) else {
            return Ok(Self { bytes: Bytes::Embedded, origin: "embedded".into(), written: None });
        };
        let mapped = File::open(path).and_then(|file| {
            // An empty file cannot be mapped, and a folder would be reported as an odd device.
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Err(io::Error::from(io::ErrorKind::IsADirectory));
            }
            Ok((map(&file)?, metadata.modified().ok()))
        });
        match mapped {
            Ok((map, written)) => Ok(Self { bytes: Bytes::Mapped(map), origin: path.display().to_string(), written }),
            Err(source) => Err(DatabaseError::Unreadable { path: path.to_owned(), source }),
        }
    }

    /// The database in these bytes.
    ///
    /// # Errors
    /// When the bytes are no database, or one of another version.
    pub fn database(&self) -> Result<Database<'_>, DatabaseError> {
        let bytes: &[u8] = match &self.bytes {
            Bytes::Embedded => SNAPSHOT,
            Bytes::Mapped(map) => map,
        };
        Database::open(bytes).map_err(|source| DatabaseError::Unusable { origin: self.origin.clone(), source })
    }

    /// When the file was written; the embedded snapshot has no such time.
    pub fn written(&self) -> Option<SystemTime> {
        self.written
    }

    /// `embedded`, or the path of the file.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// What a report says about the database it rests on.
pub fn describe(database: &Database<'_>, origin: &str) -> DatabaseInfo {
    let info = database.info();
    DatabaseInfo {
        origin: origin.to_owned(),
        digest: info.digest.clone(),
        advisories: info.advisories,
        newest: info.newest.clone(),
    }
}
