//! Names and content by their hashes: digests that OCI names blobs by, and keyed hashes of paths.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use boltseal_model::{Algorithm, Digest};
use sha2::{Digest as _, Sha256, Sha512};
use siphasher::sip::SipHasher13;

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

static PATH_KEY: OnceLock<SipHasher13> = OnceLock::new();

/// A 64-bit hash of a normalised path.
///
/// The key is a secret: an attacker who could make two paths collide could make one file hide another. It is the same
/// throughout the process, so that layers read apart can be stacked, and random unless [`use_path_key`] came first.
pub(crate) fn path_hash(path: &str) -> u64 {
    let random = || {
        let state = RandomState::new();
        SipHasher13::new_with_keys(state.hash_one(0_u8), state.hash_one(1_u8))
    };
    PATH_KEY.get_or_init(random).hash(path.as_bytes())
}

/// Sets the key by which paths are hashed in this process, so that a [`LayerIndex`](crate::LayerIndex) that another process
/// has made under the same key can be stacked here.
///
/// Gives whether it is the key: once a path was hashed, it is too late to choose one.
pub fn use_path_key(key: [u8; 16]) -> bool {
    let wanted = SipHasher13::new_with_key(&key);
    PATH_KEY.get_or_init(|| wanted).hash(&key) == wanted.hash(&key)
}
