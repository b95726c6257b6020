//! What rules know of what is declared.

use boltseal_model::Workload;
use boltseal_policy::{Schema, Schemas};

/// The facts that rules on what is declared can name, under the names by which they know them.
pub fn schemas() -> Schemas {
    Schemas::default().with("workload", Schema::of::<Workload>())
}
