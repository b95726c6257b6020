//! Who looks at the files of a layer or a tree.

use crate::blob::Blob;

/// How many bytes of a file [`Visitor::peek`] sees: the header of a program.
pub const HEAD_BYTES: usize = 64;

/// What a visitor wants of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Nothing more.
    Skip,
    /// The first bytes of its content, handed to [`Visitor::peek`], which decides anew. Only a file has any.
    Peek,
    /// Its content, handed to [`Visitor::file`]. Only a file has content; in a [`Tree`](crate::Tree) a symbolic link has
    /// that of the file it leads to.
    Read,
}

/// One entry of a layer or a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Normalised path from the root, without a leading slash. Bytes that are not UTF-8 are written as
    /// [`escape_path`](crate::escape_path) says, so that two names never become one.
    pub path: &'a str,
    /// What it is.
    pub kind: EntryKind<'a>,
    /// Bytes of a file; 0 for everything else, and in a tree until it is read.
    pub size: u64,
    /// Permission bits; 0 in a tree until it was peeked at, since they cost a system call for each file.
    pub mode: u32,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind<'a> {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link and its target as written, which may be absolute, relative or broken.
    Symlink(&'a str),
    /// A hard link and the normalised path of the file it shares its content with.
    HardLink(&'a str),
    /// A device, a pipe or something else without content.
    Other,
}

/// Looks at entries in stream order.
///
/// A path may come twice in one layer: the later one stands, as in extraction, and a problem says so.
pub trait Visitor {
    /// Decides about an entry. Whiteouts are not entries.
    fn entry(&mut self, entry: &Entry<'_>) -> Want;

    /// Decides about a file by its first bytes, at most [`HEAD_BYTES`]. A program is larger than a record: of what is wanted
    /// here, [`Limits::program_bytes`](boltseal_model::Limits::program_bytes) are read.
    ///
    /// In a tree, any other bytes of the file may be looked at as well; a layer is a stream, which has none.
    fn peek(&mut self, _entry: &Entry<'_>, _head: &[u8], _file: Option<&dyn Blob>) -> Want {
        Want::Skip
    }

    /// Takes the content of a wanted file. The bytes are only lent: the buffer is used again for the next file.
    fn file(&mut self, entry: &Entry<'_>, bytes: &[u8]);
}
