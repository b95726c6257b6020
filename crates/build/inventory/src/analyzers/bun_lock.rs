//! `bun.lock`.
//!
//! Source: Bun's documentation, "Lockfile": JSON with comments and trailing commas, whose `packages` hold an array for each
//! package that begins with `NAME@VERSION`.

use std::fmt;

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::{self, Key};
use crate::lines::LineCounter;
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
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let plain = json::without_comments(file.bytes);
    let text = match json::text(&File { path: file.path, bytes: &plain }, limits) {
        Ok(text) => text,
        Err(problem) => return (Inventory::default(), problem.into()),
    };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let mut lines = LineCounter::new(text);
    let object = Object { reading: &mut reading, text, lines: &mut lines, is_packages: false };
    let result = object.deserialize(&mut reader).and_then(|()| reader.end());
    let (inventory, mut problems) = reading.finish();
    if let Err(error) = result {
        problems.push(json::problem(file.path, &error));
    }
    (inventory, problems)
}

/// The whole file, or its `packages`, read one after the other, so that what stands before a damaged spot is kept.
struct Object<'r, 'a, 't> {
    reading: &'r mut Reading<'a>,
    text: &'t [u8],
    lines: &'r mut LineCounter<'t>,
    is_packages: bool,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading, text, lines, is_packages } = self;
        while let Some(Key(key)) = map.next_key()? {
            if is_packages {
                let package: &RawValue = map.next_value()?;
                let line = json::offset(text, package).and_then(|offset| lines.at(offset));
                let mut reader = serde_json::Deserializer::from_str(package.get());
                match reader.deserialize_seq(First) {
                    Ok(Some(Key(resolution))) => report(reading, line, &resolution),
                    Ok(None) | Err(_) => {
                        let detail = format!("{} does not begin with a name and a version", quoted(&key));
                        reading.problem_at(ProblemKind::Malformed, line, detail);
                    }
                }
            } else if key == "packages" {
                let (reading, lines) = (&mut *reading, &mut *lines);
                map.next_value_seed(Object { reading, text, lines, is_packages: true })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
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
