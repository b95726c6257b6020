//! What an analyzer is, and what it gives.

use boltseal_model::{Distribution, Ecosystem, HeldTo, Limits, Package, Problems};
use serde::{Deserialize, Serialize};

use crate::{GoModule, Pattern};

/// A file as the subject has it.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Path from the root, without a leading slash.
    pub path: &'a str,
    /// The whole content.
    pub bytes: &'a [u8],
}

impl<'a> File<'a> {
    /// The last component of the path.
    pub fn name(&self) -> &'a str {
        split(self.path).1
    }
}

/// Parent folder and base name of a path.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Reads one kind of file.
#[derive(Debug)]
pub struct Analyzer {
    /// Permanent name, kebab-case: what a package says it was read by, and the name of the file and of the fixtures.
    pub id: &'static str,
    /// What it reads, in a few words.
    pub title: &'static str,
    /// The files it wants.
    pub files: &'static [Pattern],
    /// What it finds.
    pub sees: &'static str,
    /// What it cannot see, so that nobody takes silence for absence.
    pub misses: &'static str,
    /// The ecosystems whose packages it finds, or tells more of. A test holds every fixture to it.
    pub ecosystems: &'static [Ecosystem],
    /// What a package that it finds may mean; empty where it finds none, and tells more of those that others find.
    pub evidence: &'static [Evidence],
    /// The specification of the format.
    pub source: &'static str,
    /// What tests hold it to beside our own fixtures: the ecosystem's own tool, or another reading of the same files.
    pub held_to: Option<HeldTo>,
    /// Reads a file that matches one of [`Self::files`]. Any bytes will do; what cannot be read becomes a problem.
    pub parse: fn(&File<'_>, &Limits) -> (Inventory, Problems),
}

/// What a package that an analyzer finds means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// It is there: installed, or part of a program.
    Installed,
    /// A file asks for it. Whether it was installed, another file tells.
    Requested,
    /// No package: what files of packages have to be, which matters only where files are searched.
    Integrity,
}

/// What one file says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// The distribution that the file names.
    pub distribution: Option<Distribution>,
    /// Packages in the order of the file. Their package URLs lack the distribution, which another file names.
    pub packages: Vec<Package>,
    /// Files that an operating system package owns, as far as some analyzer wants them.
    pub owned: Vec<OwnedFile>,
    /// Licences of packages that other files name.
    pub notices: Vec<Notice>,
    /// What a `go.mod` says of the `go.sum` beside it.
    pub go_module: Option<GoModule>,
}

/// A file that an operating system package owns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OwnedFile {
    /// Path without a leading slash, as the package lists it: `lib/x` where the disk may have `usr/lib/x`.
    pub path: String,
    /// Name of the package.
    pub package: String,
    /// What the package says of its content.
    #[serde(default, skip_serializing_if = "Recorded::is_nothing")]
    pub recorded: Recorded,
}

/// What a package says of the content of a file that it owns.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recorded {
    /// Nothing.
    #[default]
    Nothing,
    /// Its digest in hexadecimal digits: MD5, SHA-1 or SHA-256, as the length tells.
    Digest(String),
    /// That another's file stands in its place.
    Diverted,
}

impl Recorded {
    /// Whether it says nothing.
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// What a file says about the licences of the package that it belongs to, which another file names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Path of the file. It tells which package is meant.
    pub path: String,
    /// The licences, as in [`Package::licences`].
    pub licences: Vec<String>,
}
