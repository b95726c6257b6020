//! `pubspec.lock`.
//!
//! Source: Dart's documentation, "The pubspec.lock file" and "Package dependencies", section "Dependency sources".

use std::fmt;

use boltseal_model::{Digest, Ecosystem, Limits, ProblemKind, Problems};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::integrity;
use crate::json::Key;
use crate::reading::{Reading, quoted};
use crate::yaml::read_entries;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "pub-lock",
    title: "Dart packages locked by pub",
    // The cache holds the source of packages, each with what its own authors work with.
    files: &[Pattern::NameOutside { folder: ".pub-cache", name: "pubspec.lock" }],
    sees: "every package that the file locks from a server or a git repository, those for development included, with the \
           digest of its archive",
    misses: "whether a package is compiled in; folders beside the project; the Dart and Flutter SDK and the packages that \
             are part of it; licences and dependencies, which the file does not record",
    ecosystems: &[Ecosystem::Pub],
    evidence: &[Evidence::Requested],
    source: "Dart's documentation, The pubspec.lock file",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_entries(&mut reading, "packages", report);
    reading.expect_final_newline();
    reading.finish()
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    source: Option<Key<'a>>,
    #[serde(borrow)]
    version: Option<Key<'a>>,
    #[serde(default)]
    description: Description,
}

/// Where a package comes from: a name, or details, which for one from a server have the digest of its archive.
#[derive(Default)]
struct Description {
    digest: Option<Digest>,
}

impl<'de> Deserialize<'de> for Description {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DescriptionVisitor)
    }
}

struct DescriptionVisitor;

/// Only the digest is read, so that nothing else that may stand here costs the package.
impl<'de> Visitor<'de> for DescriptionVisitor {
    type Value = Description;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a description")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Description, A::Error> {
        let mut description = Description::default();
        while let Some(Key(key)) = map.next_key()? {
            if key == "sha256" {
                description.digest = integrity::sha256(&map.next_value::<Key<'_>>()?.0);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(description)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Description, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| Description::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Description, E> {
        Ok(Description::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Description, E> {
        Ok(Description::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Description, E> {
        Ok(Description::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Description, E> {
        Ok(Description::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Description, E> {
        Ok(Description::default())
    }

    fn visit_unit<E>(self) -> Result<Description, E> {
        Ok(Description::default())
    }
}

fn report(reading: &mut Reading<'_>, line: Option<u32>, name: &str, entry: &Entry<'_>) {
    match (entry.source.as_ref().map(|source| &*source.0), &entry.version) {
        // The project's own code, and what belongs to the SDK, whose packages all have the version 0.0.0.
        (Some("path" | "sdk"), _) => {}
        (Some("hosted" | "git"), Some(version)) => {
            if let Some(package) = reading.package(Ecosystem::Pub, name, &version.0, line) {
                package.digests.extend(entry.description.digest.clone());
            }
        }
        (_, None) => reading.problem_at(ProblemKind::Malformed, line, format!("{} has no version", quoted(name))),
        (_, Some(_)) => {
            let detail = format!("{} comes from no known kind of source", quoted(name));
            reading.problem_at(ProblemKind::Unsupported, line, detail);
        }
    }
}
