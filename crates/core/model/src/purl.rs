//! Package URLs.

use std::fmt;

use crate::{Distribution, Ecosystem, Package};

/// A package URL, ready to be written.
///
/// Source: the purl specification, "Rules for each purl component" and the types named by [`Ecosystem`].
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
        let mut url = Self {
            kind: package.ecosystem.name(),
            namespace: Vec::new(),
            name: package.name.clone(),
            version: package.version.clone(),
            qualifiers: Vec::new(),
        };
        match package.ecosystem {
            Ecosystem::Apk | Ecosystem::Deb => {
                url.name.make_ascii_lowercase();
                url.belong_to(package, distribution);
            }
            Ecosystem::Rpm => {
                // The epoch is no part of the version there.
                if let Some((epoch, version)) =
                    url.version.split_once(':').map(|(epoch, version)| (epoch.to_owned(), version.to_owned()))
                {
                    url.version = version;
                    if epoch != "0" {
                        url.qualifiers.push(("epoch", epoch));
                    }
                }
                url.belong_to(package, distribution);
            }
            Ecosystem::Pypi => url.name = url.name.to_lowercase().replace('_', "-"),
            Ecosystem::Npm | Ecosystem::Golang | Ecosystem::Composer | Ecosystem::Hex => {
                url.name.make_ascii_lowercase();
                url.split_name('/');
            }
            Ecosystem::Swift | Ecosystem::Conan => url.split_name('/'),
            Ecosystem::Maven => url.split_name(':'),
            Ecosystem::Pub => url.name.make_ascii_lowercase(),
            Ecosystem::Cargo
            | Ecosystem::Cocoapods
            | Ecosystem::Conda
            | Ecosystem::Gem
            | Ecosystem::Generic
            | Ecosystem::Nuget => {}
        }
        url.qualifiers.sort();
        url
    }

    /// Adds what tells packages of one name apart in distributions.
    fn belong_to(&mut self, package: &Package, distribution: Option<&Distribution>) {
        if let Some(architecture) = &package.architecture {
            self.qualifiers.push(("arch", architecture.clone()));
        }
        if let Some(distribution) = distribution {
            self.namespace.push(distribution.id.clone());
            let release = distribution.version.as_deref().map(|version| format!("-{version}"));
            self.qualifiers.push(("distro", format!("{}{}", distribution.id, release.unwrap_or_default())));
        }
    }

    /// Makes all but the last part of the name the namespace.
    fn split_name(&mut self, separator: char) {
        if let Some((path, last)) =
            self.name.rsplit_once(separator).map(|(path, last)| (path.to_owned(), last.to_owned()))
        {
            self.namespace = path.split(separator).map(str::to_owned).collect();
            self.name = last;
        }
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
        assert_eq!(
            purl(Ecosystem::Maven, "org.apache.commons:commons-io", "1.3.4"),
            "pkg:maven/org.apache.commons/commons-io@1.3.4"
        );
        assert_eq!(purl(Ecosystem::Composer, "Symfony/Http-Kernel", "6.1"), "pkg:composer/symfony/http-kernel@6.1");
        assert_eq!(
            purl(Ecosystem::Swift, "github.com/Alamofire/Alamofire", "5.4.3"),
            "pkg:swift/github.com/Alamofire/Alamofire@5.4.3"
        );
        assert_eq!(purl(Ecosystem::Rpm, "curl", "1:7.50.3-1.fc25"), "pkg:rpm/curl@7.50.3-1.fc25?epoch=1");
        assert_eq!(purl(Ecosystem::Rpm, "curl", "0:7.50.3-1.fc25"), "pkg:rpm/curl@7.50.3-1.fc25");
        assert_eq!(purl(Ecosystem::Nuget, "EnterpriseLibrary.Common", "6.0"), "pkg:nuget/EnterpriseLibrary.Common@6.0");
    }

    #[test]
    fn distribution_becomes_namespace_and_qualifier() {
        let mut package = Package::new("test", Ecosystem::Deb, "libstdc++6", "1:12.2.0-14", Location::default());
        package.architecture = Some("amd64".into());
        package.name_in(Some(&Distribution { id: "debian".into(), version: Some("12".into()), name: None }));
        assert_eq!(package.purl, "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14?arch=amd64&distro=debian-12");
    }
}
