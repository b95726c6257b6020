//! `Pipfile.lock`.
//!
//! Source: Pipenv's documentation, "Pipfile & Pipfile.lock", and PyPA's "Pipfile" specification.

use std::fmt;

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::integrity;
use crate::json::{self, Key, Members};
use crate::lines::LineCounter;
use crate::lockfile::offer;
use crate::python_metadata::is_archive;
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "pipfile-lock",
    title: "Packages locked by Pipenv",
    files: &[Pattern::Name("Pipfile.lock")],
    sees: "every package that the file locks, of all categories, with the digests of its archives; one without a version, \
           from git or an archive, is reported as unpinned",
    misses: "whether a package is installed; the project itself and folders beside it",
    ecosystems: &[Ecosystem::Pypi],
    evidence: &[Evidence::Requested],
    source: "PyPA's Pipfile specification",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = match json::text(file, limits) {
        Ok(text) => text,
        Err(problem) => return (Inventory::default(), problem.into()),
    };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let mut lines = LineCounter::new(text);
    let object = Object { reading: &mut reading, text, lines: &mut lines, is_category: false };
    let result = object.deserialize(&mut reader).and_then(|()| reader.end());
    let (inventory, mut problems) = reading.finish();
    if let Err(error) = result {
        problems.push(json::problem(file.path, &error));
    }
    (inventory, problems)
}

/// The whole file, or one of its categories, read package by package, so that what stands before a damaged spot is kept.
struct Object<'r, 'a> {
    reading: &'r mut Reading<'a>,
    text: &'a [u8],
    lines: &'r mut LineCounter<'a>,
    is_category: bool,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading, text, lines, is_category } = self;
        while let Some(Key(key)) = map.next_key()? {
            if is_category {
                let members = Members(&["version", "path", "file", "hashes"]);
                let [version, path, file, hashes] = map.next_value_seed(members)?;
                let offset =
                    [version, path, file].into_iter().flatten().next().and_then(|value| json::offset(text, value));
                let line = offset.and_then(|offset| lines.at(offset));
                report(reading, line, &key, version, [path, file], hashes);
            } else if key == "_meta" {
                map.next_value::<IgnoredAny>()?;
            } else {
                let (reading, lines) = (&mut *reading, &mut *lines);
                map.next_value_seed(Object { reading, text, lines, is_category: true })?;
            }
        }
        Ok(())
    }
}

/// Adds a package, unless it is a folder beside the project.
fn report(
    reading: &mut Reading<'_>,
    line: Option<u32>,
    name: &str,
    version: Option<&RawValue>,
    paths: [Option<&RawValue>; 2],
    hashes: Option<&RawValue>,
) {
    let is_folder = |path: Option<&RawValue>| {
        json::string(path)
            .is_some_and(|path| !is_archive(&path) && (!path.contains("://") || path.starts_with("file:")))
    };
    let text = json::string(version);
    match text.as_deref().map(|text| text.trim_start_matches('=').trim_start()) {
        _ if paths.into_iter().any(is_folder) => {}
        Some(exact) if text.as_deref().is_some_and(|text| text.starts_with("==")) => {
            let digests = json::strings(hashes).into_iter().filter_map(|hash| integrity::labelled(&hash));
            let archives = reading.archives(line, digests.map(|digest| (None, vec![digest])));
            if let Some(package) = reading.package(Ecosystem::Pypi, name, exact, line) {
                offer(package, archives);
            }
        }
        None if version.is_some() => {
            let detail = format!("version of {} is no string", quoted(name));
            reading.problem_at(ProblemKind::Malformed, line, detail);
        }
        Some(_) | None => {
            reading.problem_at(ProblemKind::Unpinned, line, format!("{} has no exact version", quoted(name)));
        }
    }
}
