//! Content digests as written by OCI: `sha256:…` and `sha512:…`.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A hash function that OCI registers for content digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// SHA-256: 64 hexadecimal digits.
    Sha256,
    /// SHA-512: 128 hexadecimal digits.
    Sha512,
}

impl Algorithm {
    /// The name that stands before the colon.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// Length of the encoded part in hexadecimal digits.
    pub const fn hex_len(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

/// A digest `algorithm:hex`, lower case, of exactly the length that the algorithm has.
///
/// Source: OCI image specification, `descriptor.md`, "Digests".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Digest {
    algorithm: Algorithm,
    hex: String,
}

impl Digest {
    /// Builds a digest from the raw bytes of a hash.
    ///
    /// # Errors
    /// When the number of bytes is not the algorithm's.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, ParseDigestError> {
        let hex = hexadecimal(bytes);
        Self::from_hex(algorithm, hex)
    }

    /// Names a SHA-256.
    pub fn sha256(hash: &[u8; 32]) -> Self {
        Self { algorithm: Algorithm::Sha256, hex: hexadecimal(hash) }
    }

    fn from_hex(algorithm: Algorithm, hex: String) -> Result<Self, ParseDigestError> {
        if hex.len() != algorithm.hex_len() {
            return Err(ParseDigestError::Length {
                algorithm: algorithm.name(),
                expected: algorithm.hex_len(),
                found: hex.len(),
            });
        }
        if !hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(ParseDigestError::NotHexadecimal);
        }
        Ok(Self { algorithm, hex })
    }

    /// The hash function.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The hash in lower-case hexadecimal.
    pub fn hex(&self) -> &str {
        &self.hex
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        for nibble in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        hex
    })
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.hex)
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, hex) = text.split_once(':').ok_or(ParseDigestError::NoAlgorithm)?;
        let algorithm = match name {
            "sha256" => Algorithm::Sha256,
            "sha512" => Algorithm::Sha512,
            _ => return Err(ParseDigestError::UnknownAlgorithm),
        };
        Self::from_hex(algorithm, hex.to_owned())
    }
}

impl TryFrom<String> for Digest {
    type Error = ParseDigestError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// Why a text is not a digest. The text itself is left out: it may be hostile and long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseDigestError {
    /// No colon.
    #[error("digest has no algorithm before a colon")]
    NoAlgorithm,
    /// Neither sha256 nor sha512.
    #[error("digest algorithm is neither sha256 nor sha512")]
    UnknownAlgorithm,
    /// Too short or too long.
    #[error("{algorithm} digest has {found} characters, expected {expected}")]
    Length {
        /// Name of the algorithm.
        algorithm: &'static str,
        /// Digits that it needs.
        expected: usize,
        /// Digits found.
        found: usize,
    },
    /// A character that is not a lower-case hexadecimal digit.
    #[error("digest is not lower-case hexadecimal")]
    NotHexadecimal,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_oci_refuses() {
        for (text, error) in [
            ("", ParseDigestError::NoAlgorithm),
            ("md5:00", ParseDigestError::UnknownAlgorithm),
            ("sha256:00", ParseDigestError::Length { algorithm: "sha256", expected: 64, found: 2 }),
        ] {
            assert_eq!(text.parse::<Digest>(), Err(error));
        }
        assert_eq!(format!("sha256:{}", "A".repeat(64)).parse::<Digest>(), Err(ParseDigestError::NotHexadecimal));
    }

    proptest! {
        #[test]
        fn bytes_survive_the_round_trip(bytes in prop::array::uniform32(any::<u8>())) {
            let digest = Digest::from_bytes(Algorithm::Sha256, &bytes).unwrap();
            prop_assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest.clone());
            prop_assert_eq!(Digest::sha256(&bytes), digest);
        }

        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = text.parse::<Digest>();
        }
    }
}
