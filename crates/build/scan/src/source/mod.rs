//! The edges of a scan: the traits through which the engine `image` reads, on real files, and what gives such files.

mod containerd;
mod engine;
mod file;
mod git;
mod layout;
mod spool;
mod tree;

pub use containerd::{ContainerdImage, ContainerdPlace, StoreError};
pub use engine::{Engine, EngineError};
pub use file::FileBlob;
pub use git::{Checkout, GitError};
pub use layout::LayoutFolder;
pub use spool::spool;
pub use tree::RootTree;
