//! What can be seen, and what cannot: every analyzer, importer, version order and report format in one list.
//!
//! [`capabilities`] is what `boltseal rules list` shows, [`ecosystems`] the same by ecosystem, [`reference`] the page
//! `docs/reference/coverage.md`; [`content_rules`] are the rules for malware and secrets, [`check_rules`]
//! those for what is declared. All of it is said where the thing
//! itself is; nothing is said here twice.

mod checks;
mod content;
mod page;

use boltseal_advisory::{import, version};
use boltseal_inventory::Evidence;
use boltseal_model::{Ecosystem, HeldTo};
use serde::Serialize;

use crate::format::{self, Writer};
use crate::remedy;

pub use checks::{check_rules, checks_reference};
pub use content::{ListedRule, content_reference, content_rules};
pub use page::reference;

/// What sort of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Reads files of the subject.
    Analyzer,
    /// Reads files of publishers.
    Importer,
    /// Writes reports.
    ReportFormat,
    /// Compares versions.
    VersionOrder,
}

impl Kind {
    /// The word used in lists.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Analyzer => "analyzer",
            Self::Importer => "importer",
            Self::ReportFormat => "report-format",
            Self::VersionOrder => "version-order",
        }
    }
}

/// How far a thing may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Maturity {
    /// Tests hold it to something that others wrote.
    Stable,
    /// Tests hold it to our own cases alone.
    Preview,
}

impl Maturity {
    /// The word used in lists.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Preview => "preview",
        }
    }
}

/// One thing, and what it can and cannot see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capability {
    /// What sort of thing it is.
    pub kind: Kind,
    /// Its permanent name.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: String,
    /// How far it may be trusted.
    pub maturity: Maturity,
    /// What tests hold it to, beside our own cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_to: Option<HeldTo>,
    /// The ecosystems whose packages it concerns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ecosystems: Vec<Ecosystem>,
    /// The files that it wants, as globs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// What it sees, or writes.
    pub sees: String,
    /// What it does not.
    pub misses: String,
    /// The specification of the format.
    pub source: &'static str,
}

impl Capability {
    fn new(kind: Kind, id: &'static str, source: &'static str, held_to: Option<HeldTo>) -> Self {
        let maturity = if held_to.is_some() { Maturity::Stable } else { Maturity::Preview };
        let (title, sees, misses) = (String::new(), String::new(), String::new());
        Self { kind, id, title, maturity, held_to, ecosystems: Vec::new(), files: Vec::new(), sees, misses, source }
    }
}

/// Every one, by kind and id.
pub fn capabilities() -> Vec<Capability> {
    let analyzers = boltseal_inventory::ALL.iter().map(|analyzer| Capability {
        title: analyzer.title.to_owned(),
        ecosystems: analyzer.ecosystems.to_vec(),
        files: analyzer.files.iter().map(ToString::to_string).collect(),
        sees: analyzer.sees.to_owned(),
        misses: analyzer.misses.to_owned(),
        ..Capability::new(Kind::Analyzer, analyzer.id, analyzer.source, analyzer.held_to)
    });
    let importers = import::ALL.iter().map(|importer| Capability {
        title: importer.title.to_owned(),
        ecosystems: importer.ecosystems.to_vec(),
        sees: importer.sees.to_owned(),
        misses: importer.misses.to_owned(),
        ..Capability::new(Kind::Importer, importer.id, importer.source, importer.held_to)
    });
    let formats = format::ALL.iter().map(|format| Capability {
        title: format.title.to_owned(),
        sees: match format.writer {
            Writer::One(_) => "the report of one target".to_owned(),
            Writer::Many(_) => "the reports of as many targets as are given, in one document".to_owned(),
        },
        misses: format.omits.to_owned(),
        ..Capability::new(Kind::ReportFormat, format.id, format.source, format.held_to)
    });
    let orders = version::ALL.iter().map(|order| Capability {
        title: format!("Versions of {}", titles(order.ecosystems)),
        ecosystems: order.ecosystems.to_vec(),
        sees: "which of two versions is the newer, whatever their length".to_owned(),
        misses: "the meaning of a version that the specification refuses: it counts as older than all that it accepts"
            .to_owned(),
        ..Capability::new(Kind::VersionOrder, order.id, order.source, order.held_to)
    });
    let mut all: Vec<Capability> = analyzers.chain(importers).chain(formats).chain(orders).collect();
    all.sort_by_key(|capability| (capability.kind, capability.id));
    all
}

fn titles(ecosystems: &[Ecosystem]) -> String {
    ecosystems.iter().map(|ecosystem| ecosystem.title()).collect::<Vec<_>>().join(", ")
}

