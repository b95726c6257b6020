//! A package, and where in the subject it was found.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Digest, Distribution, Ecosystem, PackageUrl};

/// A place in a subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Path from the root of the subject, without a leading slash.
    pub path: String,
    /// Line in that file, from 1, where one line declares the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in that line, from 1, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Index of the layer, from 0, in the subject's `layers`. Absent outside images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<u32>,
    /// The build instruction that made the layer, as the image's history records it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction: Option<Arc<str>>,
    /// Index of the layer that deletes or replaces the file: a container does not have it, and who has the image does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_by: Option<u32>,
}

impl Location {
    /// A whole file, in no layer yet.
    pub fn of(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// One line of a file, in no layer yet.
    pub fn at(path: impl Into<String>, line: u32) -> Self {
        Self { path: path.into(), line: Some(line), ..Self::default() }
    }
}

/// The source package that a distribution builds a binary package from. Advisories name sources.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourcePackage {
    /// Name of the source package.
    pub name: String,
    /// Its version, which may differ from the binary package's.
    pub version: String,
}

/// An archive that a package may be installed from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// Its address or the name of the file, as a lock file gives it; some give digests alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its digests.
    pub digests: Vec<Digest>,
}

/// One installed or locked package.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Package URL, the name by which other tools know the package.
    pub purl: String,
    /// Name as the package manager writes it.
    pub name: String,
    /// Version as the package manager writes it, never empty.
    pub version: String,
    /// The package manager.
    pub ecosystem: Ecosystem,
    /// Processor architecture, where the package manager records one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Source package, where it is not the same as the binary package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourcePackage>,
    /// Name of the operating system package that owns this package's files. Then the distribution looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Label of the module stream that it was built in, as `nodejs:18:…`, where the distribution has such streams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Licences as the package states them: an SPDX expression each where it is one, otherwise the package's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<String>,
    /// Names of the packages that it needs, as its record or lock file gives them, without versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<String>,
    /// Digests of the one archive that it is installed from, as a lock file gives them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<Digest>,
    /// Archives of which one is installed, where a lock file lists several for the platform to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub archives: Vec<Archive>,
    /// The analyzer that read it.
    pub analyzer: String,
    /// Where it is recorded.
    pub location: Location,
}

impl Package {
    /// A package as an analyzer reads it; the rest is filled in by whoever knows it.
    pub fn new(
        analyzer: &str,
        ecosystem: Ecosystem,
        name: impl Into<String>,
        version: impl Into<String>,
        location: Location,
    ) -> Self {
        let mut package = Self {
            purl: String::new(),
            name: name.into(),
            version: version.into(),
            ecosystem,
            architecture: None,
            source: None,
            owner: None,
            module: None,
            licences: Vec::new(),
            dependencies: Vec::new(),
            digests: Vec::new(),
            archives: Vec::new(),
            analyzer: analyzer.to_owned(),
            location,
        };
        package.name_in(None);
        package
    }

    /// Writes the package URL anew, with the distribution as namespace and qualifier of an operating system package.
    pub fn name_in(&mut self, distribution: Option<&Distribution>) {
        self.purl = PackageUrl::of(self, distribution).to_string();
    }

    /// Name and version that the distribution's advisories speak of: the source package's, or the package's own.
    pub fn advisory_key(&self) -> (&str, &str) {
        match &self.source {
            Some(source) => (&source.name, &source.version),
            None => (&self.name, &self.version),
        }
    }
}
