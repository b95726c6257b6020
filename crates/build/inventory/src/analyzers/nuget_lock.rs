//! `packages.lock.json`.
//!
//! Source: NuGet's documentation, "Locking dependencies", and its `PackagesLockFileFormat`: `dependencies` by framework and
//! name.

use boltseal_model::{Algorithm, Ecosystem, Limits, ProblemKind, Problems};

use crate::json_entries::{ANY, Entry, read_entries};
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern, integrity, json};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "nuget-lock",
    title: ".NET packages locked by NuGet",
    files: &[Pattern::Name("packages.lock.json")],
    sees: "every package that the file locks for any framework or platform, once for each version, with its digest",
    misses: "whether a package is installed; other projects of the solution; packages of projects that have no lock file, \
             which is the default; what a finished program was built from, which dotnet-deps reads",
    ecosystems: &[Ecosystem::Nuget],
    evidence: &[Evidence::Requested],
    source: "NuGet's documentation, and its PackagesLockFileFormat",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    read_entries(&mut reading, &[&["dependencies", ANY, ANY]], report);
    reading.drop_repetitions();
    reading.finish()
}

fn report(reading: &mut Reading<'_>, entry: &mut Entry<'_, '_>) {
    let name = entry.key(2).to_owned();
    let Some([kind, resolved, hash, dependencies]) =
        entry.members(&["type", "resolved", "contentHash", "dependencies"])
    else {
        let line = entry.line(None);
        return reading.problem_at(ProblemKind::Malformed, line, format!("{} is no object", quoted(&name)));
    };
    let line = entry.line(resolved);
    match (json::string(kind).as_deref(), json::string(resolved)) {
        (Some("Project"), _) => {}
        (_, Some(version)) => {
            let digest = json::string(hash).and_then(|hash| integrity::base64(Algorithm::Sha512, &hash));
            let dependencies = reading.relations("dependency", line, json::names(dependencies));
            if let Some(package) = reading.package(Ecosystem::Nuget, &name, &version, line) {
                package.digests.extend(digest);
                package.dependencies = dependencies;
            }
        }
        (_, None) => {
            reading.problem_at(ProblemKind::Malformed, line, format!("{} has no version", quoted(&name)));
        }
    }
}
