//! The header: what stands where, and how it is known to be whole.

use boltseal_model::{Algorithm, Digest};
use sha2::{Digest as _, Sha256};

/// Version of the file format. Readers refuse every other.
pub const FORMAT_VERSION: u32 = 3;
/// Bytes that one checksum covers: a look-up touches a handful of such blocks, and each costs about two microseconds.
pub const BLOCK_BYTES: usize = 16 << 10;
/// Length of the header. All numbers in it are little-endian.
pub const HEADER_BYTES: usize = 108;
/// Sections of the content.
pub const SECTIONS: usize = 7;
/// Length of an entry of the index: hash (4 bytes), offset in the packages section (8 bytes).
pub const INDEX_ENTRY_BYTES: usize = 12;

const MAGIC: &[u8; 8] = b"BOLTSEAL";

/// Why bytes cannot be used as a database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The bytes do not begin as a database does.
    #[error("not an advisory database; make one with `boltseal db update` or `boltseal db build`")]
    NotADatabase,
    /// Written by another release.
    #[error(
        "database has format {found}, this program reads format {FORMAT_VERSION}; make it anew with `boltseal db update` or \
         `boltseal db build`"
    )]
    Version {
        /// Format of the file.
        found: u32,
    },
    /// The file has another length than its header says.
    #[error("database has {found} bytes, its header says {expected}; the copy is incomplete")]
    Length {
        /// Bytes that the header implies.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// A checksum differs, or checked bytes do not follow the format.
    #[error("database is damaged in its {part}; make it anew with `boltseal db update` or `boltseal db build`")]
    Damaged {
        /// The section concerned.
        part: &'static str,
    },
}

/// Shorthand for the error that names a section.
pub const fn damaged(part: &'static str) -> OpenError {
    OpenError::Damaged { part }
}

/// Lengths of the sections, in the order in which they stand in the content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lengths {
    pub meta: u64,
    pub index: u64,
    pub vectors: u64,
    pub packages: u64,
    pub exploited: u64,
    pub likelihoods: u64,
    pub lifecycles: u64,
}

impl Lengths {
    /// In the order in which the sections stand.
    const fn all(&self) -> [u64; SECTIONS] {
        let Self { meta, index, vectors, packages, exploited, likelihoods, lifecycles } = *self;
        [meta, index, vectors, packages, exploited, likelihoods, lifecycles]
    }

    const fn of([meta, index, vectors, packages, exploited, likelihoods, lifecycles]: [u64; SECTIONS]) -> Self {
        Self { meta, index, vectors, packages, exploited, likelihoods, lifecycles }
    }

    /// Bytes of the whole content; `None` when the sum is beyond all reason.
    pub fn content(&self) -> Option<u64> {
        self.all().into_iter().try_fold(0u64, u64::checked_add)
    }

    /// Where the section that begins after so many others begins.
    pub fn start(&self, before: usize) -> u64 {
        self.all().into_iter().take(before).fold(0, u64::saturating_add)
    }
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub lengths: Lengths,
    pub content_sha256: [u8; 32],
    pub blocks_crc: u32,
}

impl Header {
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        for length in self.lengths.all() {
            bytes.extend_from_slice(&length.to_le_bytes());
        }
        bytes.extend_from_slice(&self.content_sha256);
        bytes.extend_from_slice(&self.blocks_crc.to_le_bytes());
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads the header; the version is looked at before the checksum, which another format may keep elsewhere.
    pub fn parse(bytes: &[u8]) -> Result<Self, OpenError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(OpenError::NotADatabase)?;
        let mut rest = Fields(rest);
        let found = rest.number32().ok_or(OpenError::NotADatabase)?;
        if found != FORMAT_VERSION {
            return Err(OpenError::Version { found });
        }
        Self::fields(&mut rest, bytes).ok_or(damaged("header"))
    }

    fn fields(rest: &mut Fields<'_>, bytes: &[u8]) -> Option<Self> {
        let mut lengths = [0; SECTIONS];
        for length in &mut lengths {
            *length = rest.number64()?;
        }
        let lengths = Lengths::of(lengths);
        let content_sha256 = rest.array::<32>()?;
        let blocks_crc = rest.number32()?;
        let crc = rest.number32()?;
        let covered = bytes.get(..HEADER_BYTES - 4)?;
        (crc32fast::hash(covered) == crc).then_some(Self { lengths, content_sha256, blocks_crc })
    }

    pub fn digest(&self) -> Result<Digest, OpenError> {
        Digest::from_bytes(Algorithm::Sha256, &self.content_sha256).map_err(|_| damaged("header"))
    }
}

/// Fixed-width fields, one after the other.
pub struct Fields<'a>(pub &'a [u8]);

impl Fields<'_> {
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }

    pub fn number32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn number64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}

/// Puts sections, block table and header together.
pub fn assemble(sections: [&[u8]; SECTIONS]) -> Vec<u8> {
    let lengths = Lengths::of(sections.map(|section| section.len() as u64));
    let content = sections.concat();
    let mut blocks = Vec::with_capacity(content.len() / BLOCK_BYTES * 4 + 4);
    for block in content.chunks(BLOCK_BYTES) {
        blocks.extend_from_slice(&crc32fast::hash(block).to_le_bytes());
    }
    let header =
        Header { lengths, content_sha256: Sha256::digest(&content).into(), blocks_crc: crc32fast::hash(&blocks) };
    [header.write(), content, blocks].concat()
}

/// Hash of a package in a namespace: FNV-1a, 32 bits. Equal hashes are told apart by the names in the records.
pub fn hash(namespace: &str, package: &str) -> u32 {
    let bytes = namespace.bytes().chain([0]).chain(package.bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_survives_the_round_trip() {
        let header = Header { lengths: Lengths::of([1, 2, 3, 4, 5, 6, 7]), content_sha256: [7; 32], blocks_crc: 9 };
        let bytes = header.write();
        assert_eq!(bytes.len(), HEADER_BYTES);
        assert_eq!(Header::parse(&bytes), Ok(header));
    }

    #[test]
    fn another_format_is_named_before_damage_is() {
        let mut bytes = assemble([b"" as &[u8]; SECTIONS]);
        bytes[8] = 9;
        assert_eq!(Header::parse(&bytes), Err(OpenError::Version { found: 9 }));
        assert_eq!(Header::parse(b"PK\x03\x04"), Err(OpenError::NotADatabase));
    }
}
