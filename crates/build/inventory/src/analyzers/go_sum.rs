//! `go.sum`.
//!
//! Source: the Go modules reference, "go.sum files" and "Minimal version selection": a line `MODULE VERSION[/go.mod] HASH` for
//! each module, or each `go.mod` file of one, that the go command has taken a hash of.

use std::collections::HashMap;

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};
use semver::Version;

use crate::reading::{Reading, line_number, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "go-sum",
    title: "Modules that a Go module was built with",
    files: &[Pattern::NameOutside { folder: "pkg/mod", name: "go.sum" }],
    sees: "the newest version of every module whose content, not only whose go.mod, was taken a hash of; where a go.mod lies \
           beside the file, only modules that this does not list, and none if it is for Go from 1.17 on, which lists all",
    misses: "whether a module is compiled in; that an older version is meant, where lines of a newer one are left over, which \
             go mod tidy takes out; workspaces (go.work.sum)",
    ecosystems: &[Ecosystem::Golang],
    evidence: &[Evidence::Requested],
    source: "the Go modules reference",
    held_to: Some(HeldTo {
        what: "what go itself builds with",
        tests: &["crates/build/inventory/tests/it/go_modules.rs::names_the_modules_that_go_itself_builds_with"],
    }),
    parse,
};

/// The newest version of a module so far.
struct Newest<'a> {
    line: u32,
    text: &'a str,
    version: Version,
}

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    // Of all versions that are asked for, Go builds with the newest.
    let mut modules: HashMap<&str, Newest<'_>> = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let number = line_number(index);
        let (name, newest) = match entry(line) {
            Ok(Some((name, text, version))) => (name, Newest { line: number, text, version }),
            Ok(None) => continue,
            Err(reason) => {
                reading.problem_at(ProblemKind::Malformed, Some(number), format!("{} {reason}", quoted(line.trim())));
                continue;
            }
        };
        // One more than the limit is kept, which is enough to trip it.
        let has_room = modules.len() <= limits.packages_per_file;
        match modules.get_mut(name) {
            Some(known) if known.version.cmp_precedence(&newest.version).is_lt() => *known = newest,
            None if has_room => {
                modules.insert(name, newest);
            }
            Some(_) | None => {}
        }
    }
    let mut modules: Vec<_> = modules.into_iter().collect();
    modules.sort_unstable_by_key(|(_, newest)| newest.line);
    for (name, newest) in modules {
        if reading.is_full() {
            break;
        }
        reading.package(Ecosystem::Golang, name, newest.text, Some(newest.line));
    }
    reading.expect_final_newline();
    reading.finish()
}

/// Name and version of the module that a line is about; nothing if it is about a `go.mod` file, or empty.
fn entry(line: &str) -> Result<Option<(&str, &str, Version)>, &'static str> {
    let mut words = line.split_whitespace();
    let (name, text) = match [words.next(), words.next(), words.next(), words.next()] {
        [None, ..] => return Ok(None),
        [Some(name), Some(version), Some(_), None] => (name, version),
        _ => return Err("is not a module, a version and a hash"),
    };
    if text.ends_with("/go.mod") {
        return Ok(None);
    }
    let version = text.strip_prefix('v').and_then(|version| Version::parse(version).ok());
    version.map(|version| Some((name, text, version))).ok_or("has no version that Go knows")
}
