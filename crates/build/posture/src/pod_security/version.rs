//! Versions of the standards.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A minor version of Kubernetes 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u8);

/// The text is no version that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no version of the Pod Security Standards; there are v1.0 to {}, and latest", Version::LATEST)]
pub struct ParseVersionError;

impl Version {
    /// The newest that is known. What `latest` means grows with the program.
    pub const LATEST: Self = Self(37);

    /// Version 1 with this minor version.
    pub(super) const fn minor(minor: u8) -> Self {
        Self(minor)
    }

    /// Every version, the oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=Self::LATEST.0).map(Self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1.{}", self.0)
    }
}

impl FromStr for Version {
    type Err = ParseVersionError;

    /// Reads `v1.30` or `latest`, as the labels of namespaces spell them. A version that is not out yet is none: what it will ask
    /// for is not known.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "latest" {
            return Ok(Self::LATEST);
        }
        let minor = text.strip_prefix("v1.").ok_or(ParseVersionError)?;
        let version: u8 = minor.parse().map_err(|_| ParseVersionError)?;
        // The library's own reader takes neither signs nor leading zeros.
        let is_plain = version.to_string() == minor;
        Some(Self(version)).filter(|version| is_plain && *version <= Self::LATEST).ok_or(ParseVersionError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_spelled_as_in_labels_of_namespaces() {
        for version in Version::all() {
            assert_eq!(version.to_string().parse(), Ok(version));
        }
        assert_eq!("latest".parse(), Ok(Version::LATEST));
        for text in ["", "1.30", "v1", "v1.", "v1.030", "v1.+1", "v1.38", "v1.300", "v2.0", "Latest"] {
            assert_eq!(text.parse::<Version>(), Err(ParseVersionError), "{text}");
        }
    }
}
