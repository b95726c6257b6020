//! An OCI layout in a folder.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use boltseal_image::{Blob, Store};
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};

use super::FileBlob;

/// A folder whose files are blobs. The kernel resolves every name inside the folder, so that a link in a hostile layout
/// leads nowhere else.
#[derive(Debug)]
pub struct LayoutFolder {
    root: OwnedFd,
}

impl LayoutFolder {
    /// Opens the folder.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let root = rustix::fs::openat(CWD, path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self { root })
    }
}

impl Store for LayoutFolder {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&self.root, name, flags, Mode::empty(), resolve) {
            Ok(file) => Ok(Some(Box::new(FileBlob::new(File::from(file))?))),
            Err(rustix::io::Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
