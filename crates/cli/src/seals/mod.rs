//! Where seals lie. Every place is one file's business; what it gives is hostile until it is verified.

mod beside;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use boltseal_model::Limits;
use boltseal_seal::Sealed;
use boltseal_seal::predicates::Kind;

use crate::Failure;
use crate::commands::policy;

pub use beside::Beside;

/// A seal as it lies somewhere, and where.
pub struct Seal {
    /// For people.
    pub place: String,
    /// An envelope or a bundle.
    pub bytes: Vec<u8>,
}

/// A place that seals are put in.
pub trait Shelf {
    /// Puts seals there. What is there already stays.
    fn put(&self, seals: &[Sealed]) -> Result<(), Failure>;
}

/// A folder, with a file for each seal. It is named by what it says and by the digest of its statement.
pub struct Folder<'a>(pub &'a Path);

/// Standard output, with a line for each seal.
pub struct Lines;

impl Shelf for Folder<'_> {
    fn put(&self, seals: &[Sealed]) -> Result<(), Failure> {
        fs::create_dir_all(self.0).with_context(|| format!("making {}", self.0.display())).map_err(Failure::usage)?;
        for seal in seals {
            let digest = seal.envelope.digest();
            let name = format!("{}-{}.json", word(seal.kind), digest.hex().get(..16).unwrap_or_default());
            let path = self.0.join(name);
            let written = fs::write(&path, seal.envelope.to_json() + "\n");
            written.with_context(|| format!("writing {}", path.display())).map_err(Failure::usage)?;
            anstream::eprintln!("{}", path.display());
        }
        Ok(())
    }
}

impl Shelf for Lines {
    fn put(&self, seals: &[Sealed]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        for seal in seals {
            writeln!(out, "{}", seal.envelope.to_json()).context("writing to standard output")?;
        }
        Ok(())
    }
}

const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::BillOfMaterials => "bill-of-materials",
        Kind::Vulnerabilities => "vulnerabilities",
        Kind::Intent => "intent",
        Kind::Provenance => "provenance",
        Kind::Verdict => "verdict",
    }
}

/// The seals in files, and in the files of folders that end with `.json` or `.jsonl`, by name. One more than may be is enough to
/// tell that there are too many.
pub fn in_files(paths: &[PathBuf], limits: &Limits) -> Result<Vec<Seal>, Failure> {
    let mut found = Vec::new();
    let mut left = limits.verified_bytes;
    for path in paths {
        for file in files(path)? {
            left = left.saturating_sub(read(&file, limits, &mut found)?);
            if left == 0 {
                let most = limits.verified_bytes;
                return Err(Failure::usage(anyhow!(
                    "the seals have more than the {most} bytes that are verified for one image"
                )));
            }
            if found.len() > limits.seals {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let is_seal = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json" || ending == "jsonl");
    let files = policy::entries(path)?;
    Ok(files.into_iter().filter(|file| is_seal(file) && !file.is_dir()).collect())
}

/// A file with one seal, or with one on each line where its name ends with `.jsonl`; gives its size.
fn read(path: &Path, limits: &Limits, found: &mut Vec<Seal>) -> Result<u64, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limits.envelope_bytes + 1).read_to_end(&mut bytes));
    read.with_context(|| format!("reading {}", path.display())).map_err(Failure::usage)?;
    let (place, size) = (path.display().to_string(), bytes.len() as u64);
    if path.extension().is_none_or(|ending| ending != "jsonl") {
        found.push(Seal { place, bytes });
        return Ok(size);
    }
    let lines = bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    for (number, line) in lines.take(limits.seals + 1) {
        found.push(Seal { place: format!("{place}, line {}", number + 1), bytes: line.to_vec() });
    }
    Ok(size)
}
