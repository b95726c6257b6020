//! The download folder: what is on its way, what arrived and what is in the database, each with what is known of it.
//!
//! ```text
//! partial/<feed>/<file>   begun, to be continued
//! new/<feed>/<file>       whole and checked, not yet in a database that was accepted
//! feeds/<feed>/<file>     in the database; `boltseal db build --from` reads this folder
//! states/…                what is known of each, under the same path
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How far a download has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Begun.
    Partial,
    /// Whole and checked.
    New,
    /// In the database.
    Accepted,
}

impl Stage {
    const fn folder(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::New => "new",
            Self::Accepted => "feeds",
        }
    }
}

/// What is known of a download.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Where it came from.
    pub address: String,
    /// What the server calls this state of it.
    pub etag: Option<String>,
    /// When it was changed last, in the server's words.
    pub last_modified: Option<String>,
    /// Its bytes, as promised while it is on its way.
    pub bytes: Option<u64>,
    /// SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// Advisories and other facts that were read from it when it was accepted.
    pub records: Option<u64>,
}

/// The names of a file of a feed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The feed's id.
    pub feed: String,
    /// The file's own name.
    pub file: String,
}

/// What the database was built from, so that it need not be built again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Built {
    /// Which program built it: importers change.
    pub program: String,
    /// Digest of the database.
    pub database: String,
    /// SHA-256 over the names and digests of the files.
    pub files: String,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It cannot be made or written.
    #[error("cannot use the download folder {path}")]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// Another update is at work in it.
    #[error("another `boltseal db update`{process} is at work in {path}; wait until it is done")]
    Busy {
        /// The folder.
        path: PathBuf,
        /// ` (process 123)`, where that is known.
        process: String,
    },
}

/// A download folder that nobody else works in as long as this value lives.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// The lock goes with the open file, also when the process is killed.
    _lock: File,
}

impl Folder {
    /// Opens the folder, or makes it, and keeps others out.
    ///
    /// # Errors
    /// When another update is at work in it, when it cannot be made, or when other users may write to it: whoever writes to
    /// it decides what is vulnerable.
    pub fn open(root: &Path) -> Result<Self, FolderError> {
        let unusable = |source| FolderError::Unusable { path: root.to_owned(), source };
        make(root).map_err(unusable)?;
        if fs::metadata(root).map_err(unusable)?.permissions().mode() & 0o022 != 0 {
            let detail = "other users may write to it; `chmod go-w` it";
            return Err(unusable(io::Error::new(io::ErrorKind::PermissionDenied, detail)));
        }
        let path = root.join("lock");
        let mut options = OpenOptions::new();
        let mut lock =
            options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path).map_err(unusable)?;
        if let Err(error) = flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            if error != rustix::io::Errno::WOULDBLOCK {
                return Err(unusable(error.into()));
            }
            return Err(FolderError::Busy { path: root.to_owned(), process: holder(&lock) });
        }
        lock.set_len(0).and_then(|()| write!(lock, "{}", std::process::id())).map_err(unusable)?;
        Ok(Self { root: root.to_owned(), _lock: lock })
    }

    /// Where a file of a feed lies, or would.
    pub fn path(&self, stage: Stage, name: &Name) -> PathBuf {
        self.root.join(stage.folder()).join(&name.feed).join(&name.file)
    }

    fn state_path(&self, stage: Stage, name: &Name) -> PathBuf {
        self.root.join("states").join(stage.folder()).join(&name.feed).join(format!("{}.json", name.file))
    }

    /// Bytes of a file and what is known of it; `None` when it is not there. What is known of another file of that name, by
    /// its size, is not known of this one.
    pub fn find(&self, stage: Stage, name: &Name) -> Option<(u64, State)> {
        let metadata = fs::metadata(self.path(stage, name)).ok().filter(fs::Metadata::is_file)?;
        let state: Option<State> = read_json(&self.state_path(stage, name));
        let state = state.filter(|state| stage == Stage::Partial || state.bytes == Some(metadata.len()));
        Some((metadata.len(), state.unwrap_or_default()))
    }

    /// The newest whole download of a file.
    pub fn held(&self, name: &Name) -> Option<(Stage, State)> {
        [Stage::New, Stage::Accepted].into_iter().find_map(|stage| Some((stage, self.find(stage, name)?.1)))
    }

    /// Writes down what is known of a file.
    pub fn describe(&self, stage: Stage, name: &Name, state: &State) -> io::Result<()> {
        write_json(&self.state_path(stage, name), state)
    }

    /// Opens a partial file to write on at its end.
    pub fn append(&self, name: &Name) -> io::Result<File> {
        OpenOptions::new().append(true).open(self.path(Stage::Partial, name))
    }

    /// Begins a partial file. What is known of it is written before its first byte, so that bytes of one state of the file
    /// are never taken for those of another.
    pub fn begin(&self, name: &Name, state: &State) -> io::Result<File> {
        self.remove(Stage::Partial, name);
        self.describe(Stage::Partial, name, state)?;
        let path = self.path(Stage::Partial, name);
        path.parent().map_or(Ok(()), make)?;
        File::create(path)
    }

    /// Moves a file, with what is known of it, in place of the one at another stage.
    pub fn promote(&self, from: Stage, to: Stage, name: &Name, state: &State) -> io::Result<()> {
        let path = self.path(to, name);
        path.parent().map_or(Ok(()), make)?;
        fs::rename(self.path(from, name), path)?;
        self.describe(to, name, state)?;
        let _ = fs::remove_file(self.state_path(from, name));
        Ok(())
    }

    /// Forgets a file. One that cannot be removed is no reason to stop: it is written over or refused later.
    pub fn remove(&self, stage: Stage, name: &Name) {
        let _ = fs::remove_file(self.path(stage, name));
        let _ = fs::remove_file(self.state_path(stage, name));
    }

    /// The names of all files at a stage, sorted.
    pub fn names(&self, stage: Stage) -> Vec<Name> {
        let mut names = Vec::new();
        for feed in fs::read_dir(self.root.join(stage.folder())).into_iter().flatten().flatten() {
            for file in fs::read_dir(feed.path()).into_iter().flatten().flatten() {
                let text = |name: std::ffi::OsString| name.into_string().ok();
                if let (Some(feed), Some(file)) = (text(feed.file_name()), text(file.file_name())) {
                    names.push(Name { feed, file });
                }
            }
        }
        names.sort();
        names
    }

    /// What the database was built from.
    pub fn built(&self) -> Built {
        read_json(&self.root.join("built.json")).unwrap_or_default()
    }

    /// Writes down what the database was built from.
    pub fn set_built(&self, built: &Built) -> io::Result<()> {
        write_json(&self.root.join("built.json"), built)
    }
}

/// SHA-256 of a file, in hexadecimal digits.
pub fn sha256(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

/// Hexadecimal digits of bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn holder(lock: &File) -> String {
    let mut text = String::new();
    let is_number = lock.take(20).read_to_string(&mut text).is_ok() && text.parse::<u32>().is_ok();
    if is_number { format!(" (process {text})") } else { String::new() }
}

fn read_json<T: for<'a> Deserialize<'a>>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    path.parent().map_or(Ok(()), make)?;
    let beside = path.with_extension("unfinished");
    fs::write(&beside, serde_json::to_vec(value)?)?;
    fs::rename(beside, path)
}
