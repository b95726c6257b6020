//! Well-known programs, by the version that they carry as a text.
//!
//! Which programs, and how each says its version, is data: `content/programs/programs.toml`.

use std::sync::LazyLock;

use boltseal_model::{Ecosystem, HeldTo, Limits, Problems};
use memchr::memmem;
use serde::Deserialize;

use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern, is_program};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "program-version",
    title: "Well-known programs",
    files: &[Pattern::Program],
    sees: "programs and libraries that are often installed without a package manager (web servers, databases, interpreters, \
           OpenSSL, curl, bash, busybox), by the version that they carry, under the names that they usually have",
    misses: "every other program; those under another name; a version whose text a distribution has changed; patches, which \
             do not change it; libraries that are linked into a program",
    ecosystems: &[Ecosystem::Generic],
    evidence: &[Evidence::Installed],
    source: "content/programs/programs.toml",
    held_to: Some(HeldTo {
        what: "what the programs themselves answer to --version",
        tests: &["crates/build/inventory/tests/it/programs.rs::programs_say_the_version_that_is_found_in_them"],
    }),
    parse,
};

#[derive(Deserialize)]
struct Table {
    program: Vec<Rule>,
}

/// How a program says its version.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Rule {
    name: String,
    files: Vec<String>,
    before: String,
    #[serde(default)]
    after: String,
    #[serde(default = "three")]
    parts: usize,
    #[serde(default)]
    from_name: bool,
}

const fn three() -> usize {
    3
}

const DATA: &str = include_str!("../../../../../content/programs/programs.toml");

/// The rules; none if the data cannot be read, which a test excludes.
static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| toml::from_str::<Table>(DATA).map(|table| table.program).unwrap_or_default());

/// Whether a file of this name may be one of the programs.
pub(crate) fn is_known(name: &str) -> bool {
    RULES.iter().any(|rule| rule.is_about(name))
}

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    if is_program(file.bytes) {
        for rule in RULES.iter().filter(|rule| rule.is_about(file.name())) {
            if let Some(version) = rule.version(file) {
                reading.package(Ecosystem::Generic, &rule.name, version, None);
                break;
            }
        }
    }
    reading.finish()
}

impl Rule {
    fn is_about(&self, name: &str) -> bool {
        self.files.iter().any(|file| match file.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == file,
        })
    }

    /// The first text in the program that is a version in its place.
    fn version<'a>(&self, file: &File<'a>) -> Option<&'a str> {
        let expected = if self.from_name { version_in_name(file.name())? } else { "" };
        memmem::find_iter(file.bytes, &self.before).find_map(|place| {
            let (version, rest) = version(file.bytes.get(place + self.before.len()..)?)?;
            let is_version = version.split('.').count() == self.parts
                && rest.starts_with(self.after.as_bytes())
                && version.strip_prefix(expected).is_some_and(|rest| expected.is_empty() || rest.starts_with('.'));
            is_version.then_some(version)
        })
    }
}

/// The version that a text begins with, and what follows it.
fn version(text: &[u8]) -> Option<(&str, &[u8])> {
    /// Longer ones are no versions.
    const MOST: usize = 32;
    let end = text.iter().take(MOST).position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'.')?;
    let (version, rest) = text.split_at_checked(end)?;
    let version = str::from_utf8(version).ok()?;
    let (_, last) = version.rsplit_once('.')?;
    let numbers = version.split('.').all(|part| part.starts_with(|first: char| first.is_ascii_digit()));
    let plain = version.get(..version.len() - last.len())?.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (numbers && plain).then_some((version, rest))
}

/// `3.11` of `python3.11` and `libpython3.11.so.1.0`.
fn version_in_name(name: &str) -> Option<&str> {
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let version = name.get(start..)?;
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    Some(version.get(..end)?.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_can_be_read() {
        let table: Table = toml::from_str(DATA).unwrap();
        assert_eq!(table.program.len(), RULES.len());
        for rule in &table.program {
            assert!(!rule.before.is_empty() && !rule.files.is_empty(), "{}", rule.name);
        }
        assert!(table.program.is_sorted_by_key(|rule| &rule.name));
    }

    #[test]
    fn versions_are_numbers_with_letters_at_the_end() {
        for (text, expected) in [
            (&b"1.25.3 "[..], Some("1.25.3")),
            (b"1.1.1w\0", Some("1.1.1w")),
            (b"3.1.2p20 (", Some("3.1.2p20")),
            (b"5.2.15(1)", Some("5.2.15")),
            (b"1a.2.3 ", None),
            (b"1..2 ", None),
            (b"1.2.", None),
            (b"12 ", None),
            (b"1.2.3", None),
        ] {
            assert_eq!(version(text).map(|(version, _)| version), expected, "{text:?}");
        }
    }

    #[test]
    fn names_tell_the_beginning_of_versions() {
        assert_eq!(version_in_name("python3.11"), Some("3.11"));
        assert_eq!(version_in_name("libpython3.11.so.1.0"), Some("3.11"));
        assert_eq!(version_in_name("libpython3.so"), Some("3"));
        assert_eq!(version_in_name("python"), None);
    }
}