/// What is known of the packages of one ecosystem. All names are ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// Analyzers that find what is installed.
    pub installed: Vec<&'static str>,
    /// Analyzers that find what lock files and manifests ask for.
    pub requested: Vec<&'static str>,
    /// Importers that tell of its vulnerabilities.
    pub advisories: Vec<&'static str>,
    /// The order of its versions.
    pub order: &'static str,
    /// The command that mends a package.
    pub fix: String,
}

/// Every ecosystem, by name.
pub fn ecosystems() -> Vec<Coverage> {
    Ecosystem::ALL.into_iter().map(coverage).collect()
}

fn coverage(ecosystem: Ecosystem) -> Coverage {
    let analyzers = |evidence: Evidence| {
        let of = boltseal_inventory::ALL.iter().filter(move |analyzer| analyzer.evidence.contains(&evidence));
        of.filter(|analyzer| analyzer.ecosystems.contains(&ecosystem)).map(|analyzer| analyzer.id).collect()
    };
    let importers = import::ALL.iter().filter(|importer| importer.ecosystems.contains(&ecosystem));
    Coverage {
        ecosystem,
        installed: analyzers(Evidence::Installed),
        requested: analyzers(Evidence::Requested),
        advisories: importers.map(|importer| importer.id).collect(),
        order: version::of(ecosystem).id,
        fix: remedy::command(ecosystem, &[("NAME", "VERSION")]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use boltseal_testkit::data::workspace;

    use super::*;

    /// The least that a sentence must hold to say something, in words.
    const WORDS: usize = 4;

    #[test]
    fn everything_says_what_it_sees_and_what_it_misses() {
        let says_little = |text: &str| text.split_whitespace().count() < WORDS;
        for it in capabilities() {
            let name = format!("{} {}", it.kind.name(), it.id);
            assert!(!says_little(&it.sees), "{name} sees {:?}", it.sees);
            assert!(!says_little(&it.misses), "{name} misses {:?}", it.misses);
            assert_ne!(it.sees, it.misses, "{name}");
            assert!(!it.title.is_empty() && !it.source.is_empty(), "{name}");
            assert!(it.held_to.is_none_or(|held_to| !held_to.what.is_empty()), "{name}");
        }
    }

    /// Whether a source text has a test of a name that is run with all others.
    fn has_test(source: &str, name: &str) -> bool {
        let attributes = |before: &str| -> Vec<String> {
            let lines = before.lines().rev().map(str::trim).take_while(|line| line.starts_with(['#', '/']));
            lines.map(str::to_owned).collect()
        };
        source.split_once(&format!("fn {name}(")).is_some_and(|(before, _)| {
            let attributes = attributes(before.trim_end_matches(' '));
            attributes.iter().any(|line| line == "#[test]") && !attributes.iter().any(|line| line.contains("ignore"))
        })
    }

    #[test]
    fn what_holds_a_part_is_a_test_that_exists() {
        for it in capabilities() {
            let name = format!("{} {}", it.kind.name(), it.id);
            let Some(held_to) = it.held_to else { continue };
            assert!(!held_to.tests.is_empty(), "{name} is held to {} by no test", held_to.what);
            for test in held_to.tests {
                let (file, function) = test.split_once("::").unwrap();
                let source = fs::read_to_string(workspace().join(file)).unwrap_or_default();
                assert!(has_test(&source, function), "{name}: {test} is no test; name the one that holds it");
            }
        }
    }

    #[test]
    fn only_tests_that_are_run_count() {
        let source = "#[test]\nfn a() {}\n\nfn b() {}\n\n/// Why.\n#[test]\n#[ignore = \"slow\"]\nfn c() {}\n";
        let inner = "    #[test]\n    fn a() {}\n";
        assert!(has_test(source, "a") && has_test(inner, "a"));
        assert!(!has_test(source, "b") && !has_test(source, "c") && !has_test(source, "d"));
    }

    #[test]
    fn no_two_readers_say_the_same() {
        let readers = || capabilities().into_iter().filter(|it| matches!(it.kind, Kind::Analyzer | Kind::Importer));
        let sentences: BTreeSet<String> = readers().map(|it| format!("{} {}", it.sees, it.misses)).collect();
        assert_eq!(sentences.len(), readers().count());
    }

    #[test]
    fn every_thing_is_listed_once_in_order() {
        let all = capabilities();
        let count = boltseal_inventory::ALL.len() + import::ALL.len() + format::ALL.len() + version::ALL.len();
        assert_eq!(all.len(), count);
        assert!(all.is_sorted_by(|a, b| (a.kind, a.id) < (b.kind, b.id)));
    }

    #[test]
    fn packages_of_every_ecosystem_are_found() {
        for coverage in ecosystems() {
            assert!(coverage.installed.len() + coverage.requested.len() > 0, "{coverage:?}");
        }
    }
}
