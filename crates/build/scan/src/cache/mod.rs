//! What was read from layers before, by their digests.
//!
//! Images share layers, and most layers of tomorrow's image are those of today's. What a layer holds depends on its bytes and
//! on the readers of this program, and both are part of the key: the digest of the bytes, and the number of the readers.

mod disk;
mod entry;
mod shared;

use std::io;
use std::path::PathBuf;

use boltseal_image::{Layer, LayerIndex};
use boltseal_inventory::{ALL, Inventory};
use boltseal_model::{Limits, Problem, ProblemKind, Problems};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::collect::Found;
use crate::content::{Content, Program, Spotted};
use crate::intent::{Named, Runnable};

pub use disk::DiskCache;
pub use shared::SharedCache;

/// A place that keeps what was read. What it gives is checked; what it loses costs time.
pub trait LayerCache: Sync {
    /// What was stored under a key, whole.
    fn load(&self, key: &Key) -> Option<Vec<u8>>;
    /// Stores something. That it could not be stored is nobody's problem but the next scan's, which takes longer.
    fn store(&self, key: &Key, bytes: &[u8]);
    /// Makes room after a scan, where what was stored takes more than it may.
    ///
    /// # Errors
    /// When it is not known what is there. A later scan will make room.
    fn trim(&self) -> io::Result<()> {
        Ok(())
    }
    /// What keeps it from being used as the user wishes, for the report.
    fn trouble(&self) -> Option<Problem> {
        None
    }
}

/// Keeps nothing.
#[derive(Debug, Clone, Copy)]
pub struct NoCache;

impl LayerCache for NoCache {
    fn load(&self, _: &Key) -> Option<Vec<u8>> {
        None
    }

    fn store(&self, _: &Key, _: &[u8]) {}
}

/// The name of something that is kept: a SHA-256 over everything that it depends on, as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of a layer; `None` when the image states no digest that its bytes could be known by, or what is searched for in
    /// them is not known.
    pub fn of_layer(
        layer: &Layer,
        limits: &Limits,
        content: Option<&Content>,
        executables: Option<&Named>,
    ) -> Option<Self> {
        if layer.digest.is_none() && layer.diff_id.is_none() {
            return None;
        }
        let limits = serde_json::to_string(limits).ok()?;
        let stated =
            |digest: &Option<boltseal_model::Digest>| digest.as_ref().map(ToString::to_string).unwrap_or_default();
        let rules = content.map_or(Some("nothing".to_owned()), Content::identity)?;
        let named = executables.map_or_else(|| "no executables".to_owned(), Named::identity);
        let digests = [stated(&layer.digest), stated(&layer.diff_id)];
        Some(Self::over(&["layer", env!("BOLTSEAL_READERS"), &limits, &rules, &named, &digests[0], &digests[1]]))
    }

    /// The key of the files that links elsewhere lead to in the same layer.
    pub fn of_followed(&self, aliases: &[(String, String)]) -> Self {
        let names = aliases.iter().flat_map(|(target, path)| [target.as_str(), path.as_str()]);
        Self::over(&["followed", &self.0].into_iter().chain(names).collect::<Vec<_>>())
    }

    fn over(parts: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// What one layer brought.
#[derive(Debug)]
pub struct OneLayer {
    /// What analyzers read.
    pub found: Vec<Found>,
    /// Malware and secrets.
    pub spotted: Vec<Spotted>,
    /// Programs and libraries.
    pub programs: Vec<Program>,
    /// Links to package records.
    pub links: Vec<String>,
    /// What can be executed.
    pub runnable: Runnable,
    /// What it adds and hides.
    pub index: LayerIndex,
    /// What could not be read.
    pub problems: Problems,
}

#[derive(Serialize, Deserialize)]
struct StoredLayer {
    found: Vec<StoredFound>,
    spotted: Vec<Spotted>,
    programs: Vec<Program>,
    links: Vec<String>,
    runnable: Runnable,
    index: LayerIndex,
    problems: Problems,
}

#[derive(Serialize, Deserialize)]
struct StoredFound {
    path: String,
    analyzer: String,
    inventory: Inventory,
    problems: Problems,
}

impl OneLayer {
    /// What the cache has of a layer, at its position in this image.
    pub fn load(cache: &dyn LayerCache, key: &Key, layer: u32) -> Option<Self> {
        let stored: StoredLayer = rmp_serde::from_slice(&cache.load(key)?).ok()?;
        Some(Self {
            found: found(stored.found)?,
            spotted: stored.spotted,
            programs: stored.programs,
            links: stored.links,
            runnable: stored.runnable,
            index: stored.index.at_position(layer),
            problems: stored.problems.in_layer(layer),
        })
    }

    /// Keeps a layer whose bytes are those that the image states.
    pub fn store(&self, cache: &dyn LayerCache, key: &Key) {
        if !self.is_confirmed() {
            return;
        }
        let stored = StoredLayer {
            found: self.found.iter().map(StoredFound::of).collect(),
            spotted: self.spotted.clone(),
            programs: self.programs.clone(),
            links: self.links.clone(),
            runnable: self.runnable.clone(),
            index: self.index.clone(),
            problems: self.problems.clone().without_layer(),
        };
        if let Ok(bytes) = rmp_serde::to_vec_named(&stored) {
            cache.store(key, &bytes);
        }
    }

    /// Whether everything wrong with it lies in the bytes that its digests stand for, so that it is wrong with every copy.
    fn is_confirmed(&self) -> bool {
        let is_of_this_copy = |kind| {
            matches!(
                kind,
                ProblemKind::DigestMismatch
                    | ProblemKind::Missing
                    | ProblemKind::ScannerUnavailable
                    | ProblemKind::Truncated
                    | ProblemKind::Unreadable
            )
        };
        !self.problems.iter().any(|problem| is_of_this_copy(problem.kind))
    }
}

/// What the cache has of the files that links lead to.
pub fn load_followed(cache: &dyn LayerCache, key: &Key) -> Option<Vec<Found>> {
    found(rmp_serde::from_slice(&cache.load(key)?).ok()?)
}

/// Keeps the files that links lead to.
pub fn store_followed(cache: &dyn LayerCache, key: &Key, followed: &[Found]) {
    let stored: Vec<StoredFound> = followed.iter().map(StoredFound::of).collect();
    if let Ok(bytes) = rmp_serde::to_vec_named(&stored) {
        cache.store(key, &bytes);
    }
}

impl StoredFound {
    fn of(found: &Found) -> Self {
        Self {
            path: found.path.clone(),
            analyzer: found.analyzer.id.to_owned(),
            inventory: found.inventory.clone(),
            problems: found.problems.clone(),
        }
    }
}

/// `None` when an analyzer is not known, which the key rules out.
fn found(stored: Vec<StoredFound>) -> Option<Vec<Found>> {
    let one = |stored: StoredFound| {
        let analyzer = ALL.iter().find(|analyzer| analyzer.id == stored.analyzer)?;
        Some(Found { path: stored.path, analyzer, inventory: stored.inventory, problems: stored.problems })
    };
    stored.into_iter().map(one).collect()
}

/// Where a cache lies, and how large it may grow.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder.
    pub folder: PathBuf,
    /// Bytes that its files may have together.
    pub most_bytes: u64,
}
