//! npm's lock files.
//!
//! Source: npm's documentation, "package-lock.json" (versions 1 to 3) and "npm-shrinkwrap.json".

use std::borrow::Cow;
use std::fmt;

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::{self, Key, Members};
use crate::lines::LineCounter;
use crate::node_reference::is_archive;
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern, integrity};

/// The folder that npm installs into.
const MODULES: &str = "node_modules";

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "npm-lock",
    title: "Packages locked by npm",
    files: &[
        // A lock file below node_modules locks what its package's authors work with; nobody installs from it. npm's own
        // record of what it installed, node_modules/.package-lock.json, repeats what node-package reads from the packages
        // themselves, and is therefore not wanted.
        Pattern::NameOutside { folder: MODULES, name: "package-lock.json" },
        Pattern::NameOutside { folder: MODULES, name: "npm-shrinkwrap.json" },
    ],
    sees: "every package that the file locks, those for development and other platforms included, under its real name",
    misses: "whether a package is installed; the project's own workspaces; the versions of packages from git and from \
             archives of unusual names in files of version 1, and of packages that npm knows by name only, which are all \
             reported as unpinned",
    ecosystems: &[Ecosystem::Npm],
    evidence: &[Evidence::Requested],
    source: "npm's documentation, package-lock.json",
    held_to: Some(HeldTo {
        what: "npm ls",
        tests: &["crates/build/inventory/tests/it/host.rs::finds_what_npm_reads_in_a_lock_file"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = match json::text(file, limits) {
        Ok(text) => text,
        Err(problem) => return (Inventory::default(), problem.into()),
    };
    let mut lock = Lock { entries: Vec::new(), has_packages: false, limit: limits.packages_per_file };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let result = Object { lock: &mut lock, place: Place::Top }.deserialize(&mut reader).and_then(|()| reader.end());
    let mut lines = LineCounter::new(text);
    for entry @ Entry { name, version, .. } in &lock.entries {
        match version {
            Some(version) => {
                let line = json::offset(text, version).and_then(|offset| lines.at(offset));
                report(&mut reading, line, entry, version);
            }
            None => reading.problem(ProblemKind::Unpinned, format!("{} has no version", quoted(name))),
        }
    }
    let (inventory, mut problems) = reading.finish();
    if let Err(error) = result {
        problems.push(json::problem(file.path, &error));
    }
    (inventory, problems)
}

/// Adds the package that an entry locks, if it is one.
fn report(reading: &mut Reading<'_>, line: Option<u32>, entry: &Entry<'_>, version: &RawValue) {
    let name = &*entry.name;
    let Some(version) = json::string(Some(version)) else {
        let detail = format!("version of {} is no string", quoted(name));
        return reading.problem_at(ProblemKind::Malformed, line, detail);
    };
    let (name, version) = match version.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@')) {
        Some((name, version)) if !name.is_empty() => (name, version),
        _ => (name, version.as_ref()),
    };
    let from = version.split_once(':');
    match from.map_or(Some(version), |_| version_of_archive(name, version)) {
        Some(version) => {
            let licences = reading.relations("licence", line, json::string(entry.licence));
            let dependencies = reading.relations("dependency", line, json::names(entry.dependencies));
            if let Some(package) = reading.package(Ecosystem::Npm, name, version, line) {
                package.licences = licences;
                package.dependencies = dependencies;
                let digests = json::string(entry.integrity).map(|digests| integrity::subresource(&digests));
                package.digests = digests.unwrap_or_default();
            }
        }
        // A folder beside the project is the project's own code; an archive there is not.
        None if from.is_some_and(|(scheme, path)| matches!(scheme, "file" | "link") && !is_archive(path)) => {}
        None => {
            let detail = format!("{} comes from {} and has no version", quoted(name), quoted(version));
            reading.problem_at(ProblemKind::Unpinned, line, detail);
        }
    }
}

/// The version in the name that npm gives to archives: `https://…/NAME-VERSION.tgz`, without the scope.
fn version_of_archive<'a>(name: &str, address: &'a str) -> Option<&'a str> {
    let file = address.rsplit_once('/')?.1.strip_suffix(".tgz")?;
    let unscoped = name.rsplit_once('/').map_or(name, |(_, name)| name);
    let version = file.strip_prefix(unscoped)?.strip_prefix('-')?;
    version.starts_with(|first: char| first.is_ascii_digit()).then_some(version)
}

