//! Gradle's lock files.
//!
//! Source: Gradle's user manual, "Locking versions", section "Lock state location": a line `GROUP:NAME:VERSION=CONFIGURATIONS`
//! for each module, and one for the configurations that are empty. The older files, one for each configuration, have the lines
//! without configurations.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::reading::{Reading, line_number, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "gradle-lock",
    title: "Java packages locked by Gradle",
    files: &[
        Pattern::Name("gradle.lockfile"),
        Pattern::Name("buildscript-gradle.lockfile"),
        // Before version 7 there was a file for each configuration.
        Pattern::InNamedFolder { folder: "gradle/dependency-locks", suffix: ".lockfile" },
    ],
    sees: "every module that the file locks for any configuration, those for tests and for the build itself included",
    misses: "projects that lock nothing, which is the default; which jar is really there, which java-archive reads",
    ecosystems: &[Ecosystem::Maven],
    evidence: &[Evidence::Requested],
    source: "Gradle's user manual, Locking versions",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    for (index, line) in text.lines().enumerate() {
        if reading.is_full() {
            break;
        }
        let line = line.trim();
        let (module, _) = line.split_once('=').unwrap_or((line, ""));
        match module.rsplit_once(':') {
            _ if line.is_empty() || line.starts_with('#') || module == "empty" => {}
            Some((name, version)) if is_name(name) => {
                reading.package(Ecosystem::Maven, name, version, Some(line_number(index)));
            }
            _ => {
                let detail = format!("{} is no module", quoted(line));
                reading.problem_at(ProblemKind::Malformed, Some(line_number(index)), detail);
            }
        }
    }
    reading.expect_final_newline();
    reading.finish()
}

/// Whether a text is `GROUP:NAME`.
fn is_name(text: &str) -> bool {
    text.split_once(':').is_some_and(|(group, name)| !group.is_empty() && !name.is_empty() && !name.contains(':'))
}
