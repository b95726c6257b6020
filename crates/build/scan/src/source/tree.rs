//! A root file system or source tree in a folder.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;

use boltseal_image::{Blob, Reading, Tree, TreeEntry, TreeKind, escape_path, unescape_path};
use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, ResolveFlags};

use super::FileBlob;

/// A folder that the kernel treats as the root of every path in it: neither `..` nor an absolute link leads out.
#[derive(Debug)]
pub struct RootTree {
    root: OwnedFd,
    /// The folder whose links were read last. Links come folder by folder, and opening one costs more than reading it.
    last_folder: RefCell<Option<(String, OwnedFd)>>,
}

impl RootTree {
    /// Opens the folder.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let root = rustix::fs::openat(CWD, path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self { root, last_folder: RefCell::default() })
    }

    fn open_inside(&self, path: &str, flags: OFlags) -> io::Result<OwnedFd> {
        let path = unescape_path(if path.is_empty() { "." } else { path });
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        Ok(rustix::fs::openat2(&self.root, &*path, flags | OFlags::CLOEXEC, Mode::empty(), resolve)?)
    }
}

impl Tree for RootTree {
    fn list(&self, folder: &str, max: usize) -> io::Result<Vec<TreeEntry>> {
        let folder = self.open_inside(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW)?;
        let mut entries = Vec::new();
        for entry in Dir::new(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            if entries.len() == max {
                break;
            }
            let kind = match entry.file_type() {
                FileType::RegularFile => TreeKind::File,
                FileType::Directory => TreeKind::Folder,
                FileType::Symlink => TreeKind::Symlink,
                _ => TreeKind::Other,
            };
            entries.push(TreeEntry { name: escape_path(name).into_owned(), kind });
        }
        Ok(entries)
    }

    fn read(&self, path: &str, max: u64, buffer: &mut Vec<u8>) -> io::Result<Reading> {
        buffer.clear();
        // Opening a pipe would wait for a writer.
        let file = File::from(self.open_inside(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?);
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(Reading::NotAFile);
        }
        if metadata.len() > max {
            return Ok(Reading::TooLarge);
        }
        // The file may grow while it is read; one byte more than allowed tells.
        file.take(max.saturating_add(1)).read_to_end(buffer)?;
        Ok(if buffer.len() as u64 > max { Reading::TooLarge } else { Reading::Whole })
    }

    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        let file = File::from(self.open_inside(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?);
        match FileBlob::new(file) {
            Ok(blob) => Ok(Some(Box::new(blob))),
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn link(&self, path: &str) -> io::Result<String> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut last = self.last_folder.borrow_mut();
        let open = match last.take() {
            Some((path, open)) if path == folder => open,
            _ => self.open_inside(folder, OFlags::PATH | OFlags::DIRECTORY)?,
        };
        let target = rustix::fs::readlinkat(&open, &*unescape_path(name), Vec::new());
        *last = Some((folder.to_owned(), open));
        let target = target?;
        Ok(escape_path(target.as_bytes()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_never_leave_the_tree() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("outside"), "secret").unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("etc")).unwrap();
        fs::write(root.join("inside"), "fine").unwrap();
        symlink("../../../outside", root.join("etc/up")).unwrap();
        symlink("/inside", root.join("etc/absolute")).unwrap();
        let tree = RootTree::open(&root).unwrap();
        let mut buffer = Vec::new();
        assert!(tree.read("etc/up", 100, &mut buffer).is_err());
        assert_eq!(tree.read("etc/absolute", 100, &mut buffer).unwrap(), Reading::Whole);
        assert_eq!(buffer, b"fine");
        assert_eq!(tree.link("etc/up").unwrap(), "../../../outside");
    }

    #[test]
    fn a_pipe_does_not_block_and_a_large_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        fs::write(folder.path().join("large"), [0; 101]).unwrap();
        let tree = RootTree::open(folder.path()).unwrap();
        let mut buffer = Vec::new();
        assert_eq!(tree.read("pipe", 100, &mut buffer).unwrap(), Reading::NotAFile);
        assert_eq!(tree.read("large", 100, &mut buffer).unwrap(), Reading::TooLarge);
        assert!(Tree::open(&tree, "pipe").unwrap().is_none());
        assert_eq!(Tree::open(&tree, "large").unwrap().unwrap().size(), 101);
    }
}
