//! `Cargo.lock`.
//!
//! Source: cargo's `resolver/encode.rs`. Versions 1 to 4 differ in what they record beside name, version and source.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::lockfile::{Format, read_packages, string};
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "cargo-lock",
    title: "Crates locked by Cargo",
    files: &[Pattern::Name("Cargo.lock")],
    sees: "every crate from a registry or a git repository that the file locks, those for development and other platforms included",
    misses: "workspace members and path dependencies, which have no source; whether a crate is compiled in; what a finished \
             program was built from",
    ecosystems: &[Ecosystem::Cargo],
    evidence: &[Evidence::Requested],
    source: "cargo's resolver/encode.rs",
    held_to: None,
    parse,
};

const FORMAT: Format = Format {
    ecosystem: Ecosystem::Cargo,
    tables: "package",
    is_wanted: |package| string(package, "source").is_some(),
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
    fn quiet_when_a_package_has_no_source() {
        let text = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n";
        let (inventory, problems) = parse(&File { path: "Cargo.lock", bytes: text.as_bytes() }, &Limits::default());
        assert_eq!((inventory, problems.is_empty()), (Inventory::default(), true));
    }
}
