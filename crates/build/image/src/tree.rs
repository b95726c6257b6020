//! A root file system on disk, walked as if it were one layer.

use std::io;

use boltseal_model::{Limits, Problem, ProblemKind, Problems};

use crate::blob::{Blob, read_full};
use crate::layer::give_back;
use crate::visitor::{Entry, EntryKind, HEAD_BYTES, Visitor, Want};

/// A root file system on disk, supplied by the edge. Paths are relative and normalised; `""` is the root. Names are text
/// as [`escape_path`](crate::escape_path) makes it.
pub trait Tree {
    /// At most `most` entries of a folder, in any order, without `.` and `..`. Kinds come from the directory itself, so that
    /// no file is touched that nobody wants.
    ///
    /// # Errors
    /// What the operating system reports.
    fn list(&self, folder: &str, most: usize) -> io::Result<Vec<TreeEntry>>;

    /// Reads a file into the buffer, which is empty, unless it has more than `most` bytes. Symbolic links are followed
    /// within the tree and never out of it. Must not block on pipes, nor have effects on devices.
    ///
    /// # Errors
    /// What the operating system reports; `NotFound` for a link that leads to nothing.
    fn read(&self, path: &str, most: u64, buffer: &mut Vec<u8>) -> io::Result<Reading>;

    /// Opens a file for reading at any offset; `None` for what is no regular file. As [`Self::read`] otherwise.
    ///
    /// # Errors
    /// What the operating system reports.
    fn open(&self, path: &str) -> io::Result<Option<Box<dyn Blob + '_>>>;

    /// Target of a symbolic link, as written.
    ///
    /// # Errors
    /// What the operating system reports.
    fn link(&self, path: &str) -> io::Result<String>;
}

/// What reading a file of a tree gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All of the file that was asked for is in the buffer.
    Whole,
    /// The file has more bytes than were asked for.
    TooLarge,
    /// It is, or leads to, something that is not a regular file.
    NotAFile,
}

/// One name in a folder of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeEntry {
    /// The name, as [`escape_path`](crate::escape_path) makes it.
    pub name: String,
    /// What it is.
    pub kind: TreeKind,
}

/// What a name in a folder of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TreeKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, to anything.
    Symlink,
    /// A device, a pipe, a socket.
    Other,
}

/// Folders at the root of a running system that the kernel fills; no image has anything in them.
const PSEUDO: [&str; 3] = ["dev", "proc", "sys"];
/// Folders whose presence at the root tells a root file system from a source tree, where `dev` may be anything.
const ROOT_MARKS: [&str; 2] = ["etc", "usr"];

/// Hands every entry of a tree to a visitor: folder by folder from the root, sorted by name, each folder before its content.
///
/// Symbolic links are entries and are not descended into. In a root file system, the kernel's own file systems at the root
/// are left out.
pub fn walk_tree(tree: &dyn Tree, limits: &Limits, visitor: &mut dyn Visitor) -> Problems {
    let mut walker = Walker { tree, limits, visitor, problems: Problems::default(), content: Vec::new(), entries: 0 };
    if let Err(problem) = walker.walk() {
        walker.problems.push(problem);
    }
    walker.problems
}

struct Walker<'a> {
    tree: &'a dyn Tree,
    limits: &'a Limits,
    visitor: &'a mut dyn Visitor,
    problems: Problems,
    content: Vec<u8>,
    entries: u64,
}

