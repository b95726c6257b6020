//! `pdm.lock`.
//!
//! Source: PDM's documentation, "Lock file", and its `pdm/formats`; all versions of the format list packages as `[[package]]` tables.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use toml::de::DeTable;

use crate::lockfile::{Format, read_packages, string};
use crate::python_metadata::is_archive;
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "pdm-lock",
    title: "Packages locked by PDM",
    files: &[Pattern::Name("pdm.lock")],
    sees: "every package that the file locks, of all groups and platforms, with the digests of its archives",
    misses: "whether a package is installed; the project itself and folders beside it; archives that an old version of the \
             format lists apart from the packages",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Requested],
    source: "PDM's documentation, Lock file, and its pdm/formats",
    held_to: None,
    parse,
};

const FORMAT: Format =
    Format { ecosystem: Ecosystem::Pypi, tables: "package", is_wanted, without_version: ProblemKind::Unpinned };

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_packages(&mut reading, &FORMAT);
    reading.finish()
}

/// Whether a package is not built from a folder beside the project. With extras, a package is listed once more, which is
/// left out: the entry without them is always there.
fn is_wanted(package: &DeTable<'_>) -> bool {
    let is_folder = string(package, "path").is_some_and(|path| !is_archive(path));
    !is_folder && !package.contains_key("extras")
}
