//! YAML from hostile hands.
//!
//! [`documents`] parts a text into its documents. [`tree`] makes a [`Node`] of one, whose values know their
//! [`Position`](boltseal_model::Position); [`read`] deserialises one straight into what has its shape. Both keep within limits, and
//! say in a [`Fault`] where it could not be read. JSON is YAML, and is read alike.
//!
//! An [`edit::Editor`] changes a part of a document and leaves the rest as it is.
//!
//! Invariant: whatever the text, memory and time are bounded by its length, and anchors make a document at most a few times as
//! large as it is.
//!
//! Deliberately absent: what the values mean, and writing whole documents.

mod document;
mod node;
mod outline;
mod scalar;
mod tree;

pub mod edit;

pub use document::{Fault, documents, is_blank, read};
pub use node::{Entry, Node, Value};
pub use outline::Part;
pub use tree::tree;
