//! A table of fixed versions in a Debian release, `debian-<release>-fixed.tsv`.
//!
//! Tab-separated, with a head line; the columns `source`, `cve`, `effective_version` and, if present, `date` count. A source
//! package is affected below its effective version: the lowest version that holds the fix, by Debian order.

use boltseal_model::{Ecosystem, HeldTo, Limits, Namespace, ProblemKind, Problems};

use super::{Imported, Importer, file_name, has_extension};
use crate::advisory::{Advisory, Date};
use crate::document::File;
use crate::range::Range;
use crate::version;

pub static IMPORTER: Importer = Importer {
    id: "debian-fixed-table",
    revision: 1,
    title: "Fixed versions from Debian changelogs",
    licence: "facts from Debian changelogs",
    ecosystems: &[Ecosystem::Deb],
    sees: "which version of a Debian source package holds the fix of a CVE, as its changelog says, and on which \
           day",
    misses: "what is not fixed yet; severities; fixes that a changelog does not mention; other releases than the \
             one that the file name tells",
    source: "changelogs of Debian's source packages",
    held_to: Some(HeldTo {
        what: "dpkg --compare-versions over every row about an installed package",
        tests: &[
            "e2e/functional/debian_trees.rs::release_pocket_has_exactly_the_predicted_vulnerabilities",
            "e2e/functional/debian_trees.rs::updated_tree_has_exactly_the_predicted_vulnerabilities",
        ],
    }),
    accepts,
    import,
};

fn accepts(path: &str, head: &[u8]) -> bool {
    has_extension(path, &["tsv"]) && head.starts_with(b"source\tcve\t") && release(path).is_some()
}

/// The release in `debian-12-fixed.tsv`.
fn release(path: &str) -> Option<&str> {
    let release = file_name(path).strip_prefix("debian-")?.strip_suffix("-fixed.tsv")?;
    (!release.is_empty() && release.bytes().all(|byte| byte.is_ascii_digit())).then_some(release)
}

/// Where the columns are that count.
struct Columns {
    source: usize,
    cve: usize,
    effective_version: usize,
    date: Option<usize>,
}

impl Columns {
    fn parse(head: &str) -> Option<Self> {
        let position = |name| head.split('\t').position(|column| column == name);
        Some(Self {
            source: position("source")?,
            cve: position("cve")?,
            effective_version: position("effective_version")?,
            date: position("date"),
        })
    }
}

fn import(path: &str, bytes: &[u8], limits: &Limits) -> (Imported, Problems) {
    let mut file = File::new(path, limits);
    if let Some(text) = file.text(bytes) {
        read(&mut file, path, text);
    }
    file.finish()
}

fn read(file: &mut File<'_>, path: &str, text: &str) {
    let Some(release) = release(path) else {
        return file.problem(ProblemKind::Malformed, "file name does not tell the release: debian-<release>-fixed.tsv");
    };
    let namespace = Namespace::new(format!("debian:{release}"));
    let mut lines = text.lines();
    let Some(columns) = lines.next().and_then(Columns::parse) else {
        return file.problem(ProblemKind::Malformed, "head line lacks source, cve or effective_version");
    };
    for (number, line) in (2..).zip(lines).filter(|(_, line)| !line.is_empty()) {
        if let Err(reason) = read_row(file, &namespace, &columns, line) {
            file.problem(ProblemKind::Malformed, format!("line {number}: {reason}"));
        }
    }
}

fn read_row(file: &mut File<'_>, namespace: &Namespace, columns: &Columns, line: &str) -> Result<(), &'static str> {
    let cell = |column: usize| line.split('\t').nth(column).map(str::trim).filter(|cell| !cell.is_empty());
    let source = cell(columns.source).ok_or("no source")?;
    let cve = cell(columns.cve).ok_or("no cve")?;
    let fixed = cell(columns.effective_version).ok_or("no effective version")?;
    if let Some(order) = version::ecosystem_of(namespace).map(version::of)
        && !(order.is_valid)(fixed)
    {
        return Err("effective version is no Debian version");
    }
    let mut advisory = Advisory::new(cve, namespace.clone(), source);
    advisory.ranges.push(Range::until(fixed));
    advisory.published = columns.date.and_then(cell).and_then(Date::parse);
    file.add(advisory);
    Ok(())
}
