//! Automation of the project. `cargo xtask` lists the commands.
//!
//! Every command is one file here. Nothing in this crate reaches a release, and it depends on no crate of ours, so that it
//! builds in seconds and can check a tree that does not compile.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its user")]

mod bench;
mod debian;
mod demo;
mod feeds;
mod fuzz;
mod generate;
mod image;
mod new;
mod objects;
mod options;
mod planted;
mod python;
mod schemas;
mod shell;
mod test;
mod tidy;

use std::process::ExitCode;

use crate::options::Options;

const HELP: &str = "\
cargo xtask COMMAND [--yes] [--seconds N]

  demo            build a real Debian image with two applications on it, and scan it
  test            run every check and every test
  tidy            check the rules of the house: imports, purity, owners, sizes, ids, documents
  new KIND ID     write the skeleton of a new analyzer, importer, version-order or report-format
  gen             write the generated files anew: advisory snapshot, report schema, manual page, completions
  bench           measure against the figures in docs/benchmarks.md
  bench content   the search for malware and secrets alone, beside YARA-X and gitleaks
  fuzz [TARGET]   run one fuzz target, or each of them, for a while, beginning with the fixtures (needs cargo-fuzz)

  --yes           install missing Debian packages without asking (CI does so too)
  --seconds N     how long each fuzz target runs, unless 60 seconds
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let options = Options::parse()?;
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help"] => {
            print!("{HELP}");
            Ok(())
        }
        ["demo"] => demo::run(&options),
        ["test"] => test::run(&options),
        ["tidy"] => tidy::run(),
        ["new", kind, id] => new::run(kind, id),
        ["gen"] => generate::run(),
        ["bench"] => bench::run(&options),
        ["bench", "content"] => bench::run_content(&options),
        ["fuzz"] => fuzz::run(None, options.seconds),
        ["fuzz", target] => fuzz::run(Some(target), options.seconds),
        _ => anyhow::bail!("no such command: {}\n\n{HELP}", words.join(" ")),
    }
}
