//! draft
mod check;
mod evaluate;
mod explain;
mod facts;
mod functions;
mod nearest;
mod program;
mod schema;
mod syntax;
pub use facts::{Facts, FactsError};
pub use schema::{FieldDocumentation, Schema, Schemas};
