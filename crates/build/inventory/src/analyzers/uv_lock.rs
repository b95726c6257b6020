//! `uv.lock`.
//!
//! Source: uv's documentation, "Locking and syncing", and its `uv-resolver/src/lock`; all versions of the format list packages as
//! `[[package]]` tables, each with a source.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use toml::de::DeTable;

use crate::lockfile::{Format, read_packages, table};
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "uv-lock",
    title: "Packages locked by uv",
    files: &[Pattern::Name("uv.lock")],
    sees: "every package that the file locks, of all groups, extras and platforms, with the digests of its archives",
    misses: "whether a package is installed; the project itself, its workspace, and folders beside it",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Requested],
    source: "uv's documentation, Locking and syncing, and its uv-resolver/src/lock",
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

/// Whether a package is not built from a folder beside the project.
fn is_wanted(package: &DeTable<'_>) -> bool {
    let source = table(package, "source");
    !source.is_some_and(|source| ["virtual", "editable", "directory"].iter().any(|kind| source.contains_key(*kind)))
}