/// One locked package.
#[derive(Default)]
struct Entry<'a> {
    /// The real name, or the alias where the version tells the real one.
    name: Cow<'a, str>,
    /// Absent where npm knows the package of another platform by name only.
    version: Option<&'a RawValue>,
    licence: Option<&'a RawValue>,
    /// What it needs, by name. In `dependencies` of old files it is called `requires`.
    dependencies: Option<&'a RawValue>,
    integrity: Option<&'a RawValue>,
}

/// The members of one of `packages` that are read.
const MEMBERS: [&str; 6] = ["name", "version", "link", "license", "dependencies", "integrity"];

/// What is collected while the file is read.
struct Lock<'a> {
    entries: Vec<Entry<'a>>,
    /// Files of version 2 hold everything twice: `packages` counts, `dependencies` is for old readers.
    has_packages: bool,
    limit: usize,
}

impl<'a> Lock<'a> {
    /// Adds an entry and tells its place. One entry more than the limit is kept, which is enough to trip it; behind it,
    /// places are empty.
    fn push(&mut self, entry: Entry<'a>) -> usize {
        let place = self.entries.len();
        if place <= self.limit {
            self.entries.push(entry);
        }
        place
    }

    /// Adds one of `packages`, unless it is the project itself, one of its workspaces, or a link to one.
    fn push_package(&mut self, folder: &str, members: [Option<&'a RawValue>; MEMBERS.len()]) {
        let [name, version, link, licence, dependencies, integrity] = members;
        let is_link = link.is_some_and(|link| link.get() == "true");
        if let (Some(installed_as), false) = (module_name(folder), is_link) {
            // A name is given where the folder has another one.
            let name = json::string(name).unwrap_or_else(|| installed_as.to_owned().into());
            self.push(Entry { name, version, licence, dependencies, integrity });
        }
    }
}

/// The objects of a lock file that are looked into.
#[derive(Clone, Copy)]
enum Place {
    /// The whole file.
    Top,
    /// `packages`: from the folder of each package to what is in it.
    Packages,
    /// `dependencies`: from each name to what it stands for.
    Dependencies,
    /// One of `dependencies`, which may hold further `dependencies`, and the place of its entry.
    Dependency(usize),
}

/// Reads one object into the lock. It is a visitor, not a tree, so that a large file costs no more than its packages, and
/// that what stands before a damaged spot is kept.
struct Object<'l, 'a> {
    lock: &'l mut Lock<'a>,
    place: Place,
}

impl<'de> DeserializeSeed<'de> for Object<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            let lock = &mut *self.lock;
            match (self.place, key.as_ref()) {
                (Place::Top, "packages") => {
                    lock.has_packages = true;
                    lock.entries.clear();
                    map.next_value_seed(Object { lock, place: Place::Packages })?;
                }
                (Place::Top, "dependencies") if !lock.has_packages => {
                    map.next_value_seed(Object { lock, place: Place::Dependencies })?;
                }
                (Place::Packages, folder) => {
                    let members = map.next_value_seed(Members(&MEMBERS))?;
                    lock.push_package(folder, members);
                }
                (Place::Dependencies, _) => {
                    let place = Place::Dependency(lock.push(Entry { name: key, ..Entry::default() }));
                    map.next_value_seed(Object { lock, place })?;
                }
                (Place::Dependency(place), member @ ("version" | "requires" | "integrity")) => {
                    let value = Some(map.next_value()?);
                    if let Some(entry) = lock.entries.get_mut(place) {
                        match member {
                            "version" => entry.version = value,
                            "requires" => entry.dependencies = value,
                            _ => entry.integrity = value,
                        }
                    }
                }
                (Place::Dependency(_), "dependencies") => {
                    map.next_value_seed(Object { lock, place: Place::Dependencies })?;
                }
                (Place::Top | Place::Dependency(_), _) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// `@scope/name` out of `a/node_modules/@scope/name`; `None` outside node_modules.
fn module_name(folder: &str) -> Option<&str> {
    let (before, name) = folder.rsplit_once("node_modules/")?;
    (before.is_empty() || before.ends_with('/')).then_some(name)
}
