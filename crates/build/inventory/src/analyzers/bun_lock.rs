//! `bun.lock`.
//!
//! Source: Bun's documentation, "Lockfile": JSON with comments and trailing commas, whose `packages` hold an array for each
//! package that begins with `NAME@VERSION`.

use std::fmt;

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use crate::json::{self, Key};
use crate::json_entries::{ANY, read_entries};
use crate::node_reference::{is_folder, split_name};
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "bun-lock",
    title: "Packages locked by Bun",
    // A lock file below node_modules locks what its package's authors work with; nobody installs from it.
    files: &[Pattern::NameOutside { folder: "node_modules", name: "bun.lock" }],
    sees: "every package that the file locks, those for development and other platforms included, under its real name; one \
           from git or an archive is reported as unpinned",
    misses: "whether a package is installed; the project's own workspaces and folders; bun.lockb, the binary form of Bun \
             before 1.2",
    ecosystems: &[Ecosystem::Npm],
    evidence: &[Evidence::Requested],
    source: "Bun's documentation, Lockfile",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let plain = json::without_comments(file.bytes);
    let file = File { path: file.path, bytes: &plain };
    let mut reading = Reading::new(ANALYZER.id, &file, limits);
    read_entries(&mut reading, &[&["packages", ANY]], |reading, entry| {
        let line = entry.line(None);
        let mut reader = serde_json::Deserializer::from_str(entry.value.get());
        match reader.deserialize_seq(First) {
            Ok(Some(Key(resolution))) => report(reading, line, &resolution),
            Ok(None) | Err(_) => {
                let detail = format!("{} does not begin with a name and a version", quoted(entry.key(1)));
                reading.problem_at(ProblemKind::Malformed, line, detail);
            }
        }
    });
    reading.finish()
}

/// The first element of an array.
struct First;

impl<'de> Visitor<'de> for First {
    type Value = Option<Key<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let first = elements.next_element()?;
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }
}

/// Adds the package that `NAME@VERSION` names, unless it is a folder beside the project.
fn report(reading: &mut Reading<'_>, line: Option<u32>, resolution: &str) {
    match split_name(resolution) {
        Some((_, reference)) if is_folder(reference) => {}
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            reading.package(Ecosystem::Npm, name, version, line);
        }
        Some(_) => reading.problem_at(ProblemKind::Unpinned, line, format!("{} has no version", quoted(resolution))),
        None => {
            reading.problem_at(ProblemKind::Malformed, line, format!("{} is no name and version", quoted(resolution)));
        }
    }
}
