//! YAML from hostile hands.
//!
//! [`documents`] parts a text into its documents, [`read`] reads one of them within limits and says in a [`Fault`] where it could
//! not be, [`tree`] makes a [`Node`] of it, whose values know their [`Position`](boltseal_model::Position). JSON is YAML, and is
//! read alike.
//!
//! Invariant: whatever the text, memory and time are bounded by its length, and anchors cannot make a document larger than it is.
//!
//! Deliberately absent: what the values mean, and writing.

mod document;
mod node;

pub use document::{Fault, Keys, documents, is_blank, read};
pub use node::{Entry, Node, Value, tree};
