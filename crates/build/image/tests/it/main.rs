//! An image in, its files out: every format, every way to hide a file, and everything that hostile bytes can do.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests report by panicking")]

mod formats;
mod hostile;
mod interop;
mod limits;
mod links;
mod members;
mod model;
mod mutations;
mod overlay;
mod support;
mod tree;
