//! Files of policies.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use boltseal_model::Limits;
use boltseal_policy::{Library, Loader, Mistake, Schemas};
use boltseal_scan::visible;

use super::subjects::bytes;
use crate::Failure;

/// The file of a policy in its folder.
pub const POLICY: &str = "policy.yaml";

/// Reads files, and the files of folders, as one.
pub fn load(paths: &[PathBuf], schemas: &Schemas) -> Result<(Library, Vec<Mistake>), Failure> {
    let limits = Limits::default();
    let mut loader = Loader::new(schemas, &limits);
    files(paths)?.iter().for_each(|(name, bytes)| loader.add(name, bytes));
    Ok(loader.finish())
}

/// Files, and those of folders, with their content.
pub fn files(paths: &[PathBuf]) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let limit = Limits::default().policy_file_bytes;
    let mut found = Vec::new();
    for path in paths {
        let files = if path.is_dir() { within(path)? } else { vec![path.clone()] };
        for file in files {
            let bytes =
                bytes(&file, limit).with_context(|| format!("reading {}", file.display())).map_err(Failure::usage)?;
            found.push((file.to_string_lossy().into_owned(), bytes));
        }
    }
    Ok(found)
}

/// Files of policies in a folder and those in it: a folder with a policy of its own holds cases beside.
fn within(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let policy = folder.join(POLICY);
    if policy.is_file() {
        return Ok(vec![policy]);
    }
    let mut found = Vec::new();
    for path in entries(folder)? {
        let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        if path.is_dir() {
            found.extend(within(&path)?);
        } else if is_yaml {
            found.push(path);
        }
    }
    Ok(found)
}

/// What a folder holds, by name. Links to folders are not followed: they may lead in a circle.
pub fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let listed =
        fs::read_dir(folder).with_context(|| format!("reading {}", folder.display())).map_err(Failure::usage)?;
    for entry in listed {
        let entry = entry.map_err(Failure::usage)?;
        let is_link = entry.file_type().map_err(Failure::usage)?.is_symlink();
        if !is_link || !entry.path().is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Says what is wrong, to people.
pub fn say(mistakes: &[Mistake]) {
    for mistake in mistakes {
        anstream::eprintln!("{}", visible(&mistake.to_string()));
    }
}
