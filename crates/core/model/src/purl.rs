//! Package URLs of packages that can be looked up.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::{Distribution, Ecosystem, Package, ParsePurlError, Purl};

/// A package URL, to be written or read.
///
/// Source: the purl specification, "Rules for each purl component" and the types named by [`Ecosystem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageUrl {
    kind: &'static str,
    namespace: Vec<String>,
    name: String,
    version: String,
    qualifiers: Vec<(Cow<'static, str>, String)>,
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
                        url.qualifiers.push(("epoch".into(), epoch));
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
            self.qualifiers.push(("arch".into(), architecture.clone()));
        }
        if let Some(distribution) = distribution {
            self.namespace.push(distribution.id.clone());
            let release = distribution.version.as_deref().map(|version| format!("-{version}"));
            self.qualifiers.push(("distro".into(), format!("{}{}", distribution.id, release.unwrap_or_default())));
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

impl PackageUrl {
    /// The package manager.
    pub fn ecosystem(&self) -> Option<Ecosystem> {
        Ecosystem::ALL.into_iter().find(|ecosystem| ecosystem.name() == self.kind)
    }

    /// The name as the package manager writes it, with what the URL keeps in its namespace.
    pub fn package_name(&self) -> String {
        let separator = match self.ecosystem() {
            Some(Ecosystem::Maven) => ":",
            // The namespace is the distribution, or a channel.
            Some(Ecosystem::Apk | Ecosystem::Conda | Ecosystem::Deb | Ecosystem::Rpm) | None => {
                return self.name.clone();
            }
            Some(_) => "/",
        };
        let parts: Vec<&str> = self.namespace.iter().chain([&self.name]).map(String::as_str).collect();
        parts.join(separator)
    }

    /// The version, with the epoch where the package manager has epochs; empty when there is none.
    pub fn version(&self) -> String {
        let has_epochs = [Ecosystem::Deb.name(), Ecosystem::Rpm.name()].contains(&self.kind);
        match self.qualifier("epoch") {
            Some(epoch) if has_epochs && !self.version.contains(':') => format!("{epoch}:{}", self.version),
            _ => self.version.clone(),
        }
    }

    /// The first part of the namespace: of an operating system package, its distribution.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.first().map(String::as_str)
    }

    /// A qualifier.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

impl FromStr for PackageUrl {
    type Err = ParsePurlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Purl { kind, mut path, version, qualifiers } = text.parse()?;
        let ecosystem = Ecosystem::ALL.into_iter().find(|ecosystem| ecosystem.name() == kind);
        let kind = ecosystem.ok_or(ParsePurlError::Type)?.name();
        let name = path.pop().ok_or(ParsePurlError::Name)?;
        let qualifiers = qualifiers.into_iter().map(|(key, value)| (key.into(), value)).collect();
        Ok(Self { kind, namespace: path, name, version: version.unwrap_or_default(), qualifiers })
    }
}

impl fmt::Display for PackageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}", self.kind)?;
        for segment in self.namespace.iter().chain([&self.name]) {
            f.write_str("/")?;
            encode(f, segment)?;
        }
        if !self.version.is_empty() {
            f.write_str("@")?;
            encode(f, &self.version)?;
        }
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
    use proptest::prelude::*;

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

    #[test]
    fn what_other_tools_write_is_read() {
        for (text, ecosystem, name, version) in [
            ("pkg:npm/%40angular/core@1.0.0%2Bb", Ecosystem::Npm, "@angular/core", "1.0.0+b"),
            ("pkg:npm/@angular/core@1.0.0", Ecosystem::Npm, "@angular/core", "1.0.0"),
            ("pkg:npm/@angular/core", Ecosystem::Npm, "@angular/core", ""),
            ("pkg:maven/org.apache/commons-io@1.3", Ecosystem::Maven, "org.apache:commons-io", "1.3"),
            ("pkg:golang/github.com/a/b@v1?type=module#x/y", Ecosystem::Golang, "github.com/a/b", "v1"),
            ("pkg:rpm/fedora/curl@7-1?arch=i386&epoch=2&distro=fedora-25", Ecosystem::Rpm, "curl", "2:7-1"),
            ("pkg:deb/debian/libstdc%2B%2B6@1:12?arch=amd64", Ecosystem::Deb, "libstdc++6", "1:12"),
            ("pkg:Conda/main/absl-py@0.4", Ecosystem::Conda, "absl-py", "0.4"),
        ] {
            let url: PackageUrl = text.parse().unwrap();
            assert_eq!(
                (url.ecosystem(), url.package_name(), url.version()),
                (Some(ecosystem), name.into(), version.into())
            );
        }
        for (text, error) in [
            ("npm/a@1", ParsePurlError::Scheme),
            ("pkg:npm", ParsePurlError::Scheme),
            ("pkg:alpm/arch/a@1", ParsePurlError::Type),
            ("pkg:npm/", ParsePurlError::Name),
            ("pkg:npm/a%2@1", ParsePurlError::Escape),
            ("pkg:npm/a%ff@1", ParsePurlError::Escape),
        ] {
            assert_eq!(text.parse::<PackageUrl>(), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "(pkg:(npm|deb|maven)/)?[a-z%@/?#&=0-9]{0,40}|.{0,60}") {
            let _ = text.parse::<PackageUrl>();
        }

        #[test]
        fn a_url_is_read_back(name in "@?[a-z+ %?#]{1,9}(/[a-z@+ ]{1,9})?", version in "[0-9a-z+:~%]{1,10}") {
            let written = purl(Ecosystem::Npm, &name, &version);
            prop_assert_eq!(written.parse::<PackageUrl>().unwrap().to_string(), written);
        }
    }
}
