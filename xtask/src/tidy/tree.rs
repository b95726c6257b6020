//! The files that the rules look at.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::shell;

/// The tracked files of a workspace, and those that would be tracked.
pub struct Tree {
    /// Paths from the root, sorted. Text files carry their text.
    pub files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Asks git which files there are and reads those that are text.
    pub fn load(root: &Path) -> anyhow::Result<Self> {
        let arguments = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
        let listing = shell::output(shell::command("git", arguments).current_dir(root))?;
        let mut files = BTreeMap::new();
        for path in listing.split('\0').filter(|path| !path.is_empty()) {
            let full = root.join(path);
            if full.is_file() {
                let bytes = fs::read(&full).with_context(|| format!("reading {path}"))?;
                files.insert(path.to_owned(), String::from_utf8(bytes).ok());
            }
        }
        Ok(Self { files })
    }

    /// A tree of given files, for the tests of the rules.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect();
        Self { files }
    }

    /// Every text file, as (path, text).
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Every crate, as (folder, parsed Cargo.toml).
    pub fn crates(&self) -> anyhow::Result<Vec<(&str, toml::Table)>> {
        let mut crates = Vec::new();
        for (path, text) in self.texts() {
            if let Some(folder) = path.strip_suffix("/Cargo.toml").filter(|_| !path.contains("/fixtures/")) {
                crates.push((folder, text.parse().with_context(|| format!("reading {path}"))?));
            }
        }
        Ok(crates)
    }

    /// Every Rust file of product code, without its tests: what lies in `tests/`, `benches/` or behind `#[cfg(test)]`.
    pub fn product_code(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs") && path.contains("/src/")).map(|(path, text)| {
            let end = text.find("#[cfg(test)]").unwrap_or(text.len());
            (path, text.get(..end).unwrap_or(text))
        })
    }
}

/// Names of the crates in a table of dependencies.
pub fn dependencies<'a>(manifest: &'a toml::Table, table: &str) -> Vec<&'a str> {
    let names =
        manifest.get(table).and_then(toml::Value::as_table).map(|table| table.keys().map(String::as_str).collect());
    names.unwrap_or_default()
}
