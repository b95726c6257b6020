//! Opens an image as a stream of layers and files.
//!
//! The edge supplies bytes through [`Blob`] and [`Store`] (a folder with an OCI layout), or an [`Archive`] finds the members
//! of a tar file. [`open`] chooses the [`Image`] that is meant and says what its layers are; [`read_layer`] streams one of
//! them through a [`Visitor`], which takes the files it wants, and leaves a [`LayerIndex`]; [`Overlay`] stacks the indexes
//! and knows which file is visible, what hides the others and where links lead. [`walk_tree`] shows a root file system on
//! disk to the same visitors.
//!
//! Invariant: whatever the bytes, memory is bounded by [`Limits`](boltseal_model::Limits), nothing panics, and what could
//! not be read is a problem. Every digest that the image states is compared with the bytes that were read.
//!
//! Deliberately absent: files, threads and networks (the caller reads layers in parallel, each by itself), the content of
//! sparse files, and extraction: nothing is ever written.

mod archive;
mod blob;
mod error;
mod hash;
mod image;
mod index;
mod json;
mod layer;
mod open;
mod overlay;
mod path;
mod select;
mod stored;
mod stream;
mod text;
mod tree;
mod visitor;

pub use archive::Archive;
pub use blob::{Blob, Store};
pub use boltseal_archive::{escape_path, unescape_path};
pub use error::OpenError;
pub use hash::use_path_key;
pub use image::{Image, Layer, Media, Selector, Setting};
pub use index::LayerIndex;
pub use layer::{confirm_layer, read_layer};
pub use open::open;
pub use overlay::{Overlay, WrittenThrough};
pub use tree::{Reading, Tree, TreeEntry, TreeKind, walk_tree};
pub use visitor::{Entry, EntryKind, HEAD_BYTES, Visitor, Want};
