//! What the formats of Python share: the header fields of metadata, and the names of archives.
//!
//! Source: PyPA's "Core metadata specifications": fields as in an e-mail header, up to the first blank line.

use boltseal_model::{Ecosystem, ProblemKind};

use crate::fields::{Line, lines};
use crate::lockfile::is_behind_name;
use crate::reading::Reading;

/// Longest text that is taken for the name of a licence. Some authors put the whole licence there.
const LICENCE: usize = 100;

/// The fields of a header that matter here.
#[derive(Default)]
struct Header<'a> {
    name: Option<&'a str>,
    version: Option<(u32, &'a str)>,
    expression: Option<&'a str>,
    licence: Option<&'a str>,
    /// Last parts of the classifiers of licences.
    classified: Vec<&'a str>,
    dependencies: Vec<&'a str>,
}

impl<'a> Header<'a> {
    fn add(&mut self, line: u32, field: &str, value: &'a str) {
        // As for an e-mail, the first of repeated fields counts.
        if field.eq_ignore_ascii_case("name") {
            self.name.get_or_insert(value);
        } else if field.eq_ignore_ascii_case("version") {
            self.version.get_or_insert((line, value));
        } else if field.eq_ignore_ascii_case("license-expression") {
            self.expression.get_or_insert(value);
        } else if field.eq_ignore_ascii_case("license") {
            self.licence.get_or_insert(value);
        } else if field.eq_ignore_ascii_case("classifier") {
            self.classified
                .extend(value.strip_prefix("License ::").and_then(|path| path.rsplit("::").next()).map(str::trim));
        } else if field.eq_ignore_ascii_case("requires-dist") && !value.contains("extra ==") {
            self.dependencies.extend(value.split(is_behind_name).next());
        }
    }

    /// The licences: the expression, or else the author's words, or else the classifiers.
    fn licences(&self) -> Vec<&'a str> {
        let is_name = |text: &&str| !text.is_empty() && text.len() <= LICENCE && !text.eq_ignore_ascii_case("unknown");
        match self.expression.or(self.licence.filter(is_name)) {
            Some(licence) => vec![licence],
            None => self.classified.iter().copied().filter(|&part| part != "OSI Approved").collect(),
        }
    }
}

/// Adds the package that the metadata describes. Its line is that of the version.
pub(crate) fn read_metadata(reading: &mut Reading<'_>) {
    let text = reading.text();
    let mut header = Header::default();
    for (number, line) in lines(&text) {
        match line {
            Line::Blank => break,
            Line::Field(field, value) => header.add(number, field, value),
            Line::Continuation | Line::Other(_) => {}
        }
    }
    let licences = header.licences();
    match (header.name, header.version) {
        (Some(name), Some((line, version))) => {
            let licences = reading.relations("licence", Some(line), licences);
            let dependencies = reading.relations("dependency", Some(line), header.dependencies);
            if let Some(package) = reading.package(Ecosystem::Pypi, name, version, Some(line)) {
                package.licences = licences;
                package.dependencies = dependencies;
            }
        }
        (None, _) => reading.problem(ProblemKind::Malformed, "the header has no Name"),
        (Some(_), None) => reading.problem(ProblemKind::Malformed, "the header has no Version"),
    }
}

/// Endings of files that pip installs.
const ARCHIVES: [&str; 5] = [".whl", ".tar.gz", ".tar.bz2", ".tgz", ".zip"];

/// Whether a path is that of a packed package, not of a folder.
pub(crate) fn is_archive(path: &str) -> bool {
    ARCHIVES.iter().any(|ending| path.ends_with(ending))
}
