//! The one harness that walks every fixture folder.
//!
//! A fixture folder is named by the id it tests. Its cases are folders whose names make a promise, which is checked before
//! any golden file is compared:
//!
//! | name | promise |
//! | --- | --- |
//! | `fires-…` | something is found, and everything could be read |
//! | `quiet-…` | nothing is found, and nothing is wrong |
//! | `broken-…` | at least one problem is reported |
//! | `limits-…` | a limit trips and is reported; the case lowers limits in `limits.json` |
//!
//! A case holds `input/` (files, laid out as in the subject) and `expected.json`, written anew by `BOLTSEAL_BLESS=1`, or
//! for one id by `BOLTSEAL_BLESS=id`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use boltseal_model::{Limits, Problem, ProblemKind};

/// One case of a fixture folder.
#[derive(Debug)]
pub struct Case {
    /// The id that the folder is named by.
    pub id: String,
    /// Name of the case, with the promise first.
    pub name: String,
    folder: PathBuf,
}

/// What an engine made of a case.
#[derive(Debug)]
pub struct Outcome {
    /// How many things were found.
    pub hits: usize,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// All of it, as the golden file keeps it.
    pub golden: serde_json::Value,
}

impl Case {
    /// The files below `input/`, as (path with forward slashes, bytes), sorted by path.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let root = self.folder.join("input");
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        files.sort();
        assert!(!files.is_empty(), "{}: no file in input/", self.label());
        files
    }

    /// The limits of this case: the defaults, with the values of `limits.json` in their place.
    pub fn limits(&self) -> Limits {
        match fs::read(self.folder.join("limits.json")) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: limits.json: {error}", self.label()))
            }
            Err(_) => Limits::default(),
        }
    }

    fn label(&self) -> String {
        format!("{}/{}", self.id, self.name)
    }
}

/// Runs every case below `root`, whose folders must be exactly `ids`, and panics with all broken promises at once.
pub fn check(root: &Path, ids: &[&str], run: impl Fn(&Case) -> Outcome) {
    let mut failures = Vec::new();
    let mut cases = 0;
    let expected: BTreeSet<String> = ids.iter().map(|&id| id.to_owned()).collect();
    let found: BTreeSet<String> = folders(root).into_iter().collect();
    for id in expected.symmetric_difference(&found) {
        let what = if expected.contains(id) { "has no fixture folder" } else { "has fixtures, but no such id exists" };
        failures.push(format!("{id}: {what} in {}", root.display()));
    }
    for id in found.intersection(&expected) {
        let all = self::cases(root, id);
        if !all.iter().any(|case| case.name.starts_with("fires-")) {
            failures.push(format!("{id}: has no fires- case"));
        }
        for case in all {
            cases += 1;
            let outcome = run(&case);
            if let Err(failure) = judge(&case, &outcome).and_then(|()| compare(&case, &outcome)) {
                failures.push(format!("{}: {failure}", case.label()));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {cases} cases failed:\n{}", failures.len(), failures.join("\n"));
    assert!(cases > 0, "no case below {}", root.display());
}

/// The cases of an id, by name.
pub fn cases(root: &Path, id: &str) -> Vec<Case> {
    let folder = root.join(id);
    let case = |name: String| Case { id: id.to_owned(), folder: folder.join(&name), name };
    folders(&folder).into_iter().map(case).collect()
}

/// Holds an outcome to the promise in the case's name.
fn judge(case: &Case, outcome: &Outcome) -> Result<(), String> {
    const LIMITS: [ProblemKind; 4] =
        [ProblemKind::TooLarge, ProblemKind::TooMany, ProblemKind::TooDeep, ProblemKind::CompressionBomb];
    let incomplete: Vec<&Problem> = outcome.problems.iter().filter(|problem| problem.kind.is_incomplete()).collect();
    let promise = case.name.split('-').next().unwrap_or_default();
    match promise {
        "fires" if outcome.hits == 0 => Err("fires, but found nothing".into()),
        "fires" if !incomplete.is_empty() => Err(format!("fires, but could not read all: {incomplete:?}")),
        "quiet" if outcome.hits > 0 => Err(format!("quiet, but found {}", outcome.hits)),
        "quiet" if !outcome.problems.is_empty() => Err(format!("quiet, but has problems: {:?}", outcome.problems)),
        "broken" if incomplete.is_empty() => Err("broken, but reported no problem".into()),
        "limits" if !incomplete.iter().any(|problem| LIMITS.contains(&problem.kind)) => {
            Err(format!("limits, but no limit tripped: {incomplete:?}"))
        }
        "fires" | "quiet" | "broken" | "limits" => Ok(()),
        _ => Err("a case is called fires-…, quiet-…, broken-… or limits-…".into()),
    }
}

fn compare(case: &Case, outcome: &Outcome) -> Result<(), String> {
    let path = case.folder.join("expected.json");
    let actual = serde_json::to_string_pretty(&outcome.golden).map_err(|error| error.to_string())? + "\n";
    if std::env::var("BOLTSEAL_BLESS").is_ok_and(|ids| ids == "1" || ids == case.id) {
        return fs::write(&path, actual).map_err(|error| format!("{}: {error}", path.display()));
    }
    let expected = fs::read_to_string(&path)
        .map_err(|error| format!("{}: {error}; BOLTSEAL_BLESS=1 writes it", path.display()))?;
    if actual == expected {
        return Ok(());
    }
    let line = actual.lines().zip(expected.lines()).take_while(|(actual, expected)| actual == expected).count();
    Err(format!(
        "differs from expected.json at line {}:\n  expected {:?}\n  actual   {:?}\n  BOLTSEAL_BLESS=1 accepts the change",
        line + 1,
        expected.lines().nth(line).unwrap_or("(end)"),
        actual.lines().nth(line).unwrap_or("(end)"),
    ))
}

fn folders(root: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(relative) = path.strip_prefix(root) {
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            files.push((relative.to_string_lossy().into_owned(), bytes));
        }
    }
}
