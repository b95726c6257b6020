//! `*.deps.json`, which lies beside a .NET program and says what it was built from.
//!
//! Source: .NET SDK's documentation, "Runtime configuration files", section "[appname].deps.json": `libraries` by
//! `NAME/VERSION`; `targets` by framework and the same key, where the dependencies stand.

use std::collections::HashMap;

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::json_entries::{ANY, Entry, read_entries};
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern, integrity, json};

/// What the SDK puts before the name of a package that holds a run time.
const RUN_TIME: &str = "runtimepack.";

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "dotnet-deps",
    title: "What .NET programs were built from",
    files: &[Pattern::Affixes { prefix: "", suffix: ".deps.json" }],
    sees: "every package that a published program needs, with its digest, and the shared framework and the run time that it \
           brings along",
    misses: "programs that were published without the file, as trimmed and single-file programs may be; libraries that were \
             copied; of a program that uses a shared framework, what that one holds: it has a file of its own",
    ecosystems: &[Ecosystem::Nuget],
    evidence: &[Evidence::Installed],
    source: ".NET SDK's documentation, Runtime configuration files",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let mut dependencies = HashMap::new();
    let routes: &[&[&str]] = &[&["targets", ANY, ANY], &["libraries", ANY]];
    read_entries(&mut reading, routes, |reading, entry| match entry.keys {
        [_, _, key] => {
            let needed = entry.members(&["dependencies"]).and_then(|[needed]| needed);
            if let Some(needed) = needed.filter(|_| dependencies.len() < limits.packages_per_file) {
                dependencies.insert(key.clone().into_owned(), needed);
            }
        }
        _ => report(reading, entry, &dependencies),
    });
    reading.finish()
}

fn report(
    reading: &mut Reading<'_>,
    entry: &mut Entry<'_, '_>,
    needed: &HashMap<String, &serde_json::value::RawValue>,
) {
    let key = entry.key(1).to_owned();
    let Some([kind, hash]) = entry.members(&["type", "sha512"]) else {
        let line = entry.line(None);
        return reading.problem_at(ProblemKind::Malformed, line, format!("{} is no object", quoted(&key)));
    };
    let line = entry.line(None);
    let is_run_time = match json::string(kind).as_deref() {
        Some("package") => false,
        Some("runtimepack") => true,
        // The program itself, the other projects of its solution, and files beside them.
        Some("project" | "reference" | "referenceassembly") => return,
        _ => {
            let detail = format!("{} is of no known type", quoted(&key));
            return reading.problem_at(ProblemKind::Unsupported, line, detail);
        }
    };
    let Some((name, version)) = key.split_once('/') else {
        return reading.problem_at(ProblemKind::Malformed, line, format!("{} has no version", quoted(&key)));
    };
    let name = if is_run_time { name.strip_prefix(RUN_TIME).unwrap_or(name) } else { name };
    let digests = json::string(hash).map(|hash| integrity::subresource(&hash)).unwrap_or_default();
    let dependencies = reading.relations("dependency", line, json::names(needed.get(&key).copied()));
    if let Some(package) = reading.package(Ecosystem::Nuget, name, version, line) {
        package.digests = digests;
        package.dependencies = dependencies;
    }
}
