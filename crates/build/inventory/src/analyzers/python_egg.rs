//! Python packages with the metadata of eggs: distutils, setuptools, `pip install -e`, and Debian's packages.
//!
//! Source: setuptools' documentation, "The Internal Structure of Python Eggs".

use boltseal_model::{Ecosystem, HeldTo, Limits, Problems};

use crate::python_metadata::read_metadata;
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "python-egg",
    title: "Installed Python packages (eggs)",
    files: &[
        Pattern::NameIn { parent_suffix: ".egg-info", name: "PKG-INFO" },
        Pattern::NameIn { parent_suffix: "EGG-INFO", name: "PKG-INFO" },
        // distutils writes the metadata as a file where setuptools makes a folder.
        Pattern::Affixes { prefix: "", suffix: ".egg-info" },
    ],
    sees: "every package with .egg-info or EGG-INFO metadata, wherever it lies, source trees in development mode included",
    misses: "eggs that are zip archives; modules without metadata",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Installed],
    source: "setuptools' documentation, The Internal Structure of Python Eggs",
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
