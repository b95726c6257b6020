//! Programs written in Rust that say what they were built from, because `cargo auditable` built them.
//!
//! Source: cargo-auditable's documentation, "PARSING.md": a section `.dep-v0` holds JSON, compressed with zlib: `packages`, each
//! with `name`, `version`, `source`, `kind`, and `dependencies` by their places in the list.

use std::io::Read;

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};
use flate2::read::ZlibDecoder;

use crate::json_entries::{ANY, read_entries};
use crate::program::Program;
use crate::reading::Reading;
use crate::{Analyzer, Evidence, File, Inventory, Pattern, json};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "rust-binary",
    title: "What Rust programs were built from",
    files: &[Pattern::Program],
    sees: "every crate that is linked into a program or library that cargo-auditable built, for Linux and Windows, with the \
           crates that each needs",
    misses: "programs that were built with cargo alone, which say nothing; crates that only the build needed; the program's \
             own workspace; the Rust version; programs for macOS; programs that were packed (UPX)",
    ecosystems: &[Ecosystem::Cargo],
    evidence: &[Evidence::Installed],
    source: "cargo-auditable's documentation, PARSING.md",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let Some(section) = Program::parse(file.bytes).and_then(|program| program.section(&[".dep-v0"])) else {
        return reading.finish();
    };
    // Text in JSON is never larger than what a TOML file may be, and its tree is smaller.
    let limit = limits.toml_bytes;
    let mut text = Vec::new();
    if let Err(error) = ZlibDecoder::new(section).take(limit.saturating_add(1)).read_to_end(&mut text) {
        reading.problem(ProblemKind::Malformed, format!("the list of crates cannot be decompressed: {error}"));
    }
    if text.len() as u64 > limit {
        reading.problem(ProblemKind::TooLarge, format!("the list of crates has more than {limit} bytes"));
        return reading.finish();
    }
    let list = File { path: file.path, bytes: &text };
    let (inventory, mut problems) = crates(&list, limits);
    problems.append(reading.finish().1);
    (inventory, problems)
}

/// A crate of the list.
struct Crate {
    name: String,
    version: String,
    is_wanted: bool,
    dependencies: Vec<usize>,
}

/// Reads the list of crates. Lines are those of the list, which nobody sees, and are therefore not given.
fn crates(list: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, list, limits);
    let mut crates = Vec::new();
    read_entries(&mut reading, &[&["packages", ANY]], |reading, entry| {
        let members = entry.members(&["name", "version", "source", "kind", "dependencies"]).unwrap_or_default();
        let [name, version, source, kind, dependencies] = members;
        let (Some(name), Some(version)) = (json::string(name), json::string(version)) else {
            return reading.problem(ProblemKind::Malformed, "a crate has no name or no version");
        };
        let is_own = json::string(source).is_some_and(|source| source == "local");
        let is_for_build = json::string(kind).is_some_and(|kind| kind == "build");
        crates.push(Crate {
            name: name.into_owned(),
            version: version.into_owned(),
            is_wanted: !is_own && !is_for_build,
            dependencies: dependencies.and_then(|list| serde_json::from_str(list.get()).ok()).unwrap_or_default(),
        });
    });
    for one in crates.iter().filter(|one| one.is_wanted) {
        let needed = one.dependencies.iter().filter_map(|&place| crates.get(place)).filter(|other| other.is_wanted);
        let dependencies = reading.relations("dependency", None, needed.map(|other| &other.name));
        if let Some(package) = reading.package(Ecosystem::Cargo, &one.name, &one.version, None) {
            package.dependencies = dependencies;
        }
        if reading.is_full() {
            break;
        }
    }
    reading.finish()
}
