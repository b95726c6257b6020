//! Package URLs of any type, as others write them.

use std::collections::BTreeMap;
use std::str::FromStr;

/// A package URL, taken apart and decoded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purl {
    /// `npm`, `rpm`; lower case.
    pub kind: String,
    /// The parts of the namespace, and the name; never empty.
    pub path: Vec<String>,
    /// The version, if one is given.
    pub version: Option<String>,
    /// Qualifiers that have a value, by their keys in lower case.
    pub qualifiers: BTreeMap<String, String>,
}

impl Purl {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Whether another package URL names the same package, or one of several that this one stands for: a version or a
    /// qualifier that is absent here may be any.
    pub fn covers(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.path.join("/").eq_ignore_ascii_case(&other.path.join("/"))
            && self.version.as_ref().is_none_or(|version| other.version.as_ref() == Some(version))
            && self.qualifiers.iter().all(|(key, value)| other.qualifiers.get(key).is_none_or(|found| found == value))
    }
}

/// Why a text is no package URL, or none that can be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePurlError {
    /// It does not begin with `pkg:` and a type.
    #[error("no package URL")]
    Scheme,
    /// The type is none of ours.
    #[error("a package URL of a type that is not known")]
    Type,
    /// There is no name.
    #[error("a package URL without a name")]
    Name,
    /// A `%` is not followed by two hexadecimal digits, or the bytes are no UTF-8.
    #[error("a package URL with a broken escape")]
    Escape,
}

impl FromStr for Purl {
    type Err = ParsePurlError;

    /// Source: the purl specification, "How to parse a purl string in its components".
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.trim().strip_prefix("pkg:").ok_or(ParsePurlError::Scheme)?.trim_start_matches('/');
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (kind, rest) = rest.split_once('/').filter(|(kind, _)| !kind.is_empty()).ok_or(ParsePurlError::Scheme)?;
        // An `@` may stand unescaped at the beginning of a scope; the version's is behind the last slash.
        let (path, version) = match rest.rsplit_once('@') {
            Some((path, version)) if !path.is_empty() && !path.ends_with('/') => (path, Some(version)),
            _ => (rest, None),
        };
        let path: Vec<String> =
            path.split('/').filter(|part| !part.is_empty()).map(decode).collect::<Result<_, _>>()?;
        if path.is_empty() {
            return Err(ParsePurlError::Name);
        }
        let version = version.filter(|version| !version.is_empty()).map(decode).transpose()?;
        let pairs = qualifiers.split('&').filter_map(|pair| pair.split_once('='));
        let pairs = pairs.filter(|(_, value)| !value.is_empty());
        let qualifiers =
            pairs.map(|(key, value)| Ok((key.to_ascii_lowercase(), decode(value)?))).collect::<Result<_, _>>()?;
        Ok(Self { kind: kind.to_ascii_lowercase(), path, version, qualifiers })
    }
}

fn decode(text: &str) -> Result<String, ParsePurlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or(ParsePurlError::Escape);
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).map_err(|_| ParsePurlError::Escape)?);
    }
    String::from_utf8(bytes).map_err(|_| ParsePurlError::Escape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn package_urls_are_taken_apart() {
        for (text, path, version) in [
            ("pkg:npm/%40scope/name@1.0", "@scope/name", Some("1.0")),
            ("pkg:npm/@scope/name", "@scope/name", None),
            ("pkg:rpm/redhat/tiny@1.0-2.module%2Bel8?arch=src&epoch=1", "redhat/tiny", Some("1.0-2.module+el8")),
            ("pkg:oci/tiny@sha256:00", "tiny", Some("sha256:00")),
            ("pkg:golang/example.org/tiny/v2@v2.0#sub", "example.org/tiny/v2", Some("v2.0")),
        ] {
            let purl: Purl = text.parse().unwrap();
            assert_eq!((purl.path.join("/").as_str(), purl.version.as_deref()), (path, version), "{text}");
        }
        for text in ["", "npm/name", "pkg:npm", "pkg:/name", "pkg:npm/", "CVE-2030-0001"] {
            assert!(text.parse::<Purl>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_absent_may_be_any() {
        let covers = |one: &str, two: &str| one.parse::<Purl>().unwrap().covers(&two.parse().unwrap());
        let installed = "pkg:deb/debian/tiny@1.0-1?arch=amd64&distro=debian-12";
        assert!(covers("pkg:deb/debian/tiny", installed));
        assert!(covers("pkg:deb/debian/tiny@1.0-1?arch=amd64", installed));
        assert!(!covers("pkg:deb/debian/tiny@1.0-2", installed));
        assert!(!covers("pkg:deb/debian/tiny@1.0-1?arch=arm64", installed));
        assert!(!covers("pkg:deb/ubuntu/tiny", installed));
    }

    proptest! {
        #[test]
        fn never_panics(text in "pkg:[a-z]{0,3}/[%a-z0-9@/?&=#]{0,30}|.{0,40}") {
            let _ = text.parse::<Purl>();
        }
    }
}
