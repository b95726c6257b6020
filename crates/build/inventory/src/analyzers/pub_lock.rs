//! `pubspec.lock`.
//!
//! Source: Dart's documentation, "The pubspec.lock file" and "Package dependencies", section "Dependency sources".

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use serde::Deserialize;

use crate::json::Key;
use crate::reading::{Reading, quoted};
use crate::yaml::read_entries;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "pub-lock",
    title: "Dart packages locked by pub",
    // The cache holds the source of packages, each with what its own authors work with.
    files: &[Pattern::NameOutside { folder: ".pub-cache", name: "pubspec.lock" }],
    sees: "every package that the file locks from a server or a git repository, those for development included",
    misses: "whether a package is compiled in; folders beside the project; the Dart and Flutter SDK and the packages that \
             are part of it; licences and dependencies, which the file does not record",
    ecosystems: &[Ecosystem::Pub],
    evidence: &[Evidence::Requested],
    source: "Dart's documentation, The pubspec.lock file",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_entries(&mut reading, "packages", report);
    reading.expect_final_newline();
    reading.finish()
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    source: Option<Key<'a>>,
    #[serde(borrow)]
    version: Option<Key<'a>>,
}

fn report(reading: &mut Reading<'_>, line: Option<u32>, name: &str, entry: &Entry<'_>) {
    match (entry.source.as_ref().map(|source| &*source.0), &entry.version) {
        // The project's own code, and what belongs to the SDK, whose packages all have the version 0.0.0.
        (Some("path" | "sdk"), _) => {}
        (Some("hosted" | "git"), Some(version)) => {
            reading.package(Ecosystem::Pub, name, &version.0, line);
        }
        (_, None) => reading.problem_at(ProblemKind::Malformed, line, format!("{} has no version", quoted(name))),
        (_, Some(_)) => {
            let detail = format!("{} comes from no known kind of source", quoted(name));
            reading.problem_at(ProblemKind::Unsupported, line, detail);
        }
    }
}
