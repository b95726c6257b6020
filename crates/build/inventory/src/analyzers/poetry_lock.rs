//! `poetry.lock`.
//!
//! Source: Poetry's documentation, "Basic usage", and its `packages/locker.py`; all versions of the format list packages as
//! `[[package]]` tables.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::lockfile::{Format, read_packages, string, table};
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "poetry-lock",
    title: "Packages locked by Poetry",
    files: &[Pattern::Name("poetry.lock")],
    sees: "every package that the file locks, of all groups and platforms, with the digests of its archives",
    misses: "whether a package is installed; packages from a folder beside the project; archives that an old version of the \
             format lists apart from the packages",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Requested],
    source: "Poetry's documentation, and its packages/locker.py",
    held_to: None,
    parse,
};

const FORMAT: Format = Format {
    ecosystem: Ecosystem::Pypi,
    tables: "package",
    is_wanted: |package| table(package, "source").and_then(|source| string(source, "type")) != Some("directory"),
    without_version: ProblemKind::Malformed,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_packages(&mut reading, &FORMAT);
    reading.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_when_a_package_lies_beside_the_project() {
        let text = "[[package]]\nname = \"lib\"\nversion = \"1.0\"\n[package.source]\ntype = \"directory\"\nurl = \"../lib\"\n";
        let (inventory, problems) = parse(&File { path: "poetry.lock", bytes: text.as_bytes() }, &Limits::default());
        assert_eq!((inventory, problems.is_empty()), (Inventory::default(), true));
    }
}
