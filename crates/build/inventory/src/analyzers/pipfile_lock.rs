//! `Pipfile.lock`.
//!
//! Source: Pipenv's documentation, "Pipfile & Pipfile.lock", and PyPA's "Pipfile" specification.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use serde_json::value::RawValue;

use crate::integrity;
use crate::json;
use crate::json_entries::{ANY, read_entries};
use crate::lockfile::offer;
use crate::python_metadata::is_archive;
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "pipfile-lock",
    title: "Packages locked by Pipenv",
    files: &[Pattern::Name("Pipfile.lock")],
    sees: "every package that the file locks, of all categories, with the digests of its archives; one without a version, \
           from git or an archive, is reported as unpinned",
    misses: "whether a package is installed; the project itself and folders beside it",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Requested],
    source: "PyPA's Pipfile specification",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_entries(&mut reading, &[&[ANY, ANY]], |reading, entry| {
        if entry.key(0) == "_meta" {
            return;
        }
        let [version, path, file, hashes] = entry.members(&["version", "path", "file", "hashes"]).unwrap_or_default();
        let line = entry.line(version.or(path).or(file));
        report(reading, line, entry.key(1), version, [path, file], hashes);
    });
    reading.finish()
}

/// Adds a package, unless it is a folder beside the project.
fn report(
    reading: &mut Reading<'_>,
    line: Option<u32>,
    name: &str,
    version: Option<&RawValue>,
    paths: [Option<&RawValue>; 2],
    hashes: Option<&RawValue>,
) {
    let is_folder = |path: Option<&RawValue>| {
        json::string(path)
            .is_some_and(|path| !is_archive(&path) && (!path.contains("://") || path.starts_with("file:")))
    };
    let text = json::string(version);
    match text.as_deref().map(|text| text.trim_start_matches('=').trim_start()) {
        _ if paths.into_iter().any(is_folder) => {}
        Some(exact) if text.as_deref().is_some_and(|text| text.starts_with("==")) => {
            let digests = json::strings(hashes).into_iter().filter_map(|hash| integrity::labelled(&hash));
            let archives = reading.archives(line, digests.map(|digest| (None, vec![digest])));
            if let Some(package) = reading.package(Ecosystem::Pypi, name, exact, line) {
                offer(package, archives);
            }
        }
        None if version.is_some() => {
            let detail = format!("version of {} is no string", quoted(name));
            reading.problem_at(ProblemKind::Malformed, line, detail);
        }
        Some(_) | None => {
            reading.problem_at(ProblemKind::Unpinned, line, format!("{} has no exact version", quoted(name)));
        }
    }
}
