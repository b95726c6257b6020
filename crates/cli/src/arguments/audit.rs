//! The flags of `boltseal audit`.

use std::path::PathBuf;

use boltseal_model::Severity;
use clap::{Args, Subcommand, ValueEnum};

/// Flags of `audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// What to hold to a benchmark.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// What is held to a benchmark.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Hold Docker, its containers and its images to the CIS Docker Benchmark
    ///
    /// Looks at files, at processes and at the socket of the engine; runs nothing and changes nothing. Exits with 1 when a check fails,
    /// and with 3 when none does and something could not be seen.
    Docker(AuditFlags),
    /// Hold the host to what a hardened container host has
    ///
    /// Looks at its kernel, mounts, services, SSH, audit trail, files and engines; runs nothing and changes nothing. Exits with 1 when a
    /// check fails, and with 3 when none does and something could not be seen.
    Host(AuditFlags),
    /// Hold the node, and objects of its cluster, to the CIS Kubernetes Benchmark
    ///
    /// Looks at the kubelet, at the control plane where it runs as static pods, and at their files; at objects of the cluster in files that
    /// --objects names. Exits with 1 when a check fails, and with 3 when none does and something could not be seen.
    Kubernetes(AuditFlags),
}

/// Flags of an audit.
#[derive(Debug, Args)]
pub struct AuditFlags {
    /// Where the files of the host are: its root, mounted into the container that this runs in
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
    /// Judge facts that were collected before, perhaps on another host, instead of this host; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "root")]
    pub facts: Option<PathBuf>,
    /// Judge objects of Kubernetes too, as `kubectl get --output yaml` writes them; may be given several times
    #[arg(long, value_name = "FILE")]
    pub objects: Vec<PathBuf>,
    /// Judge the checks up to this level: 1 for what every host should have, 2 for what costs something as well
    #[arg(long, value_name = "LEVEL", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=2))]
    pub level: u8,
    /// How to write what is found
    #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
    pub format: AuditFormat,
    /// Write the commands that mend what fails, instead of a report. None of them is run
    #[arg(long, conflicts_with = "format")]
    pub fix: bool,
    /// Write it to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 1 only when a check fails that is this severe or worse: critical, high, medium or low
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
    /// Take exemptions from a file of policies in YAML, or a folder of them; may be given several times
    #[arg(long, value_name = "PATH", env = "BOLTSEAL_POLICY")]
    pub policy: Vec<PathBuf>,
}

/// How an audit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    /// For people at a terminal
    Table,
    /// For programs
    Json,
    /// No report, but the facts themselves, for `--facts` on another machine
    Facts,
}
