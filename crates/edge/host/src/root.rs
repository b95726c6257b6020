//! The files of a host, below a folder that need not be the root of this process.
//!
//! Links are followed as the host follows them: an absolute one begins at the folder, and none leads out of it
//! (`openat2` with `RESOLVE_IN_ROOT`), so that a link that an attacker laid on the host shows no file of whoever looks at it.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Dir, FileType, Mode, OFlags, ResolveFlags, Stat, fstat, open, openat, openat2, readlinkat};
use rustix::io::Errno;

/// Bytes of a file that is read. The largest that matters, the list of mounts of a host with thousands of containers, has some
/// hundred KiB.
const FILE_BYTES: u64 = 4 << 20;
/// Entries of a folder. `/proc` has one for each process.
const ENTRIES: usize = 100_000;

/// Why something of a host could not be found out, as a lower-case fragment that names it.
pub type Reason = String;

/// What was found: `None` where there is nothing.
pub type Found<T> = Result<Option<T>, Reason>;

/// The files of a host.
#[derive(Debug)]
pub struct Root {
    folder: OwnedFd,
    /// Whether it is the root of this process too.
    is_own: bool,
}

impl Root {
    /// The host whose files are below a folder.
    ///
    /// # Errors
    /// When the folder cannot be opened.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let opened = open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let is_own = folder.canonicalize().is_ok_and(|folder| folder == Path::new("/"));
        Ok(Self { folder: opened, is_own })
    }

    /// Whether it is the host that this process runs on, seen from its own root.
    pub const fn is_own(&self) -> bool {
        self.is_own
    }

    fn at(&self, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let inner = path.trim_start_matches('/');
        let inner = if inner.is_empty() { "." } else { inner };
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        match openat2(&self.folder, inner, flags | OFlags::CLOEXEC, Mode::empty(), resolve) {
            // Old kernels, and sandboxes that know nothing of the call. The root of this process keeps its links in by itself.
            Err(Errno::NOSYS | Errno::PERM) if self.is_own => {
                openat(&self.folder, inner, flags | OFlags::CLOEXEC, Mode::empty())
            }
            result => result,
        }
    }

    fn found(&self, path: &str, flags: OFlags) -> Found<OwnedFd> {
        match self.at(path, flags) {
            Ok(file) => Ok(Some(file)),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
            Err(error) => Err(reason(path, error)),
        }
    }

    /// What a path leads to is like. Nothing of it is read, so that no permission but that to look for it is needed.
    pub(crate) fn stat(&self, path: &str) -> Found<Stat> {
        let Some(file) = self.found(path, OFlags::PATH)? else { return Ok(None) };
        fstat(&file).map(Some).map_err(|error| reason(path, error))
    }

    /// Whether there is something.
    pub(crate) fn has(&self, path: &str) -> bool {
        !matches!(self.found(path, OFlags::PATH), Ok(None))
    }

    /// The first of several paths that leads somewhere.
    pub(crate) fn first<'p>(&self, paths: &[&'p str]) -> Option<&'p str> {
        paths.iter().copied().find(|path| self.has(path))
    }

    /// A file as text. What is no UTF-8 is replaced: names in it that matter have none of that.
    pub(crate) fn text(&self, path: &str) -> Found<String> {
        Ok(self.bytes(path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// A file.
    pub(crate) fn bytes(&self, path: &str) -> Found<Vec<u8>> {
        // A pipe that somebody laid there must not make the reader wait.
        let Some(file) = self.found(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)? else { return Ok(None) };
        let stat = fstat(&file).map_err(|error| reason(path, error))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(format!("{path}: no regular file"));
        }
        let mut bytes = Vec::new();
        match File::from(file).take(FILE_BYTES + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > FILE_BYTES => Err(format!("{path}: larger than {FILE_BYTES} bytes")),
            Ok(_) => Ok(Some(bytes)),
            Err(error) => Err(format!("{path}: {}", plain(&error))),
        }
    }

    /// The names in a folder, sorted.
    pub(crate) fn names(&self, path: &str) -> Found<Vec<String>> {
        let Some(folder) = self.found(path, OFlags::RDONLY | OFlags::DIRECTORY)? else { return Ok(None) };
        let listing = Dir::read_from(folder.as_fd()).map_err(|error| reason(path, error))?;
        let mut names = Vec::new();
        for entry in listing {
            let entry = entry.map_err(|error| reason(path, error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
            if names.len() > ENTRIES {
                return Err(format!("{path}: more than {ENTRIES} entries"));
            }
        }
        names.sort();
        Ok(Some(names))
    }

    /// Where a link leads, as it is written, if a path is one.
    pub(crate) fn link(&self, path: &str) -> Option<String> {
        let link = self.at(path, OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        let target = readlinkat(&link, "", Vec::new()).ok()?;
        Some(target.to_string_lossy().into_owned())
    }

    /// A path by which a socket can be connected to that no link can lead elsewhere, as long as what is given beside it lives.
    pub(crate) fn socket(&self, path: &str) -> Found<(PathBuf, OwnedFd)> {
        let Some(file) = self.found(path, OFlags::PATH)? else { return Ok(None) };
        let name = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&file));
        Ok(Some((PathBuf::from(name), file)))
    }
}

fn reason(path: &str, error: Errno) -> Reason {
    if error == Errno::NOSYS {
        return format!("{path}: this kernel cannot keep links below a folder (openat2)");
    }
    format!("{path}: {}", plain(&io::Error::from(error)))
}

/// What the system says, without its number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
