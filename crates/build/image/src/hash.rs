//! Names and content by their hashes: digests that OCI names blobs by, and keyed hashes of paths.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use boltseal_model::{Algorithm, Digest};
use sha2::{Digest as _, Sha256, Sha512};

/// Computes a digest of the kind that it will be compared with.
pub(crate) enum Hasher {
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Hasher {
    pub fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
            Algorithm::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    /// The digest; `None` cannot happen, since each hasher gives as many bytes as its algorithm has.
    pub fn finish(self) -> Option<Digest> {
        match self {
            Self::Sha256(hasher) => Digest::from_bytes(Algorithm::Sha256, &hasher.finalize()).ok(),
            Self::Sha512(hasher) => Digest::from_bytes(Algorithm::Sha512, &hasher.finalize()).ok(),
        }
    }
}

/// The digest of bytes by the algorithm of `expected`, where it is another one.
pub(crate) fn mismatch(bytes: &[u8], expected: &Digest) -> Option<Digest> {
    let mut hasher = Hasher::new(expected.algorithm());
    hasher.update(bytes);
    hasher.finish().filter(|found| found != expected)
}

/// A 64-bit hash of a normalised path.
///
/// The key is random for each process: an attacker who could make two paths collide could make one file hide another. It
/// is the same throughout the process, so that layers read apart can be stacked.
pub(crate) fn path_hash(path: &str) -> u64 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEY.hash_one(path)
}
