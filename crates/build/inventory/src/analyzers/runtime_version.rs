//! Run times that keep their version in a file: that of Java, and the tool chain of Go.
//!
//! Source: JEP 223 and the file `release` that builds of OpenJDK carry; the file `VERSION` of Go's distributions,
//! `go/src/cmd/dist/build.go`.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::reading::{Reading, line_number, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "runtime-version",
    title: "Java run times and Go tool chains",
    files: &[Pattern::Name("release"), Pattern::NameIn { parent_suffix: "go", name: "VERSION" }],
    sees: "builds of OpenJDK, as openjdk, and tool chains of Go, as go, that no package manager installed, by the files in which \
           they say their version",
    misses: "which vendor built a run time, and what the vendor has changed in it; run times without these files, as those that \
             applications bring linked in; builds of Go from a development branch, which have no version",
    ecosystems: &[Ecosystem::Generic],
    evidence: &[Evidence::Installed],
    source: "the file release of OpenJDK, JEP 223; the file VERSION of Go",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    if file.name() == "VERSION" {
        // Other projects in a folder of that name keep other words there.
        if let Some(version) =
            text.lines().next().and_then(|line| line.trim_end().strip_prefix("go")).filter(|it| is_version(it))
        {
            reading.package(Ecosystem::Generic, "go", version, Some(1));
        }
        return reading.finish();
    }
    // Distributions keep other facts in files of this name.
    let java = text.lines().enumerate().find_map(|(index, line)| Some((index, line.strip_prefix("JAVA_VERSION=")?)));
    if let Some((index, value)) = java {
        let line = Some(line_number(index));
        let version = value.trim().trim_matches('"');
        if is_version(version) {
            reading.package(Ecosystem::Generic, "openjdk", version, line);
        } else {
            reading.problem_at(ProblemKind::Malformed, line, format!("{} is no version of Java", quoted(value)));
        }
    }
    reading.finish()
}

/// Whether a text is a version: `17.0.9`, `1.8.0_392`, `1.25rc1`.
fn is_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|char| char.is_ascii_alphanumeric() || "._+-".contains(char))
}
