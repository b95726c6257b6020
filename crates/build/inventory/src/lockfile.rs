//! Lock files in TOML that list packages as an array of tables, such as `[[package]]`: those of Cargo and of Python's
//! package managers.

use boltseal_model::{Archive, Digest, Ecosystem, Package, ProblemKind};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::integrity;
use crate::lines::LineCounter;
use crate::reading::{Reading, quoted};

/// How a format differs from the others.
pub(crate) struct Format {
    pub(crate) ecosystem: Ecosystem,
    /// Name of the array of tables.
    pub(crate) tables: &'static str,
    /// Whether a package comes from elsewhere, and is not the project's own.
    pub(crate) is_wanted: fn(&DeTable<'_>) -> bool,
    /// What a package without a version is.
    pub(crate) without_version: ProblemKind,
}

/// Adds every wanted package with a name and a version. Its line is that of the name.
pub(crate) fn read_packages(reading: &mut Reading<'_>, format: &Format) {
    let text = match reading.toml() {
        Ok(text) => text,
        Err((kind, detail)) => return reading.problem(kind, detail),
    };
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let is_depth = ["recurs", "depth"].iter().any(|word| error.message().contains(word));
            let kind = if is_depth { ProblemKind::TooDeep } else { ProblemKind::Malformed };
            let line = error.span().and_then(|span| LineCounter::new(text.as_bytes()).at(span.start));
            let detail: String = error.message().chars().take(200).collect();
            return reading.problem_at(kind, line, detail);
        }
    };
    let packages = match document.get_ref().get(format.tables).map(Spanned::get_ref) {
        None => return,
        Some(DeValue::Array(packages)) => packages,
        Some(_) => return reading.problem(ProblemKind::Malformed, format!("{} is no list", format.tables)),
    };
    let mut lines = LineCounter::new(text.as_bytes());
    for package in packages.iter() {
        if reading.is_full() {
            break;
        }
        read_package(reading, format, &mut lines, package);
    }
}

fn read_package(
    reading: &mut Reading<'_>,
    format: &Format,
    lines: &mut LineCounter<'_>,
    package: &Spanned<DeValue<'_>>,
) {
    let Some(table) = package.get_ref().as_table() else {
        return reading.problem_at(ProblemKind::Malformed, lines.at(package.span().start), "package is no table");
    };
    let line = lines.at(table.get("name").map_or(package.span(), Spanned::span).start);
    match (string(table, "name"), string(table, "version")) {
        (Some(_), _) if !(format.is_wanted)(table) => {}
        (Some(name), Some(version)) => {
            let dependencies = reading.relations("dependency", line, dependencies(table));
            let archives = reading.archives(line, archives(table));
            if let Some(package) = reading.package(format.ecosystem, name, version, line) {
                package.dependencies = dependencies;
                package.digests.extend(string(table, "checksum").and_then(integrity::sha256));
                offer(package, archives);
            }
        }
        (Some(name), None) => {
            let detail = format!("package {} has no version", quoted(name));
            reading.problem_at(format.without_version, line, detail);
        }
        (None, _) => reading.problem_at(ProblemKind::Malformed, line, "a package has no name"),
    }
}

/// Gives a package the archives that it may be installed from. Where there is one, there is no choice.
pub(crate) fn offer(package: &mut Package, mut archives: Vec<Archive>) {
    match archives.as_mut_slice() {
        [only] => package.digests.append(&mut only.digests),
        _ => package.archives = archives,
    }
}

/// Name and digests of the archives of a package, as Python's package managers list them: source and wheels apart, or all files
/// together.
fn archives<'a>(package: &'a DeTable<'_>) -> Vec<(Option<&'a str>, Vec<Digest>)> {
    let one = |archive: &'a DeTable<'_>| {
        let name = ["url", "file", "filename", "path", "name"].iter().find_map(|key| string(archive, key));
        let listed = table(archive, "hashes").into_iter().flat_map(DeTable::iter);
        let listed = listed.filter_map(|(algorithm, hex)| {
            integrity::labelled(&format!("{}:{}", algorithm.get_ref(), hex.get_ref().as_str()?))
        });
        (name, string(archive, "hash").and_then(integrity::labelled).into_iter().chain(listed).collect())
    };
    let single = ["archive", "sdist"].iter().filter_map(|key| table(package, key));
    let several = ["files", "wheels"].iter().filter_map(|key| package.get(*key)?.get_ref().as_array());
    single.chain(several.flat_map(|list| list.iter().filter_map(|item| item.get_ref().as_table()))).map(one).collect()
}

/// The names of the packages that a package needs: a list of texts that begin with a name, a list of tables with names, or a
/// table with names as keys.
fn dependencies<'a>(package: &'a DeTable<'_>) -> Vec<&'a str> {
    match package.get("dependencies").map(Spanned::get_ref) {
        Some(DeValue::Array(list)) => list.iter().filter_map(|dependency| name(dependency.get_ref())).collect(),
        Some(DeValue::Table(table)) => table.keys().map(|key| &**key.get_ref()).collect(),
        _ => Vec::new(),
    }
}

fn name<'a>(dependency: &'a DeValue<'_>) -> Option<&'a str> {
    match dependency {
        DeValue::String(text) => text.split(is_behind_name).next(),
        DeValue::Table(table) => string(table, "name"),
        _ => None,
    }
}

/// Whether a character ends the name of a dependency and begins what is asked of it.
pub(crate) const fn is_behind_name(character: char) -> bool {
    matches!(character, ' ' | '\t' | '[' | '(' | '<' | '>' | '=' | '!' | '~' | ';' | '@' | ',')
}

/// The string at a key, if it is one.
pub(crate) fn string<'a>(table: &'a DeTable<'_>, key: &str) -> Option<&'a str> {
    table.get(key)?.get_ref().as_str()
}

/// The table at a key, if it is one.
pub(crate) fn table<'a, 't>(parent: &'a DeTable<'t>, key: &str) -> Option<&'a DeTable<'t>> {
    parent.get(key)?.get_ref().as_table()
}
