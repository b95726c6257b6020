//! rpm's database of installed packages.
//!
//! Source: rpm's documentation, "Package format" and its list of tags; the kinds of database name theirs.

use std::borrow::Cow;

use boltseal_model::{Ecosystem, HeldTo, Limits, ProblemKind, Problems};

use crate::reading::{Reading, quoted};
use crate::rpm::{Facts, Header, Tag, blobs};
use crate::wanted::is_ownership_of_interest;
use crate::{Analyzer, Evidence, File, Inventory, Pattern, Recorded};

/// What SQLite has not yet written into the database itself.
const LOG: &str = "rpmdb.sqlite-wal";

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "rpm-database",
    title: "Installed RPM packages",
    files: &[
        Pattern::Path("var/lib/rpm/rpmdb.sqlite"),
        Pattern::Path("var/lib/rpm/rpmdb.sqlite-wal"),
        Pattern::Path("var/lib/rpm/Packages.db"),
        Pattern::Path("var/lib/rpm/Packages"),
        Pattern::Path("usr/lib/sysimage/rpm/rpmdb.sqlite"),
        Pattern::Path("usr/lib/sysimage/rpm/rpmdb.sqlite-wal"),
        Pattern::Path("usr/lib/sysimage/rpm/Packages.db"),
        Pattern::Path("usr/lib/sysimage/rpm/Packages"),
        Pattern::Path("usr/share/rpm/rpmdb.sqlite"),
        Pattern::Path("usr/share/rpm/rpmdb.sqlite-wal"),
    ],
    sees: "every installed package with epoch, source package, module stream, licence, the packages that it names as \
           needed, and which of the files that analyzers want it owns, from SQLite, ndb and Berkeley DB databases",
    misses: "packages whose records were removed from the image; files that were installed without rpm; what a package \
             needs by the name of a library or a file; changes that SQLite has not yet written into the database, which \
             are reported as a problem",
    ecosystems: &[Ecosystem::Rpm],
    evidence: &[Evidence::Installed],
    source: "rpm's documentation, Package format",
    held_to: Some(HeldTo {
        what: "rpm --query --all",
        tests: &[
            "crates/build/inventory/tests/it/rpm.rs::finds_what_rpm_says_is_installed",
            "crates/build/inventory/tests/it/rpm.rs::berkeley_databases_hold_the_same",
            "crates/build/inventory/tests/it/rpm.rs::ndb_databases_hold_the_same",
        ],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    if file.name() == LOG {
        if !file.bytes.is_empty() {
            let detail = "holds changes that are not in the database yet, which are not read; closing the database writes \
                          them, as rpm does when it ends without error";
            reading.problem(ProblemKind::Unsupported, detail);
        }
        return reading.finish();
    }
    let result = blobs(file.bytes, &mut |blob| {
        match Header::parse(blob) {
            Some(header) => report(&mut reading, &header),
            None => reading.problem(ProblemKind::Malformed, "a record is no header of a package"),
        }
        !reading.is_full()
    });
    if let Err((kind, detail)) = result {
        reading.problem(kind, detail);
    }
    reading.finish()
}

/// Adds the package of a header, and the files that it owns.
fn report(reading: &mut Reading<'_>, header: &Header<'_>) {
    let text = |tag| header.text(tag).unwrap_or_default();
    let name = text(Tag::Name);
    let version = [text(Tag::Version), text(Tag::Release)].join("-");
    let optional = |tag| header.text(tag).filter(|text| !text.is_empty() && text != "(none)");
    let (architecture, source) = (optional(Tag::Arch), optional(Tag::SourceRpm));
    let (module, licence) = (optional(Tag::ModularityLabel), optional(Tag::License));
    let requires: Vec<Cow<'_, str>> = header.texts(Tag::RequireName).filter(|name| is_package(name)).collect();
    Facts {
        line: None,
        name: &name,
        // Without a version, there is none to report.
        version: if version.starts_with('-') { "" } else { &version },
        epoch: header.numbers(Tag::Epoch).next().unwrap_or_default(),
        architecture: architecture.as_deref(),
        source: source.as_deref(),
        module: module.as_deref(),
        licence: licence.as_deref(),
        requires: requires.iter().map(|name| &**name).collect(),
    }
    .report(reading);
    report_files(reading, header, &name);
}

/// What a package says of a file: nothing of one that may change or need not be there.
fn recorded(digest: Option<Cow<'_, str>>, flags: Option<usize>) -> Recorded {
    /// Flags of configuration files and of files that are not in the package.
    const MAY_DIFFER: usize = 1 | 1 << 6;
    match digest {
        // Packages of the last years state SHA-256, older ones MD5; an empty text stands for links and folders.
        Some(digest) if matches!(digest.len(), 32 | 64) && flags.is_some_and(|flags| flags & MAY_DIFFER == 0) => {
            Recorded::Digest(digest.to_ascii_lowercase())
        }
        _ => Recorded::Nothing,
    }
}

/// Adds the files of interest. A path is a folder, by its place in a list, and a name; long ago it was one text.
fn report_files(reading: &mut Reading<'_>, header: &Header<'_>, package: &str) {
    let folders: Vec<Cow<'_, str>> = header.texts(Tag::DirNames).collect();
    let mut path = String::new();
    let mut digests = header.texts(Tag::FileDigests);
    let mut flags = header.numbers(Tag::FileFlags);
    for (name, folder) in header.texts(Tag::BaseNames).zip(header.numbers(Tag::DirIndexes)) {
        let recorded = recorded(digests.next(), flags.next());
        let Some(folder) = folders.get(folder) else {
            return reading.problem(ProblemKind::Malformed, format!("a file of {} lies in no folder", quoted(package)));
        };
        // It would be copied for each of many short names.
        if !reading.is_path(folder) {
            let detail = format!("folder {} of {} is too long for a path", quoted(folder), quoted(package));
            return reading.problem(ProblemKind::TooLarge, detail);
        }
        path.clear();
        path.extend([folder.trim_start_matches('/'), &name]);
        if is_ownership_of_interest(&path) {
            reading.owned(&path, package, recorded);
        }
    }
    for path in header.texts(Tag::OldFileNames) {
        let path = path.trim_start_matches('/');
        if is_ownership_of_interest(path) {
            reading.owned(path, package, Recorded::Nothing);
        }
    }
}

/// Whether what a package needs is named by a package, and not by a file, a library, or a feature of rpm itself.
fn is_package(name: &str) -> bool {
    !name.contains(['(', '/']) && !name.contains(".so")
}
