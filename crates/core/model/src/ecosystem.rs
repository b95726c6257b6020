//! Where packages come from, and under which name their advisories are kept.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The package manager that a package belongs to. The names are the types of package URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    /// Alpine and its relatives.
    Apk,
    /// Rust crates.
    Cargo,
    /// Debian and its relatives.
    Deb,
    /// Go modules.
    Golang,
    /// Node packages.
    Npm,
    /// Python packages.
    Pypi,
}

impl Ecosystem {
    /// Every ecosystem, by name.
    pub const ALL: [Self; 6] = [Self::Apk, Self::Cargo, Self::Deb, Self::Golang, Self::Npm, Self::Pypi];

    /// The type in a package URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apk => "apk",
            Self::Cargo => "cargo",
            Self::Deb => "deb",
            Self::Golang => "golang",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
        }
    }

    /// Whether the packages belong to an operating system distribution, whose release decides which advisories apply.
    pub const fn is_os(self) -> bool {
        matches!(self, Self::Apk | Self::Deb)
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The operating system that an image carries, from `os-release`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// `ID` of os-release, lower case: `debian`, `alpine`.
    pub id: String,
    /// `VERSION_ID`: `12`, `3.19.1`. Absent on rolling releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `PRETTY_NAME`, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Distribution {
    /// Where the advisories of this release are kept: `debian:12`, `alpine:3.19`.
    ///
    /// Debian publishes per major release, Alpine per minor release; others keep their version as it is.
    pub fn namespace(&self) -> Namespace {
        let parts = match self.id.as_str() {
            "debian" => 1,
            "alpine" => 2,
            _ => usize::MAX,
        };
        match &self.version {
            Some(version) => {
                let release: Vec<&str> = version.split('.').take(parts).collect();
                Namespace(format!("{}:{}", self.id, release.join(".")))
            }
            None => Namespace(self.id.clone()),
        }
    }
}

/// The set of advisories that a package is looked up in: a distribution release (`debian:12`) or a language registry
/// (`npm`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Namespace(String);

impl Namespace {
    /// A namespace by its name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The namespace of a language ecosystem; `None` for an operating system, which needs a [`Distribution`].
    pub fn of(ecosystem: Ecosystem) -> Option<Self> {
        (!ecosystem.is_os()).then(|| Self(ecosystem.name().to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namespace(id: &str, version: Option<&str>) -> String {
        Distribution { id: id.into(), version: version.map(Into::into), name: None }.namespace().to_string()
    }

    #[test]
    fn release_has_as_many_parts_as_the_distribution_publishes() {
        assert_eq!(namespace("debian", Some("12")), "debian:12");
        assert_eq!(namespace("debian", Some("12.11")), "debian:12");
        assert_eq!(namespace("debian", None), "debian");
        assert_eq!(namespace("alpine", Some("3.19.1")), "alpine:3.19");
        assert_eq!(namespace("ubuntu", Some("22.04")), "ubuntu:22.04");
    }
}
