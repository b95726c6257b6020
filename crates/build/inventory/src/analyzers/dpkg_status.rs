//! dpkg's database of installed packages.
//!
//! Sources: dpkg(1), "Package states"; deb822(5); Debian policy, sections 5.6.1 ("Source") and 5.6.12 ("Version").

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems, SourcePackage};

use crate::fields::{Line, lines};
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

const DATABASE: &str = "var/lib/dpkg/status";

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "dpkg-status",
    title: "Installed Debian packages",
    files: &[
        Pattern::Path(DATABASE),
        // Images without a package manager keep the control file of each package here.
        Pattern::InFolder { folder: "var/lib/dpkg/status.d", suffix: "", except: ".md5sums" },
    ],
    sees: "every package whose files dpkg has put on disk, whether fully configured or not, with its source package and the \
           packages that it depends on",
    misses: "licences, which dpkg-copyright reads; packages whose records were removed from the image; \
             files that were installed without dpkg; changes that dpkg has written to var/lib/dpkg/updates and not yet merged",
    ecosystems: &[Ecosystem::Deb],
    evidence: &[Evidence::Installed],
    source: "dpkg(1); deb822(5); Debian Policy 5.6",
    held_to: Some(HeldTo {
        what: "dpkg-query --show",
        tests: &["crates/build/inventory/tests/it/host.rs::finds_what_dpkg_says_is_installed"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let is_database = file.path == DATABASE;
    let text = reading.text();
    let mut stanza = Stanza::default();
    for (number, line) in lines(&text) {
        match line {
            Line::Blank => std::mem::take(&mut stanza).finish(&mut reading, is_database),
            Line::Continuation if stanza.line.is_some() => {}
            Line::Field(name, value) => stanza.add(&mut reading, number, name, value),
            Line::Continuation | Line::Other(_) => {
                reading.problem_at(ProblemKind::Malformed, Some(number), "belongs to no field");
            }
        }
        if reading.is_full() {
            break;
        }
    }
    stanza.finish(&mut reading, is_database);
    if is_database {
        reading.expect_final_newline();
    }
    reading.report_duplicates();
    reading.finish()
}

/// The fields of one package that matter here.
#[derive(Debug, Default)]
struct Stanza<'a> {
    /// The line of `Package`, or else of the first field.
    line: Option<u32>,
    package: Option<&'a str>,
    status: Option<&'a str>,
    version: Option<&'a str>,
    architecture: Option<&'a str>,
    source: Option<&'a str>,
    depends: Option<&'a str>,
    pre_depends: Option<&'a str>,
}

impl<'a> Stanza<'a> {
    fn add(&mut self, reading: &mut Reading<'_>, line: u32, name: &str, value: &'a str) {
        self.line.get_or_insert(line);
        let field = match name {
            _ if name.eq_ignore_ascii_case("package") => {
                self.line = Some(line);
                &mut self.package
            }
            _ if name.eq_ignore_ascii_case("status") => &mut self.status,
            _ if name.eq_ignore_ascii_case("version") => &mut self.version,
            _ if name.eq_ignore_ascii_case("architecture") => &mut self.architecture,
            _ if name.eq_ignore_ascii_case("source") => &mut self.source,
            _ if name.eq_ignore_ascii_case("depends") => &mut self.depends,
            _ if name.eq_ignore_ascii_case("pre-depends") => &mut self.pre_depends,
            _ => return,
        };
        if field.is_some() {
            reading.problem_at(ProblemKind::Duplicate, Some(line), format!("{name} is given twice"));
        }
        field.get_or_insert(value);
    }

    /// Adds the package, if it is on disk.
    fn finish(self, reading: &mut Reading<'_>, is_database: bool) {
        let Some(line) = self.line else { return };
        let Some(package) = self.package else {
            reading.problem_at(ProblemKind::Malformed, self.line, "stanza names no package");
            return;
        };
        match self.status.map(state) {
            Some(State::Absent) => return,
            Some(State::Partial) if self.version.is_none() => return,
            Some(State::Partial | State::Present) => {}
            Some(State::Unknown) => {
                let detail = format!("the state of {} is unknown; it is taken as installed", quoted(package));
                reading.problem_at(ProblemKind::Malformed, self.line, detail);
            }
            // A control file says nothing of the state. That it lies here means that the package is installed.
            None if !is_database => {}
            None => {
                let detail = format!("{} has no state; it is taken as installed", quoted(package));
                reading.problem_at(ProblemKind::Malformed, self.line, detail);
            }
        }
        let version = self.version.unwrap_or_default();
        let source = self.source.and_then(|source| parse_source(reading, line, source, package, version));
        let architecture = reading.optional("architecture", self.architecture, self.line);
        let depends = [self.depends, self.pre_depends].into_iter().flatten().flat_map(packages);
        let dependencies = reading.relations("dependency", self.line, depends);
        if let Some(entry) = reading.package(Ecosystem::Deb, package, version, Some(line)) {
            entry.architecture = architecture;
            entry.source = source;
            entry.dependencies = dependencies;
            entry.name_in(None);
        }
    }
}

/// The names in a list of dependencies, all alternatives included, without versions and architectures.
///
/// Source: Debian policy, section 7.1.
fn packages(depends: &str) -> impl Iterator<Item = &str> {
    depends.split([',', '|']).filter_map(|part| part.trim_start().split([' ', '(', ':', '[', '<']).next())
}

/// What a state says about the package's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// None is on disk, but perhaps configuration.
    Absent,
    /// Unpacking has begun; there may be none, and dpkg may not know the version yet.
    Partial,
    /// They are on disk.
    Present,
    /// Not a word that dpkg writes.
    Unknown,
}

