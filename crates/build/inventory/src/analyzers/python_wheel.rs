//! Python packages that were installed from a wheel.
//!
//! Source: PyPA's "Recording installed projects", "The METADATA file".

use boltseal_model::{Ecosystem, HeldTo, Limits, Problems};

use crate::python_metadata::read_metadata;
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "python-wheel",
    title: "Installed Python packages",
    files: &[Pattern::NameIn { parent_suffix: ".dist-info", name: "METADATA" }],
    sees: "every package with a .dist-info folder, wherever it lies, those that other packages bring along included",
    misses: "modules without metadata; packages inside zip archives and frozen programs",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Installed],
    source: "PyPA's Recording installed projects",
    held_to: Some(HeldTo {
        what: "Python's importlib.metadata",
        tests: &["crates/build/inventory/tests/it/host.rs::finds_what_python_says_is_installed"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_metadata(&mut reading);
    reading.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn description_is_not_searched() {
        let text = "Metadata-Version: 2.1\nName: six\nSummary: one\n  Version: 3\n\nVersion: 2\n";
        let file = File { path: "six.dist-info/METADATA", bytes: text.as_bytes() };
        let (inventory, problems) = parse(&file, &Limits::default());
        assert_eq!(inventory, Inventory::default());
        assert_eq!(problems.into_sorted()[0].detail, "the header has no Version");
    }
}
