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
    /// Pods for Swift and Objective-C.
    Cocoapods,
    /// PHP packages.
    Composer,
    /// C and C++ packages of Conan.
    Conan,
    /// Conda packages.
    Conda,
    /// Debian and its relatives.
    Deb,
    /// Ruby gems.
    Gem,
    /// Programs that no package manager installed, known by the version that they carry.
    Generic,
    /// Go modules.
    Golang,
    /// Elixir and Erlang packages.
    Hex,
    /// Java packages, by `group:artifact`.
    Maven,
    /// Node packages.
    Npm,
    /// .NET packages.
    Nuget,
    /// Dart packages.
    Pub,
    /// Python packages.
    Pypi,
    /// Red Hat, SUSE, Amazon and their relatives.
    Rpm,
    /// Swift packages, by the address of their repository without its scheme.
    Swift,
}

impl Ecosystem {
    /// Every ecosystem, by name.
    pub const ALL: [Self; 18] = [
        Self::Apk,
        Self::Cargo,
        Self::Cocoapods,
        Self::Composer,
        Self::Conan,
        Self::Conda,
        Self::Deb,
        Self::Gem,
        Self::Generic,
        Self::Golang,
        Self::Hex,
        Self::Maven,
        Self::Npm,
        Self::Nuget,
        Self::Pub,
        Self::Pypi,
        Self::Rpm,
        Self::Swift,
    ];

    /// The type in a package URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apk => "apk",
            Self::Cargo => "cargo",
            Self::Cocoapods => "cocoapods",
            Self::Composer => "composer",
            Self::Conan => "conan",
            Self::Conda => "conda",
            Self::Deb => "deb",
            Self::Gem => "gem",
            Self::Generic => "generic",
            Self::Golang => "golang",
            Self::Hex => "hex",
            Self::Maven => "maven",
            Self::Npm => "npm",
            Self::Nuget => "nuget",
            Self::Pub => "pub",
            Self::Pypi => "pypi",
            Self::Rpm => "rpm",
            Self::Swift => "swift",
        }
    }

    /// The name of its language or distributions, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Apk => "Alpine packages",
            Self::Cargo => "Rust",
            Self::Cocoapods => "CocoaPods",
            Self::Composer => "PHP",
            Self::Conan => "Conan",
            Self::Conda => "Conda",
            Self::Deb => "Debian packages",
            Self::Gem => "Ruby",
            Self::Generic => "Programs",
            Self::Golang => "Go",
            Self::Hex => "Elixir and Erlang",
            Self::Maven => "Java",
            Self::Npm => "Node",
            Self::Nuget => ".NET",
            Self::Pub => "Dart",
            Self::Pypi => "Python",
            Self::Rpm => "RPM packages",
            Self::Swift => "Swift",
        }
    }

    /// Whether the packages belong to an operating system distribution, whose release decides which advisories apply.
    pub const fn is_os(self) -> bool {
        matches!(self, Self::Apk | Self::Deb | Self::Rpm)
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
    /// Each publisher divides its releases in its own way: Debian by their first number, Alpine by two, Wolfi not at all.
    /// CentOS is built from Red Hat's sources and has no advisories of its own; others keep their version as it is.
    pub fn namespace(&self) -> Namespace {
        let family = match self.id.as_str() {
            "centos" => "rhel",
            "sled" | "sles_sap" => "sles",
            id => id,
        };
        let parts = match family {
            "chainguard" | "minimos" | "opensuse-tumbleweed" | "secureos" | "wolfi" => 0,
            "almalinux" | "amzn" | "debian" | "fedora" | "ol" | "rhel" | "rocky" => 1,
            "alpine" | "azurelinux" | "mariner" | "opensuse-leap" | "photon" | "sles" | "ubuntu" => 2,
            _ => usize::MAX,
        };
        match &self.version {
            Some(version) if parts > 0 => {
                let release: Vec<&str> = version.split('.').take(parts).collect();
                Namespace(format!("{family}:{}", release.join(".")))
            }
            _ => Namespace(family.to_owned()),
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
        assert_eq!(namespace("centos", Some("7")), "rhel:7");
        assert_eq!(namespace("rhel", Some("9.4")), "rhel:9");
        assert_eq!(namespace("amzn", Some("2023")), "amzn:2023");
        assert_eq!(namespace("sles", Some("15.5")), "sles:15.5");
        assert_eq!(namespace("wolfi", Some("20230201")), "wolfi");
        assert_eq!(namespace("gentoo", Some("2.14.1")), "gentoo:2.14.1");
    }
}
