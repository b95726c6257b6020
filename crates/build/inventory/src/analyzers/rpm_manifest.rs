//! The list of packages that images without rpm keep: those of Photon and Azure Linux.
//!
//! A line for each package with ten fields, parted by tabs, as `rpm -qa --qf` writes them: name, version and release, times
//! of installation and build, vendor, epoch or `(none)`, size, architecture, epoch as a number, file of the source package.

use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::reading::{Reading, line_number, quoted};
use crate::rpm::Facts;
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "rpm-manifest",
    title: "Packages of images without rpm",
    files: &[Pattern::Path("var/lib/rpmmanifest/container-manifest-2")],
    sees: "every package that the list names, with its epoch and source package",
    misses: "licences, dependencies and owned files, which the list does not hold; files that belong to no package",
    ecosystems: &[Ecosystem::Rpm],
    evidence: &[Evidence::Installed],
    source: "the query by which Photon OS and Azure Linux write the list",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let line_number = Some(line_number(index));
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, version, _, _, _, _, _, architecture, epoch, source] = fields[..] else {
            reading.problem_at(ProblemKind::Malformed, line_number, format!("{} has not ten fields", quoted(line)));
            continue;
        };
        let Ok(epoch) = epoch.parse() else {
            reading.problem_at(ProblemKind::Malformed, line_number, format!("{} is no epoch", quoted(epoch)));
            continue;
        };
        let given = |text| Some(text).filter(|&text| text != "(none)");
        let (architecture, source) = (given(architecture), given(source));
        Facts { line: line_number, name, version, epoch, architecture, source, ..Facts::default() }
            .report(&mut reading);
        if reading.is_full() {
            break;
        }
    }
    reading.expect_final_newline();
    reading.finish()
}
