//! The flags of `boltseal seal`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Subjects;

/// Flags of `seal`.
#[derive(Debug, Args)]
pub struct Seal {
    /// What to do.
    #[command(subcommand)]
    pub command: SealCommand,
}

/// What to do with seals.
#[derive(Debug, Subcommand)]
pub enum SealCommand {
    /// Derive what an image is meant to do, from the image alone
    ///
    /// Writes the intent in JSON: what may be executed, user, ports, peers, paths that are written to, capabilities and system calls
    /// (both an estimate), and the vulnerabilities to guard.
    Intent(SealIntent),
    /// Say what changed between the intents of two images
    ///
    /// Each of the two is an image, or a file that `seal intent` wrote. Writes a line for each difference.
    Diff(SealDiff),
}

/// Flags of `seal intent`.
#[derive(Debug, Args)]
pub struct SealIntent {
    /// What to look at, and how to reach it.
    #[command(flatten)]
    pub subjects: Subjects,
    /// Write it to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Flags of `seal diff`.
#[derive(Debug, Args)]
pub struct SealDiff {
    /// The two images, or files with their intents, and how to reach them.
    #[command(flatten)]
    pub subjects: Subjects,
    /// How to write the differences
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffFormat,
}

/// How differences are written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum DiffFormat {
    /// A line of words for each.
    #[default]
    Text,
    /// A list in JSON.
    Json,
}
