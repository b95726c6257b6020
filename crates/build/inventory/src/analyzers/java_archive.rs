//! Java archives.
//!
//! Sources: Java's "JAR File Specification"; Apache Maven Archiver, "pom.properties content"; Spring Boot's reference, "The
//! Executable Jar Format".

use std::collections::HashMap;

use boltseal_archive::Zipped;
use boltseal_model::{Ecosystem, Limits, ProblemKind, Problems};

use crate::analyzer::split;
use crate::java::{Coordinates, Manifest, guess, properties};
use crate::pom::Pom;
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern};

/// Extensions of archives, alone and in one another.
const EXTENSIONS: [&str; 6] = [".jar", ".war", ".ear", ".par", ".hpi", ".jpi"];

const MANIFEST: &str = "META-INF/MANIFEST.MF";
const MAVEN: &str = "META-INF/maven/";
const PROPERTIES: &str = "/pom.properties";
const PROJECT: &str = "/pom.xml";

/// Bytes of a manifest or of one of Maven's files. Signed archives have the largest: a digest for each class.
const TEXT: u64 = 16 << 20;

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "java-archive",
    title: "Java packages in archives",
    files: &[
        Pattern::Archive(".jar"),
        Pattern::Archive(".war"),
        Pattern::Archive(".ear"),
        Pattern::Archive(".par"),
        Pattern::Archive(".hpi"),
        Pattern::Archive(".jpi"),
    ],
    sees: "every package that Maven's properties name, several in one archive included, otherwise what the file's name, the \
           manifest and the folders of the classes say, in archives within archives as well; the licences that Maven's \
           project file beside the properties names",
    misses: "where in an archive another one lies; the group of a package that neither Maven nor the manifest names: then it \
             is found by its artifact alone, and no advisory matches; packages whose files were taken out or renamed \
             (shaded classes without Maven's properties), or that bring only the properties of what they hold; class files \
             outside archives; modules of Java itself; licences that only a parent of the project or the manifest names",
    ecosystems: &[Ecosystem::Maven],
    evidence: &[Evidence::Installed],
    source: "JAR File Specification; Apache Maven Archiver; Spring Boot's reference",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    Walk { limits, unpacked: 0 }.archive(&mut reading, file.name(), file.bytes, 1);
    reading.drop_repetitions();
    reading.finish()
}

/// Adds a package.
fn report(reading: &mut Reading<'_>, found: &Coordinates, licence: Option<String>) {
    if found.version.contains("${") {
        let detail = format!("{} has no version but {}", quoted(&found.name()), quoted(&found.version));
        return reading.problem(ProblemKind::Unpinned, detail);
    }
    let licences = reading.relations("licence", None, licence);
    if let Some(package) = reading.package(Ecosystem::Maven, &found.name(), &found.version, None) {
        package.licences = licences;
    }
}

/// The way through an archive and those in it.
struct Walk<'l> {
    limits: &'l Limits,
    /// Bytes unpacked so far.
    unpacked: u64,
}

impl Walk<'_> {
    fn archive(&mut self, reading: &mut Reading<'_>, name: &str, bytes: &[u8], depth: usize) {
        let mut zipped = match Zipped::open(bytes, self.limits) {
            Ok(zipped) => zipped,
            Err((kind, detail)) => return reading.problem(kind, format!("{}: {detail}", quoted(name))),
        };
        let names = zipped.names();
        let projects: HashMap<&str, (usize, &str)> = names
            .iter()
            .filter(|(_, name)| name.starts_with(MAVEN))
            .filter_map(|(place, name)| Some((name.strip_suffix(PROJECT)?, (*place, name.as_str()))))
            .collect();
        let mut has_properties = false;
        let mut manifest = Manifest::parse("");
        for (place, member) in &names {
            if reading.is_full() {
                return;
            }
            if member == MANIFEST {
                let text = self.member(reading, &mut zipped, *place, member, TEXT);
                manifest = Manifest::parse(&String::from_utf8_lossy(&text.unwrap_or_default()));
            } else if member.starts_with(MAVEN) && member.ends_with(PROPERTIES) {
                let Some(text) = self.member(reading, &mut zipped, *place, member, TEXT) else { continue };
                match properties(&String::from_utf8_lossy(&text)) {
                    Some(found) => {
                        has_properties = true;
                        let project = member.strip_suffix(PROPERTIES).and_then(|folder| projects.get(folder).copied());
                        let licence = project.and_then(|project| self.licence(reading, &mut zipped, project));
                        report(reading, &found, licence);
                    }
                    None => {
                        let detail = format!("{}: {} names no package", quoted(name), quoted(member));
                        reading.problem(ProblemKind::Malformed, detail);
                    }
                }
            } else if EXTENSIONS.iter().any(|extension| member.ends_with(extension)) {
                self.nested(reading, &mut zipped, *place, member, depth);
            }
        }
        if !has_properties {
            let has_folder = |folder: &str| names.iter().any(|(_, name)| name.starts_with(folder));
            if let Some(found) = guess(&manifest, name, has_folder) {
                report(reading, &found, None);
            }
        }
    }

    /// What the project file of a package says of its licences. What is wrong with the rest of it is of no concern here.
    fn licence(
        &mut self,
        reading: &mut Reading<'_>,
        zipped: &mut Zipped<'_>,
        (place, member): (usize, &str),
    ) -> Option<String> {
        let text = self.member(reading, zipped, place, member, TEXT)?;
        Pom::read(&String::from_utf8_lossy(&text), self.limits).0.licence()
    }

    /// Looks into an archive within another.
    fn nested(&mut self, reading: &mut Reading<'_>, zipped: &mut Zipped<'_>, place: usize, member: &str, depth: usize) {
        if depth >= self.limits.archive_depth {
            let detail = format!("{} lies more than {} archives deep", quoted(member), self.limits.archive_depth);
            return reading.problem(ProblemKind::TooDeep, detail);
        }
        if let Some(bytes) = self.member(reading, zipped, place, member, self.limits.file_bytes) {
            self.archive(reading, split(member).1, &bytes, depth + 1);
        }
    }

    /// The content of a member, if it is within the limits.
    fn member(
        &mut self,
        reading: &mut Reading<'_>,
        zipped: &mut Zipped<'_>,
        place: usize,
        member: &str,
        most: u64,
    ) -> Option<Vec<u8>> {
        let left = self.limits.unpacked_bytes.saturating_sub(self.unpacked);
        match zipped.read(place, member, most.min(left)) {
            Ok(bytes) => {
                self.unpacked = self.unpacked.saturating_add(bytes.len() as u64);
                Some(bytes)
            }
            Err((kind, detail)) => {
                // What was unpacked in vain counts as well: a thousand members could each reach the limit.
                if kind == ProblemKind::TooLarge {
                    self.unpacked = self.unpacked.saturating_add(most.min(left));
                }
                reading.problem(kind, detail);
                None
            }
        }
    }
}
