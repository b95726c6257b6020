//! Package URLs as others write them.
//!
//! Source: the purl specification, "How to parse a purl string in its components".

use std::collections::BTreeMap;

/// A package URL, taken apart and decoded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purl {
    /// `npm`, `rpm`; lower case.
    pub kind: String,
    /// Namespace and name, joined by slashes.
    pub path: String,
    /// The version, if one is given.
    pub version: Option<String>,
    /// Qualifiers, by their keys in lower case.
    pub qualifiers: BTreeMap<String, String>,
}

impl Purl {
    /// Reads a package URL; `None` when the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.trim().strip_prefix("pkg:")?.trim_start_matches('/');
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (kind, rest) = rest.split_once('/')?;
        // An at sign belongs to a scope where it begins a segment: `npm/@scope/name`.
        let version_at = rest.rfind('@').filter(|&at| at > 0 && !rest.get(..at).unwrap_or_default().ends_with('/'));
        let (path, version) = version_at.and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        let path: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let version = version.strip_prefix('@').filter(|version| !version.is_empty()).map(decode);
        let pairs = qualifiers.split('&').filter_map(|pair| pair.split_once('='));
        let qualifiers = pairs.map(|(key, value)| (key.to_ascii_lowercase(), decode(value))).collect();
        let valid = !kind.is_empty() && !path.is_empty();
        valid.then(|| Self { kind: kind.to_ascii_lowercase(), path: path.join("/"), version, qualifiers })
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether another package URL names the same package, or one of several that this one stands for: a version or a
    /// qualifier that is absent here may be any.
    pub fn covers(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.path.eq_ignore_ascii_case(&other.path)
            && self.version.as_ref().is_none_or(|version| other.version.as_ref() == Some(version))
            && self.qualifiers.iter().all(|(key, value)| other.qualifiers.get(key).is_none_or(|found| found == value))
    }
}

/// Decodes percent signs. What is no code stands for itself; bytes that are no UTF-8 are replaced.
fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (byte, after) {
            (b'%', &[high, low, ref after @ ..]) if digit(high).is_some() && digit(low).is_some() => {
                bytes.push(digit(high).unwrap_or_default() << 4 | digit(low).unwrap_or_default());
                rest = after;
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
            let purl = Purl::parse(text).unwrap();
            assert_eq!((purl.path.as_str(), purl.version.as_deref()), (path, version), "{text}");
        }
        for text in ["", "npm/name", "pkg:npm", "pkg:/name", "pkg:npm/", "CVE-2030-0001"] {
            assert_eq!(Purl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_absent_may_be_any() {
        let covers = |one: &str, two: &str| Purl::parse(one).unwrap().covers(&Purl::parse(two).unwrap());
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
            let _ = Purl::parse(&text);
        }
    }
}
