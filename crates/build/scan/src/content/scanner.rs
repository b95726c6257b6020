//! Other scanners of files, which the user names.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use boltseal_clamd::{Clamd, ClamdError, Verdict};
use boltseal_content::Hit;
use boltseal_model::{Problem, ProblemKind, Severity};

/// Files that a daemon which answers otherwise may stay silent about. Each costs minutes.
const SILENT_FILES: usize = 3;

/// Somebody else who judges the bytes of files.
pub trait FileScanner: fmt::Debug + Send + Sync {
    /// Who it is, and the version of what it knows, so that its verdicts can be kept; `None` where that is not known.
    fn identity(&self) -> Option<&str>;
    /// What it says of a file. That it said nothing is a problem of the file, or else [`Self::trouble`].
    fn judge(&self, path: &str, bytes: &[u8]) -> Result<Option<Hit>, Problem>;
    /// What kept it from judging all files: one problem, however many they are.
    fn trouble(&self) -> Option<Problem>;
}

/// A clamd that is asked about every file.
#[derive(Debug)]
pub struct ClamdScanner {
    clamd: Clamd,
    identity: Option<String>,
    /// Why it is not asked any more.
    gone: OnceLock<String>,
    silent: AtomicUsize,
}

impl ClamdScanner {
    /// The clamd that is asked, if it answers now. One that does not is trouble.
    pub fn new(clamd: Clamd) -> Self {
        let (identity, gone) = match clamd.version() {
            // Without the publisher's signatures it does not say which it has.
            Ok(version) => (version.contains('/').then(|| format!("clamd {version}")), OnceLock::new()),
            Err(error) => (None, OnceLock::from(error.to_string())),
        };
        Self { clamd, identity, gone, silent: AtomicUsize::new(0) }
    }

    fn problem(path: &str, detail: impl Into<String>) -> Problem {
        Problem::at(ProblemKind::ScannerUnavailable, path, detail)
    }

    /// Whether it is gone, or only silent about one file.
    fn failed(&self, path: &str, error: &ClamdError) -> Option<Problem> {
        let lives = self.clamd.greet();
        match lives {
            Ok(()) if self.silent.fetch_add(1, Ordering::Relaxed) < SILENT_FILES => {
                return Some(Self::problem(path, error.to_string()));
            }
            Ok(()) => drop(self.gone.set(format!("{error}, for {SILENT_FILES} files and more"))),
            Err(error) => drop(self.gone.set(error.to_string())),
        }
        None
    }
}

impl FileScanner for ClamdScanner {
    fn identity(&self) -> Option<&str> {
        self.identity.as_deref()
    }

    fn judge(&self, path: &str, bytes: &[u8]) -> Result<Option<Hit>, Problem> {
        if self.gone.get().is_some() || bytes.is_empty() {
            return Ok(None);
        }
        match self.clamd.scan(bytes) {
            Ok(Verdict::Clean) => Ok(None),
            // With `AlertExceedsMax` it says so when it did not look at everything, and otherwise passes it in silence.
            Ok(Verdict::Found(name)) if name.starts_with("Heuristics.Limits.Exceeded") => {
                Err(Self::problem(path, format!("clamd did not look at all of it: {name}")))
            }
            Ok(Verdict::Found(name)) => Ok(Some(clamd_rule(&name))),
            Err(error) if error.is_of_the_bytes() => Err(Self::problem(path, error.to_string())),
            Err(error) => self.failed(path, &error).map_or(Ok(None), Err),
        }
    }

    fn trouble(&self) -> Option<Problem> {
        let reason = self.gone.get()?;
        let detail = format!("{reason}; files were searched without it");
        Some(Self::problem(&self.clamd.address().to_string(), detail))
    }
}

/// A file that a signature of clamd matches.
pub fn clamd_rule(name: &str) -> Hit {
    // Programs that somebody may have wanted.
    let severity = if name.starts_with("PUA.") { Severity::Medium } else { Severity::Critical };
    let remedy = "find out how it came into the image, and build anew without it";
    Hit::malware("clamd", "is malware by a signature of clamd", severity, format!("clamd calls it {name}"), remedy)
}