impl Walker<'_> {
    fn walk(&mut self) -> Result<(), Problem> {
        let mut root = self.list("")?;
        let has_folder = |name: &&str| root.iter().any(|entry| entry.name == **name && entry.kind == TreeKind::Folder);
        if ROOT_MARKS.iter().all(has_folder) {
            root.retain(|entry| !PSEUDO.contains(&entry.name.as_str()));
        }
        // The folders that are being walked, each with its path and the entries that are left.
        let mut open = vec![(String::new(), root.into_iter())];
        let mut path = String::new();
        while let Some((folder, left)) = open.last_mut() {
            let Some(TreeEntry { name, kind }) = left.next() else {
                open.pop();
                continue;
            };
            path.clear();
            path.push_str(folder);
            if !folder.is_empty() {
                path.push('/');
            }
            path.push_str(&name);
            self.entry(&path, kind);
            if kind == TreeKind::Folder {
                if open.len() >= self.limits.folder_depth {
                    let detail = format!("the folder lies more than {} folders deep", self.limits.folder_depth);
                    self.problems.push(Problem::at(ProblemKind::TooDeep, path.as_str(), detail));
                } else {
                    open.push((path.clone(), self.list(&path)?.into_iter()));
                }
            }
        }
        Ok(())
    }

    /// The sorted entries of a folder; none, and a problem, where it cannot be read.
    fn list(&mut self, folder: &str) -> Result<Vec<TreeEntry>, Problem> {
        let left = usize::try_from(self.limits.layer_entries.saturating_sub(self.entries)).unwrap_or(usize::MAX);
        let mut entries = match self.tree.list(folder, left.saturating_add(1)) {
            Ok(entries) => entries,
            Err(error) => {
                self.problems.push(Problem::at(ProblemKind::Unreadable, folder, error.to_string()));
                return Ok(Vec::new());
            }
        };
        if entries.len() > left {
            let detail =
                format!("the tree has more than {} entries; it is not walked to its end", self.limits.layer_entries);
            return Err(Problem::at(ProblemKind::TooMany, folder, detail));
        }
        self.entries = self.entries.saturating_add(entries.len() as u64);
        entries.sort_unstable();
        Ok(entries)
    }

    fn entry(&mut self, path: &str, kind: TreeKind) {
        let target;
        let kind = match kind {
            TreeKind::File => EntryKind::File,
            TreeKind::Folder => EntryKind::Folder,
            TreeKind::Other => EntryKind::Other,
            TreeKind::Symlink => match self.tree.link(path) {
                Ok(link) => {
                    target = link;
                    EntryKind::Symlink(&target)
                }
                Err(error) => {
                    self.problems.push(Problem::at(ProblemKind::Unreadable, path, error.to_string()));
                    return;
                }
            },
        };
        let entry = Entry { path, kind, size: 0, mode: 0 };
        match self.visitor.entry(&entry) {
            Want::Read if matches!(kind, EntryKind::File | EntryKind::Symlink(_)) => {
                self.read(&entry, self.limits.file_bytes);
            }
            Want::Peek if kind == EntryKind::File => self.peek(&entry),
            Want::Read | Want::Peek | Want::Skip => {}
        }
    }

    /// Shows a file's beginning, and reads the rest through the same opening if that is wanted.
    fn peek(&mut self, entry: &Entry<'_>) {
        let problem = |kind, detail: String| Problem::at(kind, entry.path, detail);
        let file = match self.tree.open(entry.path) {
            Ok(Some(file)) => file,
            // Nothing said that anybody wants it.
            Ok(None) => return,
            Err(error) => return self.problems.push(problem(ProblemKind::Unreadable, error.to_string())),
        };
        let limit = self.limits.program_bytes;
        let mut head = [0; HEAD_BYTES];
        self.content.clear();
        let read = read_full(&*file, 0, &mut head).and_then(|length| {
            let head = head.get(..length).unwrap_or_default();
            let is_wanted = self.visitor.peek(entry, head, Some(&*file)) == Want::Read;
            if is_wanted && file.size() <= limit {
                read_all(&*file, limit, &mut self.content)?;
            }
            Ok(is_wanted)
        });
        match read {
            Ok(false) => {}
            // The file may grow while it is read.
            Ok(true) if file.size() > limit || self.content.len() as u64 > limit => {
                self.problems.push(problem(ProblemKind::TooLarge, format!("the file has more than {limit} bytes")));
            }
            Ok(true) => {
                let size = self.content.len() as u64;
                self.visitor.file(&Entry { size, mode: file.mode(), ..*entry }, &self.content);
                give_back(&mut self.content);
            }
            Err(error) => self.problems.push(problem(ProblemKind::Unreadable, error.to_string())),
        }
    }

    fn read(&mut self, entry: &Entry<'_>, limit: u64) {
        let is_link = matches!(entry.kind, EntryKind::Symlink(_));
        self.content.clear();
        let (kind, detail) = match self.tree.read(entry.path, limit, &mut self.content) {
            Ok(Reading::Whole) => {
                let size = self.content.len() as u64;
                self.visitor.file(&Entry { size, ..*entry }, &self.content);
                give_back(&mut self.content);
                return;
            }
            // A link to a folder has a wanted name by chance; a file that is none any more was replaced during the walk.
            Ok(Reading::NotAFile) if is_link => return,
            Ok(Reading::NotAFile) => (ProblemKind::Unreadable, "it is not a file any more".to_owned()),
            Ok(Reading::TooLarge) => (ProblemKind::TooLarge, format!("the file has more than {limit} bytes")),
            Err(error) if is_link && error.kind() == io::ErrorKind::NotFound => {
                (ProblemKind::BrokenLink, "it leads to nothing in the tree".to_owned())
            }
            Err(error) => (ProblemKind::Unreadable, error.to_string()),
        };
        self.problems.push(Problem::at(kind, entry.path, detail));
    }
}

/// Reads a file to its end, or to one byte more than a limit.
fn read_all(file: &dyn Blob, limit: u64, content: &mut Vec<u8>) -> io::Result<()> {
    const CHUNK: usize = 1 << 20;
    loop {
        let start = content.len();
        let left = usize::try_from(limit.saturating_add(1)).unwrap_or(usize::MAX).saturating_sub(start);
        let expected = usize::try_from(file.size()).unwrap_or(usize::MAX).saturating_sub(start).saturating_add(1);
        content.resize(start + left.min(expected.min(CHUNK)), 0);
        let read = read_full(file, start as u64, content.get_mut(start..).unwrap_or_default())?;
        content.truncate(start + read);
        if read == 0 {
            return Ok(());
        }
    }
}
