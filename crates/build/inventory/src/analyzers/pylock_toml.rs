//! `pylock.toml`.
//!
//! Source: PyPA's "pylock.toml specification" (PEP 751).

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use toml::de::DeTable;

use crate::lockfile::{Format, read_packages};
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "pylock-toml",
    title: "Packages locked for any Python installer",
    files: &[Pattern::Name("pylock.toml"), Pattern::Affixes { prefix: "pylock.", suffix: ".toml" }],
    sees: "every package that the file locks, of all groups, extras and platforms, with the digests of its archives; \
           one without a version is reported as unpinned",
    misses: "whether a package is installed; folders beside the project",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Requested],
    source: "PEP 751",
    held_to: None,
    parse,
};

const FORMAT: Format =
    Format { ecosystem: Ecosystem::Pypi, tables: "packages", is_wanted, without_version: ProblemKind::Unpinned };

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_packages(&mut reading, &FORMAT);
    reading.finish()
}

/// Whether a package is not built from a folder beside the project.
fn is_wanted(package: &DeTable<'_>) -> bool {
    !package.contains_key("directory")
}
