//! One file per command.

pub mod audit;
pub mod db;
pub mod generated;
pub mod policy;
pub mod rules;
pub mod sbom;
pub mod scan;
pub mod seal;
pub mod update;
pub mod verify;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use boltseal_model::Problem;
use boltseal_scan::visible;

use crate::{Failure, places};

/// Where `db build` and `db update` write and `scan` looks: `$XDG_DATA_HOME/boltseal/advisories.db`.
pub fn default_database() -> Option<PathBuf> {
    Some(places::data()?.join("boltseal/advisories.db"))
}

/// A file of text that is not larger than that.
pub fn read_text(path: &Path, most: u64) -> Result<String, Failure> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_string(&mut text));
    read.with_context(|| format!("reading {}", path.display())).map_err(Failure::usage)?;
    match text.len() as u64 > most {
        true => Err(Failure::usage(anyhow!("{} has more than the {most} bytes that are read", path.display()))),
        false => Ok(text),
    }
}

/// Writes a result to a file, or to standard output.
fn write(output: Option<&Path>, text: &str) -> Result<(), Failure> {
    let Some(path) = output else {
        return match io::stdout().write_all(text.as_bytes()) {
            // The reader has seen enough: `boltseal scan … | head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => Ok(result.context("writing to standard output")?),
        };
    };
    fs::write(path, text).with_context(|| format!("writing to {}", path.display())).map_err(Failure::usage)
}

/// Tells of something that could not be read.
fn tell(problem: &Problem) {
    let path = problem.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
    anstream::eprintln!("problem: {}", visible(&format!("{path}{} ({})", problem.detail, problem.kind.name())));
}
