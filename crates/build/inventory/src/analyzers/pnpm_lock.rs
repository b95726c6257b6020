//! `pnpm-lock.yaml`.
//!
//! Source: pnpm's specification, "Lockfile", versions 5 and 6, and its `dependency-path` package. A key names the package:
//! `/NAME/VERSION_PEERS` in version 5, `/NAME@VERSION(PEERS)` in version 6, `NAME@VERSION` in version 9.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use serde::Deserialize;

use crate::json::Key;
use crate::node_reference::split_name;
use crate::reading::{Reading, quoted};
use crate::yaml::read_entries;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "pnpm-lock",
    title: "Packages locked by pnpm",
    // A lock file below node_modules locks what its package's authors work with; nobody installs from it.
    files: &[Pattern::NameOutside { folder: "node_modules", name: "pnpm-lock.yaml" }],
    sees: "every package that the file locks, those for development and other platforms and pnpm itself included, under its \
           real name, from versions 5, 6 and 9 of the format",
    misses: "whether a package is installed; the project's own workspaces and folders; lock files of branches, which have \
             other names; what a patch changes: a patched package counts as the version that it patches",
    ecosystems: &[Ecosystem::Npm],
    evidence: &[Evidence::Requested],
    source: "pnpm's specification, Lockfile, and its dependency-path package",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_entries(&mut reading, "packages", report);
    reading.expect_final_newline();
    reading.finish()
}

/// What stands at the key of a package. Name and version do where the key cannot tell them.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    name: Option<Key<'a>>,
    #[serde(borrow)]
    version: Option<Key<'a>>,
    #[serde(borrow)]
    resolution: Option<Resolution<'a>>,
}

#[derive(Deserialize)]
struct Resolution<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Key<'a>>,
}

/// Adds the package of an entry, unless it is a folder beside the project.
fn report(reading: &mut Reading<'_>, line: Option<u32>, key: &str, entry: &Entry<'_>) {
    if entry
        .resolution
        .as_ref()
        .and_then(|resolution| resolution.kind.as_ref())
        .is_some_and(|kind| kind.0 == "directory")
    {
        return;
    }
    let from_key = parse_key(key);
    let name = entry.name.as_ref().map(|name| &*name.0).or(from_key.map(|(name, _)| name));
    let version = entry.version.as_ref().map(|version| &*version.0).or(from_key.and_then(|(_, version)| version));
    match (name, version) {
        (Some(name), Some(version)) => {
            reading.package(Ecosystem::Npm, name, version, line);
        }
        _ => reading.problem_at(ProblemKind::Unpinned, line, format!("{} has no version", quoted(key))),
    }
}

/// Name and, if it comes from a registry, version in the key of a package.
fn parse_key(key: &str) -> Option<(&str, Option<&str>)> {
    let path = key.split('(').next().unwrap_or(key);
    let of = |path| name_and_version(path).filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
    let found = match path.strip_prefix('/') {
        Some(path) => of(path),
        // Without a slash, the path begins with the name, or with the registry if it is none of the usual ones.
        None => split_name(path)
            .filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()))
            .filter(|(name, _)| is_name(name))
            .or_else(|| of(path.split_once('/')?.1)),
    };
    match found {
        Some((name, version)) => Some((name, Some(version))),
        None => split_name(path).filter(|(name, _)| is_name(name)).map(|(name, _)| (name, None)),
    }
}

/// Parts `NAME/VERSION_PEERS` and `NAME@VERSION`.
fn name_and_version(path: &str) -> Option<(&str, &str)> {
    let scope = if path.starts_with('@') { path.find('/')? + 1 } else { 0 };
    let end = scope + path.get(scope..)?.find(['/', '@'])?;
    let (name, version) = path.split_at_checked(end)?;
    match version.strip_prefix('/') {
        // Versions hold no underscore, but what follows them may hold anything.
        Some(version) => Some((name, version.split('_').next().unwrap_or(version))),
        None => Some((name, version.strip_prefix('@')?)),
    }
}

/// Whether a text can be the name of a package: one component, or a scope and one.
fn is_name(text: &str) -> bool {
    let unscoped = if text.starts_with('@') { text.split_once('/').map(|(_, name)| name) } else { Some(text) };
    unscoped.is_some_and(|name| !name.is_empty() && !name.contains(['/', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_all_versions_tell_name_and_version() {
        for (key, name, version) in [
            ("/a/1.0.0", "a", "1.0.0"),
            ("/@s/a/1.0.0-rc.1+b", "@s/a", "1.0.0-rc.1+b"),
            ("/a/1.0.0_react@17.0.2", "a", "1.0.0"),
            ("/@s/a/1.0.0_@t+b@2.0.0+c@3.0.0", "@s/a", "1.0.0"),
            ("registry.example.org/a/1.0.0", "a", "1.0.0"),
            ("localhost+4873/@s/a/1.0.0_x@1.0.0", "@s/a", "1.0.0"),
            ("/a@1.0.0", "a", "1.0.0"),
            ("/@s/a@1.0.0(react@17.0.2)(@t/b@1.0.0)", "@s/a", "1.0.0"),
            ("registry.example.org/@s/a@1.0.0", "@s/a", "1.0.0"),
            ("a@1.0.0", "a", "1.0.0"),
            ("@s/a@1.0.0(patch_hash=00)(b@2.0.0)", "@s/a", "1.0.0"),
        ] {
            assert_eq!(parse_key(key), Some((name, Some(version))), "{key}");
        }
    }

    #[test]
    fn keys_of_what_comes_from_elsewhere_tell_no_version() {
        for (key, name) in [
            ("a@https://example.org/a/tar.gz/00ff", Some("a")),
            ("@s/a@git+https://git@example.org/a.git#00ff", Some("@s/a")),
            ("a@file:a.tgz", Some("a")),
            ("file:a.tgz", None),
            ("github.com/user/a/00ff", None),
            ("@codeload.example.org/user/a/tar.gz/00ff", None),
            ("", None),
            ("/", None),
            ("@", None),
        ] {
            assert_eq!(parse_key(key), name.map(|name| (name, None)), "{key}");
        }
    }
}
