//! Package URLs.

use std::fmt;

use crate::{Distribution, Ecosystem, Package};

/// A package URL, ready to be written.
///
/// Source: the purl specification, "Rules for each purl component" and the types apk, cargo, deb, golang, npm, pypi.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageUrl {
    kind: &'static str,
    namespace: Vec<String>,
    name: String,
    version: String,
    qualifiers: Vec<(&'static str, String)>,
}

impl PackageUrl {
    /// The package URL of a package in a distribution.
    pub fn of(package: &Package, distribution: Option<&Distribution>) -> Self {
        let mut namespace = Vec::new();
        let mut name = package.name.clone();
        let mut qualifiers = Vec::new();
        match package.ecosystem {
            Ecosystem::Apk | Ecosystem::Deb => {
                name.make_ascii_lowercase();
                if let Some(architecture) = &package.architecture {
                    qualifiers.push(("arch", architecture.clone()));
                }
                if let Some(distribution) = distribution {
                    namespace.push(distribution.id.clone());
                    let release = distribution.version.as_deref().map(|version| format!("-{version}"));
                    qualifiers.push(("distro", format!("{}{}", distribution.id, release.unwrap_or_default())));
                }
            }
            Ecosystem::Pypi => name = name.to_lowercase().replace('_', "-"),
            Ecosystem::Npm => {
                name.make_ascii_lowercase();
                if let Some((scope, rest)) =
                    name.split_once('/').map(|(scope, rest)| (scope.to_owned(), rest.to_owned()))
                {
                    namespace.push(scope);
                    name = rest;
                }
            }
            Ecosystem::Golang => {
                name.make_ascii_lowercase();
                if let Some((path, last)) = name.rsplit_once('/').map(|(path, last)| (path.to_owned(), last.to_owned()))
                {
                    namespace = path.split('/').map(str::to_owned).collect();
                    name = last;
                }
            }
            Ecosystem::Cargo => {}
        }
        Self { kind: package.ecosystem.name(), namespace, name, version: package.version.clone(), qualifiers }
    }
}

impl fmt::Display for PackageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}", self.kind)?;
        for segment in self.namespace.iter().chain([&self.name]) {
            f.write_str("/")?;
            encode(f, segment)?;
        }
        f.write_str("@")?;
        encode(f, &self.version)?;
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}=", if index == 0 { '?' } else { '&' })?;
            encode(f, value)?;
        }
        Ok(())
    }
}

/// Percent-encodes all but the unreserved characters and the colon, which the specification says is never encoded.
fn encode(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                write!(f, "{}", byte as char)?;
            }
            _ => write!(f, "%{byte:02X}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Location;

    fn purl(ecosystem: Ecosystem, name: &str, version: &str) -> String {
        Package::new("test", ecosystem, name, version, Location::default()).purl
    }

    #[test]
    fn each_type_is_written_as_its_specification_says() {
        assert_eq!(purl(Ecosystem::Npm, "@angular/core", "1.0.0+b"), "pkg:npm/%40angular/core@1.0.0%2Bb");
        assert_eq!(purl(Ecosystem::Pypi, "Ruamel_Yaml", "0.1"), "pkg:pypi/ruamel-yaml@0.1");
        assert_eq!(
            purl(Ecosystem::Golang, "github.com/Masterminds/sprig", "v3.2.3"),
            "pkg:golang/github.com/masterminds/sprig@v3.2.3"
        );
        assert_eq!(purl(Ecosystem::Cargo, "Inflector", "0.11.4"), "pkg:cargo/Inflector@0.11.4");
    }

    #[test]
    fn distribution_becomes_namespace_and_qualifier() {
        let mut package = Package::new("test", Ecosystem::Deb, "libstdc++6", "1:12.2.0-14", Location::default());
        package.architecture = Some("amd64".into());
        package.name_in(Some(&Distribution { id: "debian".into(), version: Some("12".into()), name: None }));
        assert_eq!(package.purl, "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14?arch=amd64&distro=debian-12");
    }
}
