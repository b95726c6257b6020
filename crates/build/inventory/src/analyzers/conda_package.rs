//! Installed Conda packages.
//!
//! Source: Conda's documentation, "Conda packages", and its `PrefixRecord`: a JSON file for each package in `conda-meta`.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::json_entries::{ANY, read_entries};
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern, integrity, json};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "conda-package",
    title: "Installed Conda packages",
    files: &[Pattern::InNamedFolder { folder: "conda-meta", suffix: ".json" }],
    sees: "every package of every environment, of any language, with licence, digest and the packages that it needs",
    misses: "the channel and build of a package; packages in the cache that no environment uses; Python packages that pip \
             installed into an environment, which python-wheel reads",
    ecosystems: &[Ecosystem::Conda],
    evidence: &[Evidence::Installed],
    source: "Conda's documentation, Conda packages, and its PrefixRecord",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let [mut name, mut version, mut licence, mut depends, mut sha256] = [None; 5];
    let mut line = None;
    let is_read = read_entries(&mut reading, &[&[ANY]], |_, entry| match entry.key(0) {
        "name" => name = Some(entry.value),
        "version" => (version, line) = (Some(entry.value), entry.line(None)),
        "license" => licence = Some(entry.value),
        "depends" => depends = Some(entry.value),
        "sha256" => sha256 = Some(entry.value),
        _ => {}
    });
    match (json::string(name), json::string(version)) {
        (Some(name), Some(version)) => {
            // A dependency is a name and what is asked of its version.
            let depends = json::strings(depends);
            let names =
                depends.iter().map(|depends| depends.split([' ', '=', '<', '>', '!', '[']).next().unwrap_or_default());
            let dependencies = reading.relations("dependency", line, names);
            let licences = reading.relations("licence", line, json::string(licence));
            if let Some(package) = reading.package(Ecosystem::Conda, &name, &version, line) {
                package.dependencies = dependencies;
                package.licences = licences;
                package.digests.extend(json::string(sha256).and_then(|sha256| integrity::sha256(&sha256)));
            }
        }
        _ if !is_read => {}
        _ => reading.problem(ProblemKind::Malformed, "the record has no name or no version"),
    }
    reading.finish()
}
