//! `Podfile.lock`.
//!
//! Source: CocoaPods' guides, "What is a Podfile.lock", and its `Lockfile` class, which always writes YAML of this one form:
//! under `PODS:` a line `  - NAME (VERSION)` for each pod, with the pods that it needs below it.

use std::collections::{BTreeSet, HashSet};

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::reading::{Reading, line_number, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "cocoapods-lock",
    title: "Pods locked by CocoaPods",
    files: &[Pattern::Name("Podfile.lock")],
    sees: "every pod that the file locks, from a repository of specifications or from git, once for all its subspecs, with \
           the pods that it needs",
    misses: "pods in folders beside the project; which subspecs are used; whether a pod is compiled in",
    ecosystems: &[Ecosystem::Cocoapods],
    evidence: &[Evidence::Requested],
    source: "CocoaPods' guides, and its Lockfile class",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    for pod in pods(&mut reading, &text) {
        let dependencies = reading.relations("dependency", Some(pod.line), pod.dependencies);
        if let Some(package) = reading.package(Ecosystem::Cocoapods, pod.name, pod.version, Some(pod.line)) {
            package.dependencies = dependencies;
        }
    }
    reading.expect_final_newline();
    reading.finish()
}

struct Pod<'a> {
    line: u32,
    name: &'a str,
    version: &'a str,
    dependencies: BTreeSet<&'a str>,
}

/// The lines of a file, each with its number, the heading that it stands under, and how many blanks it begins with.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str, usize, &str)> {
    let mut section = "";
    text.lines().enumerate().filter(|(_, line)| !line.trim_end().is_empty()).map(move |(index, line)| {
        let line = line.trim_end();
        let indent = line.len() - line.trim_start_matches(' ').len();
        if indent == 0 {
            section = line;
        }
        (line_number(index), section, indent, line)
    })
}

/// The pods from elsewhere, in the order of the file. Where they come from stands behind them.
fn pods<'a>(reading: &mut Reading<'_>, text: &'a str) -> Vec<Pod<'a>> {
    let local = local(text);
    let mut pods: Vec<Pod<'_>> = Vec::new();
    for (number, section, indent, line) in lines(text) {
        // What a pod needs follows it, so it is only dropped when the next one begins.
        if indent <= 2 {
            pods.pop_if(|pod| local.contains(pod.name));
        }
        let result = match (section, indent) {
            // `PODFILE CHECKSUM: …` and `COCOAPODS: …`.
            (_, 0) if line.ends_with(':') || line.contains(": ") => Ok(()),
            ("PODS:", 2 | 4) => pod(&mut pods, number, indent == 2, line),
            (_, 0) | ("PODS:", _) => Err("belongs to no section"),
            _ => Ok(()),
        };
        if let Err(reason) = result {
            reading.problem_at(ProblemKind::Malformed, Some(number), format!("{} {reason}", quoted(line)));
        }
        // One more than the limit is kept, which is enough to trip it, and one that may have to be dropped.
        if pods.len() > reading.limits().packages_per_file.saturating_add(1) {
            break;
        }
    }
    pods.pop_if(|pod| local.contains(pod.name));
    pods
}

/// Adds a pod, or what the last one needs. All subspecs of a pod have its version and follow one another.
fn pod<'a>(pods: &mut Vec<Pod<'a>>, line: u32, is_pod: bool, text: &'a str) -> Result<(), &'static str> {
    let text = text.trim_start().strip_prefix("- ").ok_or("is no pod")?;
    let (name, version) = name_and_version(unquoted(text.strip_suffix(':').unwrap_or(text)));
    let name = root(name);
    let last = pods.last_mut();
    if !is_pod {
        if let Some(pod) = last.filter(|pod| pod.name != name) {
            pod.dependencies.insert(name);
        }
        return Ok(());
    }
    let version = version.ok_or("has no version")?;
    if last.is_none_or(|pod| pod.name != name || pod.version != version) {
        pods.push(Pod { line, name, version, dependencies: BTreeSet::new() });
    }
    Ok(())
}

/// The pods that come from a folder beside the project.
fn local(text: &str) -> HashSet<&str> {
    let mut local = HashSet::new();
    let mut name = "";
    for (_, section, indent, line) in lines(text) {
        match (section, indent) {
            ("EXTERNAL SOURCES:", 2) => name = unquoted(line.trim().trim_end_matches(':')),
            ("EXTERNAL SOURCES:", 4) if line.trim_start().starts_with(":path:") => {
                local.insert(root(name));
            }
            _ => {}
        }
    }
    local
}

/// The name of the pod that a subspec belongs to.
fn root(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// `NAME (VERSION)`, or only the name.
fn name_and_version(text: &str) -> (&str, Option<&str>) {
    match text.split_once(" (") {
        Some((name, version)) => (name, version.strip_suffix(')')),
        None => (text, None),
    }
}
