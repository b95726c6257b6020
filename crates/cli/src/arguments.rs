//! The one list of commands and flags. Help, manual page and completions all come from it.

use std::path::PathBuf;

use boltseal_model::Severity;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

/// Everything in a container runs as intended, and only as intended.
#[derive(Debug, Parser)]
#[command(name = "boltseal", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 clean, 1 denied, 2 usage or configuration, 3 incomplete, 4 internal.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find the known vulnerabilities of an image or a folder
    Scan(Scan),
    /// Look after the advisory database
    Db(Db),
    /// Write a completion script for a shell to standard output
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write the manual page to standard output
    Man,
    /// Write the JSON schema of the report to standard output
    Schema,
}

/// Flags of `scan`.
#[derive(Debug, Args)]
#[command(after_help = "\
Targets:
  image.tar                   an archive of `docker save`, or an OCI layout in a tar
  docker-archive:FILE[:TAG]   the same, and which image of several
  oci:PATH[:TAG]              an OCI layout, as a folder or a tar
  dir:FOLDER                  a root file system or a source tree

Examples:
  docker save shop:1.2 --output shop.tar && boltseal scan shop.tar
  boltseal scan shop.tar --format json --output report.json --fail-on high
  boltseal scan shop.tar --explain CVE-2021-28363")]
pub struct Scan {
    /// What to look at
    pub target: String,
    /// How to write the report
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats())]
    pub format: String,
    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 1 when a finding is this severe or worse: critical, high, medium, low or unknown
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
    /// Say for every package why this vulnerability does or does not affect it, instead of a report
    #[arg(long, value_name = "ID", conflicts_with_all = ["format", "output"])]
    pub explain: Option<String>,
    /// Which image to take where a target holds several
    #[arg(long, value_name = "OS/ARCH")]
    pub platform: Option<String>,
    /// The advisory database to use; without it, the one that `db build` wrote, otherwise the embedded snapshot
    #[arg(long, value_name = "PATH", env = "BOLTSEAL_DB")]
    pub db: Option<PathBuf>,
}

/// Flags of `db`.
#[derive(Debug, Args)]
pub struct Db {
    /// What to do with it.
    #[command(subcommand)]
    pub command: DbCommand,
}

/// What to do with the database.
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Make a database from advisory sources
    ///
    /// Folders are read through, with the .zip, .tar, .tar.gz and .tar.zst archives in them. What a file is, is recognised
    /// by its name and content.
    Build {
        /// Files and folders with advisories
        #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
        from: Vec<PathBuf>,
        /// Where to write it; without it, where `scan` looks for it
        #[arg(long, value_name = "PATH", env = "BOLTSEAL_DB")]
        db: Option<PathBuf>,
    },
    /// Say which advisories the database holds, and check that it is whole
    Status {
        /// The database; without it, the one that `scan` would use
        #[arg(long, value_name = "PATH", env = "BOLTSEAL_DB")]
        db: Option<PathBuf>,
    },
}

fn formats() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(
        boltseal_scan::format::ALL.iter().map(|format| clap::builder::PossibleValue::new(format.id).help(format.title)),
    )
}
