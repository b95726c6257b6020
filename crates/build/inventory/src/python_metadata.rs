//! What the formats of Python share: the header fields of metadata, and the names of archives.
//!
//! Source: PyPA's "Core metadata specifications": fields as in an e-mail header, up to the first blank line.

use boltseal_model::{Ecosystem, ProblemKind};

use crate::fields::{Line, lines};
use crate::reading::Reading;

/// Adds the package that the metadata describes. Its line is that of the version.
pub(crate) fn read_metadata(reading: &mut Reading<'_>) {
    let text = reading.text();
    let (mut name, mut version) = (None, None);
    for (number, line) in lines(&text) {
        let (field, value) = match line {
            Line::Blank => break,
            Line::Field(field, value) => (field, value),
            Line::Continuation | Line::Other(_) => continue,
        };
        // As for an e-mail, the first of repeated fields counts.
        if field.eq_ignore_ascii_case("name") {
            name.get_or_insert(value);
        } else if field.eq_ignore_ascii_case("version") {
            version.get_or_insert((number, value));
        }
        if let (Some(name), Some((line, version))) = (name, version) {
            reading.package(Ecosystem::Pypi, name, version, Some(line));
            return;
        }
    }
    let missing = if name.is_none() { "Name" } else { "Version" };
    reading.problem(ProblemKind::Malformed, format!("the header has no {missing}"));
}

/// Endings of files that pip installs.
const ARCHIVES: [&str; 5] = [".whl", ".tar.gz", ".tar.bz2", ".tgz", ".zip"];

/// Whether a path is that of a packed package, not of a folder.
pub(crate) fn is_archive(path: &str) -> bool {
    ARCHIVES.iter().any(|ending| path.ends_with(ending))
}
