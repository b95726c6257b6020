//! `yarn.lock`, of Yarn 1 and of the later versions.
//!
//! Sources: Yarn's documentation, "yarn.lock" and "Protocols". Yarn 1 writes a format of its own, the later versions write
//! YAML and begin it with `__metadata`.

use std::borrow::Cow;
use std::fmt;

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use serde::Deserialize;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use crate::json::Key;
use crate::node_reference::{is_folder, split_name};
use crate::reading::{Reading, line_number, quoted};
use crate::yaml::{Text, line_of, read_documents};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "yarn-lock",
    title: "Packages locked by Yarn",
    // A lock file below node_modules locks what its package's authors work with; nobody installs from it.
    files: &[Pattern::NameOutside { folder: "node_modules", name: "yarn.lock" }],
    sees: "every package that the file locks, those for development and other platforms included, under its real name, from \
           all versions of Yarn",
    misses: "whether a package is installed; the project's own workspaces and folders; what a patch changes: a patched \
             package counts as the version that it patches",
    ecosystems: &[Ecosystem::Npm],
    evidence: &[Evidence::Requested],
    source: "Yarn's documentation, yarn.lock and Protocols",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    if !text.lines().any(|line| line.starts_with("__metadata:")) {
        read_first_version(&mut reading, &text);
    } else {
        match reading.utf8() {
            Ok(text) => read_documents(&mut reading, text, |reading, before, deserializer| {
                deserializer.deserialize_map(Document { reading, before })
            }),
            Err((kind, detail)) => reading.problem(kind, detail),
        }
    }
    reading.expect_final_newline();
    reading.finish()
}

/// An entry of Yarn 1 whose version is still to come.
struct Pending<'a> {
    line: u32,
    /// The first of the requirements that the entry answers: `NAME@RANGE`.
    requirement: Cow<'a, str>,
}

fn read_first_version(reading: &mut Reading<'_>, text: &str) {
    let mut pending: Option<Pending<'_>> = None;
    for (index, line) in text.lines().enumerate() {
        let number = line_number(index);
        if reading.is_full() {
            return;
        } else if line.trim().is_empty() || line.starts_with('#') {
            continue;
        } else if let Some(member) = line.strip_prefix("  ") {
            if let Some(version) = member.strip_prefix("version ")
                && let Some(Pending { requirement, .. }) = pending.take()
            {
                report_first_version(reading, number, &requirement, &unquoted(version));
            }
        } else {
            report_missing_version(reading, pending.take());
            match line.strip_suffix(':') {
                Some(requirements) => pending = Some(Pending { line: number, requirement: unquoted(requirements) }),
                None => {
                    let detail = format!("{} begins no entry", quoted(line));
                    reading.problem_at(ProblemKind::Malformed, Some(number), detail);
                }
            }
        }
    }
    report_missing_version(reading, pending);
}

fn report_missing_version(reading: &mut Reading<'_>, pending: Option<Pending<'_>>) {
    if let Some(Pending { line, requirement }) = pending {
        let detail = format!("{} has no version", quoted(&requirement));
        reading.problem_at(ProblemKind::Malformed, Some(line), detail);
    }
}

fn report_first_version(reading: &mut Reading<'_>, line: u32, requirement: &str, version: &str) {
    let (name, range) = split_name(requirement).unwrap_or((requirement, ""));
    let name = match range.strip_prefix("npm:") {
        Some(alias) => split_name(alias).map_or(alias, |(name, _)| name),
        None => name,
    };
    if !is_folder(range) {
        reading.package(Ecosystem::Npm, name, version, Some(line));
    }
}

/// The first of several strings that are parted by commas, out of its quotes if it has some.
fn unquoted(text: &str) -> Cow<'_, str> {
    let Some(inner) = text.strip_prefix('"') else {
        return text.split(',').next().unwrap_or(text).into();
    };
    let mut is_escaped = false;
    let end = inner.find(|c| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    let inner = end.and_then(|end| inner.get(..end)).unwrap_or(inner);
    // Yarn quotes as JSON does.
    match text.get(..inner.len() + 2).and_then(|quoted| serde_json::from_str(quoted).ok()) {
        Some(Key(text)) => text,
        None => inner.into(),
    }
}

/// An entry of the later versions.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    version: Option<Text<'a>>,
    /// `NAME@REFERENCE` of what was found to answer the requirements.
    #[serde(borrow)]
    resolution: Option<Key<'a>>,
}

/// The file of a later version, read entry by entry.
struct Document<'r, 'a> {
    reading: &'r mut Reading<'a>,
    before: u32,
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of entries")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text<'de>>()? {
            let requirements = &key.value.0;
            if requirements == "__metadata" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let Entry { version, resolution } = map.next_value()?;
            let from = resolution.as_ref().and_then(|resolution| split_name(&resolution.0));
            match (from, version) {
                (Some((_, reference)), _) if is_folder(reference) => {}
                (Some((name, _)), Some(version)) => {
                    let line = line_of(self.before, &version);
                    self.reading.package(Ecosystem::Npm, name, &version.value.0, line);
                }
                (from, _) => {
                    let missing = if from.is_none() { "resolution" } else { "version" };
                    let detail = format!("{} has no {missing}", quoted(requirements));
                    self.reading.problem_at(ProblemKind::Malformed, line_of(self.before, &key), detail);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_taken_out_of_their_quotes() {
        for (text, expected) in [
            ("a@1, a@2", "a@1"),
            (r#""a@>=1, <2", "a@2""#, "a@>=1, <2"),
            (r#""a\"b" x"#, "a\"b"),
            (r#""a\\" x"#, "a\\"),
            (r#""open"#, "open"),
            (r#""\q""#, "\\q"),
            ("\"", ""),
            ("", ""),
        ] {
            assert_eq!(unquoted(text), expected, "{text}");
        }
    }
}