/// The last of the three words of `Status`.
fn state(status: &str) -> State {
    match status.split_ascii_whitespace().nth(2) {
        Some("not-installed" | "config-files") => State::Absent,
        Some("half-installed") => State::Partial,
        Some("unpacked" | "half-configured" | "triggers-awaited" | "triggers-pending" | "installed") => State::Present,
        _ => State::Unknown,
    }
}

/// `NAME` or `NAME (VERSION)`; `None` when it says no more than the package itself does.
fn parse_source(
    reading: &mut Reading<'_>,
    line: u32,
    source: &str,
    package: &str,
    version: &str,
) -> Option<SourcePackage> {
    let (name, source_version) = match source.split_once('(') {
        None => (source, version),
        Some((name, rest)) => (name.trim_end(), rest.strip_suffix(')').map_or("", str::trim)),
    };
    if let Err((kind, reason)) = reading.check(name).and_then(|()| reading.check(source_version)) {
        reading.problem_at(kind, Some(line), format!("source {} of {} {reason}", quoted(source), quoted(package)));
        return None;
    }
    let is_other = name != package || source_version != version;
    is_other.then(|| SourcePackage { name: name.to_owned(), version: source_version.to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(path: &str, text: &str) -> (Inventory, Vec<String>) {
        let file = File { path, bytes: text.as_bytes() };
        let (inventory, problems) = parse(&file, &Limits::default());
        (inventory, problems.into_sorted().into_iter().map(|problem| problem.detail).collect())
    }

    #[test]
    fn only_packages_whose_files_are_on_disk_count() {
        for (state, is_found) in [
            ("not-installed", false),
            ("config-files", false),
            ("half-installed", true),
            ("unpacked", true),
            ("half-configured", true),
            ("triggers-awaited", true),
            ("triggers-pending", true),
            ("installed", true),
        ] {
            for want in ["install ok", "deinstall ok", "hold reinstreq"] {
                let text = format!(
                    "Package: a\nStatus: {want} {state}\nArchitecture: all\nVersion: 1.0-1\nDescription: x\n y\n\n"
                );
                let (inventory, problems) = read(DATABASE, &text);
                assert_eq!(inventory.packages.len(), usize::from(is_found), "{want} {state}");
                assert_eq!(problems, Vec::<String>::new());
            }
        }
    }

    #[test]
    fn quiet_when_a_half_installed_package_has_no_version_yet() {
        let (inventory, problems) = read(DATABASE, "Package: a\nStatus: install reinstreq half-installed\n\n");
        assert_eq!((inventory, problems.len()), (Inventory::default(), 0));
    }

    #[test]
    fn same_package_of_two_architectures_is_two_packages() {
        let stanza = |architecture: &str| {
            format!("Package: libc6\nStatus: install ok installed\nArchitecture: {architecture}\nVersion: 2.36-9\n\n")
        };
        let (inventory, problems) = read(DATABASE, &(stanza("amd64") + &stanza("i386")));
        assert_eq!((inventory.packages.len(), problems.len()), (2, 0));
        let (inventory, problems) = read(DATABASE, &(stanza("amd64") + &stanza("amd64")));
        assert_eq!(inventory.packages.len(), 1);
        assert_eq!(problems, [r#"line 6: "libc6" is listed twice"#]);
    }

    prop_compose! {
        fn record()(
            name in "[a-z0-9][a-z0-9+.-]{1,12}",
            version in "([0-9]:)?[0-9][0-9a-z.+~-]{0,12}",
            architecture in "(all|amd64|arm64)",
            source in prop::option::of(("[a-z0-9][a-z0-9+.-]{1,12}", prop::option::of("[0-9][0-9a-z.+~-]{0,12}"))),
            is_installed in any::<bool>(),
            line_end in prop::sample::select(vec!["\n", "\r\n"]),
        ) -> (String, Option<(String, String, String, String, String)>) {
            let status = if is_installed { "install ok installed" } else { "deinstall ok config-files" };
            let mut lines = vec![format!("Package: {name}"), format!("Status: {status}")];
            let mut expected = (name.clone(), version.clone(), architecture.clone(), name, version.clone());
            if let Some((source, source_version)) = source {
                lines.push(match &source_version {
                    Some(source_version) => format!("Source: {source} ({source_version})"),
                    None => format!("Source: {source}"),
                });
                (expected.3, expected.4) = (source, source_version.unwrap_or(version.clone()));
            }
            lines.extend([
                format!("Version: {version}"),
                format!("Architecture: {architecture}"),
                "Description: one line".into(),
                " Package: not a field".into(),
                " .".into(),
                String::new(),
            ]);
            (lines.join(line_end) + line_end, is_installed.then_some(expected))
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(records in prop::collection::vec(record(), 0..8)) {
            let text: String = records.iter().map(|(stanza, _)| stanza.as_str()).collect();
            let mut expected: Vec<_> = records.into_iter().filter_map(|(_, expected)| expected).collect();
            let mut found: Vec<_> = read(DATABASE, &text).0.packages.into_iter().map(|package| {
                let (source, source_version) = package.advisory_key();
                let (source, source_version) = (source.to_owned(), source_version.to_owned());
                (package.name, package.version, package.architecture.unwrap_or_default(), source, source_version)
            }).collect();
            expected.sort();
            expected.dedup();
            found.sort();
            prop_assert_eq!(found, expected);
        }
    }
}
