//! The digests that package managers record of files.

use serde::{Deserialize, Serialize};
use sha2::Digest;

/// The digests of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digests {
    md5: [u8; 16],
    sha1: [u8; 20],
    sha256: [u8; 32],
}

impl Digests {
    /// Those of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            md5: md5::Md5::digest(bytes).into(),
            sha1: sha1::Sha1::digest(bytes).into(),
            sha256: sha2::Sha256::digest(bytes).into(),
        }
    }

    /// That which is written in as many hexadecimal digits, and its name.
    pub fn of_length(&self, digits: usize) -> Option<(&'static str, String)> {
        let (name, bytes): (_, &[u8]) = match digits {
            32 => ("MD5", &self.md5),
            40 => ("SHA-1", &self.sha1),
            64 => ("SHA-256", &self.sha256),
            _ => return None,
        };
        Some((name, bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}
