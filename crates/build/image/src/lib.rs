//! Opens an image as a stream of layers and files.
mod blob;
mod error;
mod image;
mod visitor;

use std::io;
use boltseal_model::{Limits, Problem, ProblemKind, Problems};

pub use blob::{Blob, Store};
pub use error::OpenError;
pub use image::{Image, Layer, Media, Selector};
pub use visitor::{Entry, EntryKind, Visitor, Want};

/// An uncompressed tar archive, indexed by member name.
pub struct Archive<'a>(#[expect(dead_code, reason = "coming")] &'a dyn Blob);
impl<'a> Archive<'a> {
    /// Index.
    pub fn index(blob: &'a dyn Blob, _limits: &Limits) -> Result<(Self, Problems), OpenError> {
        Ok((Self(blob), Problems::default()))
    }
}
impl Store for Archive<'_> {
    fn open(&self, _name: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        Ok(None)
    }
}
/// Opens.
pub fn open(_store: &dyn Store, _selector: &Selector, _limits: &Limits) -> Result<(Image, Problems), OpenError> {
    Err(OpenError::NoManifest)
}
/// Reads.
pub fn read_layer(
    _store: &dyn Store, _layer: &Layer, _limits: &Limits, _visitor: &mut dyn Visitor, _progress: &(dyn Fn(u64) + Sync),
) -> (LayerIndex, Problems) {
    (LayerIndex::default(), Problems::default())
}
/// Index of a layer.
#[derive(Debug, Default)]
pub struct LayerIndex;
/// Layers stacked.
#[derive(Debug)]
pub struct Overlay;
impl Overlay {
    /// Stacks.
    pub fn stack(_layers: Vec<LayerIndex>) -> Self {
        Self
    }
    /// Topmost visible layer.
    pub fn layer_of(&self, _path: &str) -> Option<u32> {
        None
    }
    /// Which layer hides.
    pub fn hidden_by(&self, _layer: u32, _path: &str) -> Option<u32> {
        None
    }
    /// Follows links.
    pub fn resolve(&self, path: &str, _limits: &Limits) -> Result<(u32, String), Problem> {
        Err(Problem::at(ProblemKind::BrokenLink, path, "leads to nothing"))
    }
}
/// A root file system on disk.
pub trait Tree {
    /// At most `max` entries of a folder (`""` is the root), in any order. Names as [`escape_path`] writes them.
    fn list(&self, folder: &str, max: usize) -> io::Result<Vec<TreeEntry>>;
    /// Reads a file into the cleared buffer, following symbolic links within the tree; never blocks on pipes or devices.
    fn read(&self, path: &str, max: u64, buffer: &mut Vec<u8>) -> io::Result<Reading>;
    /// Target of a symbolic link.
    fn link(&self, path: &str) -> io::Result<String>;
}
/// What reading gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All of the file is in the buffer.
    Whole,
    /// The file has more bytes than were asked for.
    TooLarge,
    /// It is not a regular file.
    NotAFile,
}
/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TreeKind,
}
/// What a name in a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// Anything else.
    Other,
}
/// Walks.
pub fn walk_tree(_tree: &dyn Tree, _limits: &Limits, _visitor: &mut dyn Visitor) -> Problems {
    Problems::default()
}
/// Bytes of a name as text.
pub fn escape_path(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
/// And back.
pub fn unescape_path(text: &str) -> std::borrow::Cow<'_, [u8]> {
    std::borrow::Cow::Borrowed(text.as_bytes())
}
