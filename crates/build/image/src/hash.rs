//! Names and content by their hashes: digests that OCI names blobs by, and keyed hashes of paths.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use boltseal_model::{Algorithm, Digest};
use sha2::{Digest as _, Sha256, Sha512};

/// Computes the digests of a stream that it will be compared with, each algorithm once.
#[derive(Default)]
pub(crate) struct Hashers(Vec<Hasher>);

enum Hasher {
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Hashers {
    pub fn of<'a>(expected: impl IntoIterator<Item = &'a Digest>) -> Self {
        let mut algorithms: Vec<Algorithm> = expected.into_iter().map(Digest::algorithm).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        let hasher = |algorithm| match algorithm {
            Algorithm::Sha256 => Hasher::Sha256(Sha256::new()),
            Algorithm::Sha512 => Hasher::Sha512(Sha512::new()),
        };
        Self(algorithms.into_iter().map(hasher).collect())
    }

    pub fn update(&mut self, bytes: &[u8]) {
        for hasher in &mut self.0 {
            match hasher {
                Hasher::Sha256(hasher) => hasher.update(bytes),
                Hasher::Sha512(hasher) => hasher.update(bytes),
            }
        }
    }

    /// One digest for each algorithm.
    pub fn finish(self) -> Vec<Digest> {
        let digest = |hasher| match hasher {
            Hasher::Sha256(hasher) => Digest::from_bytes(Algorithm::Sha256, &hasher.finalize()).ok(),
            Hasher::Sha512(hasher) => Digest::from_bytes(Algorithm::Sha512, &hasher.finalize()).ok(),
        };
        self.0.into_iter().filter_map(digest).collect()
    }
}

/// The digest of bytes by the algorithm of `expected`, where it is another one.
pub(crate) fn mismatch(bytes: &[u8], expected: &Digest) -> Option<Digest> {
    let mut hashers = Hashers::of([expected]);
    hashers.update(bytes);
    hashers.finish().into_iter().find(|found| found != expected)
}

/// A 64-bit hash of a normalised path.
///
/// The key is random for each process: an attacker who could make two paths collide could make one file hide another. It
/// is the same throughout the process, so that layers read apart can be stacked.
pub(crate) fn path_hash(path: &str) -> u64 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEY.hash_one(path)
}
