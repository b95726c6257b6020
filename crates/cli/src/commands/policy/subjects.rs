//! What a file declares, for whoever holds it to policies.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use boltseal_model::{Limits, Problem, ProblemKind, Problems, Workload};
use boltseal_posture::{File as Manifests, Known, Subject, kubernetes, read};

/// The subjects that a file declares, as rules know them, `-` being standard input; and what could not be read of it.
pub fn declared(path: &Path) -> anyhow::Result<(Vec<Known>, Problems)> {
    let (subjects, problems) = subjects(path);
    let mut known = Vec::new();
    for subject in &subjects {
        known.extend(Known::of(subject)?);
    }
    Ok((known, problems))
}

/// Everything that a file declares, `-` being standard input, and what could not be read of it.
pub fn subjects(path: &Path) -> (Vec<Subject>, Problems) {
    let limits = Limits::default();
    let name = path.to_string_lossy();
    match bytes(path, limits.manifest_file_bytes) {
        Ok(bytes) => read(&Manifests { path: &name, bytes: &bytes }, &limits),
        Err(error) => (Vec::new(), Problem::at(ProblemKind::Unreadable, name, error.to_string()).into()),
    }
}

/// The workloads that a file declares, `-` being standard input, and what could not be read of it.
pub fn workloads(path: &Path) -> (Vec<Workload>, Problems) {
    let limits = Limits::default();
    let name = path.to_string_lossy();
    match bytes(path, limits.manifest_file_bytes) {
        Ok(bytes) => kubernetes::parse(&Manifests { path: &name, bytes: &bytes }, &limits),
        Err(error) => (Vec::new(), Problem::at(ProblemKind::Unreadable, name, error.to_string()).into()),
    }
}

/// Reads no more than one byte over the limit, which is enough to tell that it is exceeded.
pub fn bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
