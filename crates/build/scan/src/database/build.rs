//! Builds a database file out of advisory sources on disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use boltseal_advisory::Builder;
use boltseal_advisory::import;
use boltseal_model::{Limits, Problem, ProblemKind, Problems};

use super::archive::documents;

/// What a build read and wrote.
#[derive(Debug, Default)]
pub struct BuildSummary {
    /// Per source, by name.
    pub sources: Vec<SourceSummary>,
    /// Files that no importer knows: licences, documentation, other data.
    pub unrecognised: u64,
    /// Size of the database.
    pub bytes: u64,
    /// Advisories and archives that could not be read.
    pub problems: Problems,
}

/// What one importer read.
#[derive(Debug, Default)]
pub struct SourceSummary {
    /// The importer's id.
    pub name: String,
    /// Files that it read.
    pub files: u64,
    /// Advisories, one per package named.
    pub advisories: u64,
    /// Facts of other kinds: exploited vulnerabilities, likelihoods of exploitation, life cycles.
    pub facts: u64,
    /// Advisories left out on purpose, by reason.
    pub skipped: BTreeMap<String, u64>,
}

/// Why no database was written.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A source cannot be read at all.
    #[error("cannot read {path}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// Nothing was found to put into a database.
    #[error("no advisory was found in {paths}; the importers know: {known}")]
    Nothing {
        /// Where was looked.
        paths: String,
        /// The ids of the importers.
        known: String,
    },
    /// The database cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

/// Reads every source below `from` and writes a database to `into`, at once or not at all.
///
/// # Errors
/// When a path of `from` cannot be read, nothing in them is an advisory, or the database cannot be written. An advisory
/// that cannot be read is a problem in the summary, and the others go on.
pub fn build(from: &[PathBuf], into: &Path, limits: &Limits) -> Result<BuildSummary, BuildError> {
    let composed = compose(from, limits)?;
    write(into, &composed.bytes)?;
    Ok(composed.summary)
}

/// A database that is not written yet.
pub(super) struct Composed {
    /// The file.
    pub bytes: Vec<u8>,
    /// What was read.
    pub summary: BuildSummary,
    /// Advisories and facts of other kinds, per path in the order given.
    pub records: Vec<u64>,
}

/// Reads every source below `from`.
pub(super) fn compose(from: &[PathBuf], limits: &Limits) -> Result<Composed, BuildError> {
    let mut reading =
        Reading { builder: Builder::new(), sources: BTreeMap::new(), summary: BuildSummary::default(), limits };
    let mut records = Vec::with_capacity(from.len());
    for path in from {
        let before = reading.records();
        reading.path(path)?;
        records.push(reading.records().saturating_sub(before));
    }
    if reading.records() == 0 {
        let paths = from.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        let known = import::ALL.iter().map(|importer| importer.id).collect::<Vec<_>>().join(", ");
        return Err(BuildError::Nothing { paths, known });
    }
    let Reading { builder, sources, mut summary, .. } = reading;
    let bytes = builder.finish();
    summary.sources = sources.into_values().collect();
    summary.bytes = bytes.len() as u64;
    Ok(Composed { bytes, summary, records })
}

/// Writes a database in place of the one that is there.
pub(super) fn write(into: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    write_atomically(into, bytes).map_err(|source| BuildError::Write { path: into.to_owned(), source })
}

struct Reading<'a> {
    builder: Builder,
    sources: BTreeMap<&'static str, SourceSummary>,
    summary: BuildSummary,
    limits: &'a Limits,
}

impl Reading<'_> {
    fn records(&self) -> u64 {
        self.sources.values().map(|source| source.advisories + source.facts).sum()
    }

    /// Reads a file or, in the order of names, a folder.
    fn path(&mut self, path: &Path) -> Result<(), BuildError> {
        let read = |source| BuildError::Read { path: path.to_owned(), source };
        if path.is_dir() {
            let mut entries = fs::read_dir(path).map_err(read)?.collect::<Result<Vec<_>, _>>().map_err(read)?;
            entries.sort_by_key(fs::DirEntry::file_name);
            return entries.iter().try_for_each(|entry| self.path(&entry.path()));
        }
        let file = File::open(path).map_err(read)?;
        let name = path.to_string_lossy();
        let limits = self.limits;
        if let Err(error) = documents(&name, file, limits, &mut |name, stream| self.document(name, stream)) {
            self.problem(&name, &error);
        }
        Ok(())
    }

    /// Imports one document, if an importer knows it.
    fn document(&mut self, name: &str, stream: &mut dyn Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        stream.take(import::HEAD_BYTES as u64).read_to_end(&mut bytes)?;
        let Some(importer) = import::detect(name, &bytes) else {
            self.summary.unrecognised += 1;
            return Ok(());
        };
        // More than is allowed, by the head at most, so that the importer sees that there is more, and says so.
        stream.take(self.limits.advisory_bytes).read_to_end(&mut bytes)?;
        let (imported, problems) = (importer.import)(name, &bytes, self.limits);
        let source = self
            .sources
            .entry(importer.id)
            .or_insert_with(|| SourceSummary { name: importer.id.to_owned(), ..SourceSummary::default() });
        source.files += 1;
        source.advisories += imported.advisories.len() as u64;
        source.facts += imported.facts() as u64;
        for (reason, count) in &imported.skipped {
            *source.skipped.entry(reason.name().to_owned()).or_default() += count;
        }
        let credited = self.builder.source(importer.source());
        self.builder.add_all(credited, imported);
        self.summary.problems.append(problems);
        Ok(())
    }

    fn problem(&mut self, name: &str, error: &io::Error) {
        let kind = match error.kind() {
            io::ErrorKind::UnexpectedEof => ProblemKind::Truncated,
            io::ErrorKind::PermissionDenied => ProblemKind::Unreadable,
            io::ErrorKind::FileTooLarge => ProblemKind::CompressionBomb,
            _ => ProblemKind::Malformed,
        };
        self.summary.problems.push(Problem::at(kind, name, error.to_string()));
    }
}

/// Writes beside the file and renames, so that a reader sees the old database or the new one, and never a part of it.
fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".advisories-")
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
