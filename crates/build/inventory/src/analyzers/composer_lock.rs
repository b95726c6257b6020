//! `composer.lock`, and Composer's record of what it installed.
//!
//! Source: Composer's documentation, "composer.json schema" and "Basic usage", and its `FilesystemRepository`: a lock file
//! has `packages` and `packages-dev`; `installed.json` has `packages`, and before Composer 2 was the list itself.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use serde_json::value::RawValue;

use crate::json;
use crate::json_entries::{ANY, Entry, read_entries};
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "composer-lock",
    title: "PHP packages locked or installed by Composer",
    files: &[
        // A lock file below vendor locks what its package's authors work with; nobody installs from it.
        Pattern::NameOutside { folder: "vendor", name: "composer.lock" },
        Pattern::NameIn { parent_suffix: "composer", name: "installed.json" },
    ],
    sees: "every package that the lock file locks, those for development included, and every package that is recorded as \
           installed, with licences and the packages that each requires",
    misses: "the application itself; the PHP version and its extensions; PHP code that was copied without Composer; what a \
             package from a branch really holds: its version is the name of the branch",
    ecosystems: &[Ecosystem::Composer],
    evidence: &[Evidence::Installed, Evidence::Requested],
    source: "Composer's documentation, and its FilesystemRepository",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_entries(&mut reading, &[&["packages", ANY], &["packages-dev", ANY], &[""]], report);
    reading.finish()
}

fn report(reading: &mut Reading<'_>, entry: &mut Entry<'_, '_>) {
    let Some([name, version, licence, require]) = entry.members(&["name", "version", "license", "require"]) else {
        let line = entry.line(None);
        return reading.problem_at(ProblemKind::Malformed, line, "a package is no object");
    };
    let line = entry.line(name);
    let (Some(name), Some(version)) = (json::string(name), json::string(version)) else {
        return reading.problem_at(ProblemKind::Malformed, line, "a package has no name or no version");
    };
    let licences = reading.relations("licence", line, json::strings(licence));
    let dependencies = reading.relations("dependency", line, packages(require));
    if let Some(package) = reading.package(Ecosystem::Composer, &name, &version, line) {
        package.licences = licences;
        package.dependencies = dependencies;
    }
}

/// The names of required packages. PHP itself, its extensions and Composer's own interfaces have no vendor.
fn packages(require: Option<&RawValue>) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
    json::names(require).into_iter().filter(|name| name.contains('/'))
}
