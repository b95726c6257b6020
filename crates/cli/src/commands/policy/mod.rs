//! `boltseal policy`

mod check;
mod explain;
mod load;
mod network;
mod pss;
mod subjects;
mod test;

pub use load::{entries, files, say};
pub use subjects::subjects;

use crate::Outcome;
use crate::arguments::{Policy, PolicyCommand};

/// Does what is asked with policies.
pub fn run(arguments: &Policy) -> Outcome {
    match &arguments.command {
        PolicyCommand::Pss(arguments) => pss::run(arguments),
        PolicyCommand::Check(arguments) => check::run(arguments),
        PolicyCommand::Test(arguments) => test::run(arguments),
        PolicyCommand::Explain(arguments) => explain::run(arguments),
        PolicyCommand::Network(arguments) => network::run(arguments),
    }
}
