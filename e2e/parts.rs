//! The parts that scenarios run on.

use std::path::PathBuf;
use std::process::{Command, Output};

use boltseal_model::Report;

/// A part that `cargo xtask test` has built, by the variable that names it.
pub fn part(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        boltseal_testkit::skip(&format!("{variable} names no part; `cargo xtask test` builds it"));
    }
    path
}

/// The released command, ready for arguments; it sees no configuration of the user who runs the tests.
pub fn boltseal() -> Option<Command> {
    let mut command = Command::new(part("BOLTSEAL_BINARY")?);
    command.env_remove("BOLTSEAL_DB").env("XDG_DATA_HOME", "/nonexistent");
    Some(command)
}

/// Runs the command.
pub fn run(arguments: &[&str]) -> Option<Output> {
    Some(boltseal()?.args(arguments).output().expect("boltseal starts"))
}

/// Scans a target; gives the report and the exit code.
pub fn scan(target: &str) -> Option<(Report, i32)> {
    let output = run(&["scan", target, "--format", "json"])?;
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{target}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    Some((report, output.status.code().expect("boltseal exits")))
}
