//! The edge to the file system: the traits through which the engine `image` reads, on real files.

mod file;
mod layout;
mod tree;

pub use file::FileBlob;
pub use layout::LayoutFolder;
pub use tree::RootTree;
