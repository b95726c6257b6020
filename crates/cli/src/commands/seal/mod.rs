//! `boltseal seal`

mod diff;
mod intent;

use crate::Outcome;
use crate::arguments::{Seal, SealCommand};

/// Does what the user wants of seals.
pub fn run(arguments: &Seal) -> Outcome {
    match &arguments.command {
        SealCommand::Intent(intent) => intent::run(intent),
        SealCommand::Diff(diff) => diff::run(diff),
    }
}
