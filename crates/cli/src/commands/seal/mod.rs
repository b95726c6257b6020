//! `boltseal seal`

mod diff;
mod image;
mod intent;
mod key;

use crate::Outcome;
use crate::arguments::{Seal, SealCommand};

/// Does what the user wants of seals.
pub fn run(arguments: &Seal) -> Outcome {
    match &arguments.command {
        None => image::run(&arguments.image),
        Some(SealCommand::Intent(intent)) => intent::run(intent),
        Some(SealCommand::Diff(diff)) => diff::run(diff),
        Some(SealCommand::Key(key)) => key::run(key),
    }
}
