//! The command `boltseal`.
//!
//! It reads flags, opens the database, shows progress, writes the report and answers with an exit code. What is decided
//! here is how to talk to the user; everything else is in the crates that it composes.

mod arguments;
mod commands;
mod configuration;
mod exit;
mod keys;
mod places;
mod policies;
mod progress;
mod remote;
mod seals;
mod subjects;

use crate::arguments::Command;
use crate::exit::Exit;

fn main() -> std::process::ExitCode {
    let exit = run().unwrap_or_else(|failure| {
        anstream::eprintln!("boltseal: {:#}", failure.error);
        failure.exit
    });
    exit.into()
}

fn run() -> Outcome {
    match configuration::arguments()?.command {
        Command::Scan(scan) => commands::scan::run(&scan),
        Command::Sbom(sbom) => commands::sbom::run(&sbom),
        Command::Audit(audit) => commands::audit::run(&audit),
        Command::Seal(seal) => commands::seal::run(&seal),
        Command::Verify(verify) => commands::verify::run(&verify),
        Command::Db(db) => commands::db::run(&db),
        Command::Policy(policy) => commands::policy::run(&policy),
        Command::Rules(rules) => commands::rules::run(&rules),
        Command::Completions { shell } => commands::generated::completions(shell),
        Command::Man => commands::generated::manual(),
        Command::Schema { document } => commands::generated::schema(&document),
    }
}

/// An error with the exit code that it ends in.
struct Failure {
    exit: Exit,
    error: anyhow::Error,
}

impl Failure {
    /// The user asked for something that cannot be.
    fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { exit: Exit::Usage, error: error.into() }
    }

    /// The subject could not be read.
    fn incomplete(error: impl Into<anyhow::Error>) -> Self {
        Self { exit: Exit::Incomplete, error: error.into() }
    }
}

/// What is not foreseen is ours to mend.
impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { exit: Exit::Internal, error: error.into() }
    }
}

type Outcome = Result<Exit, Failure>;
