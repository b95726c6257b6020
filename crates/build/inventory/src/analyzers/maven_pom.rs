//! `pom.xml`.
//!
//! Source: Maven's "POM Reference", sections "Dependencies", "Dependency Management" and "Dependency Version Requirement
//! Specification".

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::pom::{Dependency, Pom};
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "maven-pom",
    title: "Java packages required by a Maven project",
    // In META-INF it belongs to a package that was unpacked, and java-archive reads the package itself.
    files: &[Pattern::NameOutside { folder: "META-INF", name: "pom.xml" }],
    sees: "every dependency whose version the file says itself, as a number, by a property, or by its own managed versions, \
           those for tests included",
    misses: "what the dependencies require in turn; versions that a parent or an imported file manages, which are reported as \
             unpinned, as are ranges; profiles, plugins; whether a package is really there, which java-archive reads; \
             the project itself and its licences",
    ecosystems: &[Ecosystem::Maven],
    evidence: &[Evidence::Requested],
    source: "Maven's POM Reference",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    let (pom, result) = Pom::read(&text, limits);
    for dependency in &pom.dependencies {
        if reading.is_full() {
            break;
        }
        report(&mut reading, &pom, dependency);
    }
    if let Err((kind, line, detail)) = result {
        reading.problem_at(kind, line, detail);
    }
    reading.finish()
}

fn report(reading: &mut Reading<'_>, pom: &Pom, dependency: &Dependency) {
    let limits = reading.limits();
    let written = [dependency.group.as_str(), dependency.artifact.as_str()].join(":");
    if dependency.group.is_empty() || dependency.artifact.is_empty() {
        let detail = format!("{} names no package", quoted(&written));
        return reading.problem_at(ProblemKind::Malformed, dependency.line, detail);
    }
    let version = pom.version(dependency);
    let known = pom.value(&written, limits).zip(pom.value(version, limits));
    match known.as_ref().map(|(name, version)| (name, exact(version))) {
        Some((name, Some(version))) => {
            reading.package(Ecosystem::Maven, name, version, dependency.line);
        }
        Some(_) | None => {
            let detail = format!("{} has no exact version in this file: {}", quoted(&written), quoted(version));
            reading.problem_at(ProblemKind::Unpinned, dependency.line, detail);
        }
    }
}

/// The one version that a requirement allows: `1.0`, or `[1.0]`.
fn exact(requirement: &str) -> Option<&str> {
    let version = requirement.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(requirement);
    let is_exact = !version.is_empty() && !version.contains(['[', '(', ',', ')', ']', ' ']);
    (is_exact && !matches!(version, "LATEST" | "RELEASE")).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_no_versions() {
        for (requirement, version) in [
            ("1.0", Some("1.0")),
            ("[1.0]", Some("1.0")),
            ("[1.0,2.0)", None),
            ("(,1.0]", None),
            ("LATEST", None),
            ("", None),
        ] {
            assert_eq!(exact(requirement), version, "{requirement}");
        }
    }
}
