//! `conan.lock`.
//!
//! Source: Conan's documentation, "Lockfiles": in Conan 2 lists of references `NAME/VERSION[@USER/CHANNEL][#REVISION][%TIME]`;
//! in Conan 1 a graph whose nodes hold such references.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::json_entries::{ANY, Entry, read_entries};
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern, json};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "conan-lock",
    title: "C and C++ packages locked by Conan",
    files: &[Pattern::Name("conan.lock")],
    sees: "every package that the file locks, tools for the build included, from Conan 1 and 2",
    misses: "whether a package is linked in; the user and channel of a package, which are no part of its name here; \
             libraries that were built without Conan",
    ecosystems: &[Ecosystem::Conan],
    evidence: &[Evidence::Requested],
    source: "Conan's documentation, Lockfiles",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let routes: &[&[&str]] = &[
        &["requires", ANY],
        &["build_requires", ANY],
        &["python_requires", ANY],
        &["config_requires", ANY],
        &["graph_lock", "nodes", ANY],
    ];
    read_entries(&mut reading, routes, report);
    reading.drop_repetitions();
    reading.finish()
}

fn report(reading: &mut Reading<'_>, entry: &mut Entry<'_, '_>) {
    let is_node = entry.keys.len() == 3;
    let (reference, line) = if is_node {
        let [reference, path] = entry.members(&["ref", "path"]).unwrap_or_default();
        // The node with a path is the project itself; one without a reference is what has no name.
        if path.is_some_and(|path| path.get() != "null") || reference.is_none() {
            return;
        }
        (json::string(reference), entry.line(reference))
    } else {
        (json::string(Some(entry.value)), entry.line(None))
    };
    let Some(reference) = reference else {
        return reading.problem_at(ProblemKind::Malformed, line, "a reference is no string");
    };
    match reference.split(['@', '#', '%']).next().and_then(|package| package.split_once('/')) {
        // A project that is only a list of requirements has no version.
        Some((_, "None")) if is_node => {}
        Some((name, version)) => {
            reading.package(Ecosystem::Conan, name, version, line);
        }
        None => {
            let detail = format!("{} has no version", quoted(&reference));
            reading.problem_at(ProblemKind::Malformed, line, detail);
        }
    }
}
