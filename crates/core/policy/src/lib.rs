//! draft
mod facts;
mod schema;
pub use facts::{Facts, FactsError};
pub use schema::{FieldDocumentation, Schema, Schemas};
#[cfg(test)]
mod draft { 
    #[test] fn show() { for f in crate::Schema::of::<boltseal_model::Workload>().fields() { println!("{} {} {} {}", f.path, f.ty, f.is_optional, f.documentation); } } }
