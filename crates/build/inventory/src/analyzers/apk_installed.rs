//! apk's database of installed packages.
//!
//! Source: Alpine's wiki, "Apk spec", "Installed Database V2": one-letter fields, a blank line after each package, `F:` a
//! folder, `R:` a file in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems, SourcePackage};

use crate::fields::{Line, lines};
use crate::lockfile::is_behind_name;
use crate::reading::{Reading, quoted};
use crate::wanted::is_ownership_of_interest;
use crate::{Analyzer, Evidence, File, Inventory, Pattern, Recorded};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "apk-installed",
    title: "Installed Alpine packages",
    files: &[Pattern::Path("lib/apk/db/installed"), Pattern::Path("usr/lib/apk/db/installed")],
    sees: "every installed package with its origin, licence and the packages that it names as needed, virtual ones included, \
           and which of the files that analyzers want it owns",
    misses: "what a package needs by the name of a library or a command; packages whose records were removed from the \
             image; files that were installed without apk",
    ecosystems: &[Ecosystem::Apk],
    evidence: &[Evidence::Installed],
    source: "Alpine's wiki, Apk spec, Installed Database V2",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    let mut record = Record::default();
    for (number, line) in lines(&text) {
        match line {
            Line::Blank => std::mem::take(&mut record).finish(&mut reading),
            Line::Field(name, value) => record.add(&mut reading, number, name, value),
            Line::Continuation | Line::Other(_) => {
                reading.problem_at(ProblemKind::Malformed, Some(number), "is no field");
            }
        }
        if reading.is_full() {
            break;
        }
    }
    record.finish(&mut reading);
    reading.expect_final_newline();
    reading.report_duplicates();
    reading.finish()
}

/// One package.
#[derive(Debug, Default)]
struct Record<'a> {
    /// The line of the name, or else of the first field.
    line: Option<u32>,
    name: Option<&'a str>,
    version: Option<&'a str>,
    architecture: Option<&'a str>,
    origin: Option<&'a str>,
    licence: Option<&'a str>,
    depends: Option<&'a str>,
    folder: &'a str,
    /// Whether the file that was named last is of interest.
    has_file: bool,
}

impl<'a> Record<'a> {
    fn add(&mut self, reading: &mut Reading<'_>, line: u32, name: &str, value: &'a str) {
        self.line.get_or_insert(line);
        let field = match name {
            "P" => {
                self.line = Some(line);
                &mut self.name
            }
            "V" => &mut self.version,
            "A" => &mut self.architecture,
            "o" => &mut self.origin,
            "L" => &mut self.licence,
            "D" => &mut self.depends,
            "F" if reading.is_path(value) => return self.folder = value,
            "R" => return self.add_file(reading, line, value),
            "Z" => return self.record(reading, value),
            "F" => {
                let detail = format!("folder {} is too long for a path", quoted(value));
                return reading.problem_at(ProblemKind::TooLarge, Some(line), detail);
            }
            _ => return,
        };
        if field.is_some() {
            reading.problem_at(ProblemKind::Duplicate, Some(line), format!("{name} is given twice"));
        }
        field.get_or_insert(value);
    }

    /// `Q1` and the SHA-1 of the file before, in base64. Anything else says nothing.
    fn record(&self, reading: &mut Reading<'_>, value: &str) {
        let digest = value.strip_prefix("Q1").and_then(|text| STANDARD.decode(text).ok()).filter(|it| it.len() == 20);
        if let (true, Some(digest)) = (self.has_file, digest) {
            let digits = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            reading.record_last(Recorded::Digest(digits));
        }
    }

    fn add_file(&mut self, reading: &mut Reading<'_>, line: u32, name: &str) {
        let path = if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) };
        self.has_file = false;
        match self.name {
            _ if !is_ownership_of_interest(&path) => {}
            Some(package) => {
                reading.owned(&path, package, Recorded::Nothing);
                self.has_file = true;
            }
            None => {
                let detail = format!("file {} stands before the name of its package", quoted(name));
                reading.problem_at(ProblemKind::Malformed, Some(line), detail);
            }
        }
    }

    fn finish(self, reading: &mut Reading<'_>) {
        if self.line.is_none() {
            return;
        }
        let name = self.name.unwrap_or_default();
        let architecture = reading.optional("architecture", self.architecture, self.line);
        let origin = reading.optional("origin", self.origin, self.line);
        let licences = reading.relations("licence", self.line, self.licence);
        let dependencies = reading.relations("dependency", self.line, packages(self.depends.unwrap_or_default()));
        let version = self.version.unwrap_or_default();
        let Some(package) = reading.package(Ecosystem::Apk, name, version, self.line) else { return };
        package.architecture = architecture;
        package.licences = licences;
        package.dependencies = dependencies;
        package.source = origin
            .filter(|origin| origin != name)
            .map(|origin| SourcePackage { name: origin, version: version.to_owned() });
        package.name_in(None);
    }
}

/// The packages that a list of dependencies names: not the libraries (`so:`), commands (`cmd:`) and files in it, nor what
/// must not be there (`!`).
fn packages(depends: &str) -> impl Iterator<Item = &str> {
    depends
        .split_ascii_whitespace()
        .filter(|word| !word.starts_with('!') && !word.contains([':', '/']))
        .filter_map(|word| word.split(is_behind_name).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_files_make_paths() {
        let text = "P:py3-six\nV:1.16.0-r6\nA:noarch\no:py3-six\nF:usr\nF:usr/lib/six.egg-info\nM:0:0:0755\nR:PKG-INFO\n\
                    Z:Q1abc=\nR:SOURCES.txt\n\n";
        let file = File { path: "lib/apk/db/installed", bytes: text.as_bytes() };
        let (inventory, problems) = parse(&file, &Limits::default());
        assert!(problems.is_empty());
        assert_eq!(inventory.packages[0].source, None);
        let owned: Vec<_> = inventory.owned.iter().map(|file| (file.path.as_str(), file.package.as_str())).collect();
        assert_eq!(owned, [("usr/lib/six.egg-info/PKG-INFO", "py3-six")]);
    }

    #[test]
    fn digests_go_with_the_file_before_them() {
        // The SHA-1 of "abc", of FIPS 180-2.
        let text = "P:tool\nV:1-r0\nF:usr/bin\nR:tool\na:0:0:755\nZ:Q1qZk+NkcGgWq6PiVxeFDCbJzQ2J0=\n\
                    F:usr/share/doc\nR:tool.txt\nZ:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nF:usr/sbin\nR:other\nZ:none\n\n";
        let (inventory, problems) =
            parse(&File { path: "lib/apk/db/installed", bytes: text.as_bytes() }, &Limits::default());
        assert!(problems.is_empty());
        let recorded: Vec<_> = inventory.owned.into_iter().map(|file| (file.path, file.recorded)).collect();
        let digest = Recorded::Digest("a9993e364706816aba3e25717850c26c9cd0d89d".to_owned());
        assert_eq!(recorded, [("usr/bin/tool".to_owned(), digest), ("usr/sbin/other".to_owned(), Recorded::Nothing)]);
    }
}
