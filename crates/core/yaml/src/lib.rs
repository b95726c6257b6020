//! YAML from hostile hands.
//!
//! [`documents`] parts a text into its documents. [`tree`] makes a [`Node`] of one, whose values know their
//! [`Position`](boltseal_model::Position); [`read`] deserialises one straight into what has its shape. Both keep within limits, and
//! say in a [`Fault`] where it could not be read. JSON is YAML, and is read alike.
//!
//! Invariant: whatever the text, memory and time are bounded by its length, and anchors make a document at most a few times as
//! large as it is.
//!
//! Deliberately absent: what the values mean, and writing.

mod document;
mod node;
mod scalar;
mod tree;

pub use document::{Fault, documents, is_blank, read};
pub use node::{Entry, Node, Value};
pub use tree::tree;
