//! The layer cache that several machines share, in a bucket, behind the one on this disk.
//!
//! Below the prefix of the bucket lie the key by which paths are hashed, `path-key`, and for each such key a folder of entries,
//! named by what the key is known by. Scans that start in an empty bucket at once may each take their own key for the one;
//! then their entries lie apart and are misses for each other, never mistakes.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use boltseal_image::use_path_key;
use boltseal_model::{Limits, Problem, ProblemKind};
use boltseal_s3::{Bucket, S3Error};
use sha2::{Digest, Sha256};

use super::{DiskCache, Key, LayerCache, Place, entry};

/// The object with the key by which paths are hashed.
const PATH_KEY: &str = "path-key";
const PATH_KEY_BYTES: usize = 16;

/// Reads from the disk first and then from the bucket; writes to both.
///
/// The first failure of reading ends the use of the bucket, and the first of writing all writing, so that a store that is down,
/// slow or refusing costs a scan one time limit. It becomes one problem, which does not make a report incomplete.
#[derive(Debug)]
pub struct SharedCache {
    disk: Option<DiskCache>,
    store: Option<Store>,
    most_bytes: u64,
    trouble: Mutex<Option<Problem>>,
}

#[derive(Debug)]
struct Store {
    bucket: Bucket,
    /// The folder of entries below the prefix.
    folder: String,
    is_readable: AtomicBool,
    is_writable: AtomicBool,
}

impl SharedCache {
    /// Opens a bucket, and the folder on disk that goes with it. Where the bucket does not open, it is the folder alone; where
    /// the folder does not, the bucket alone. What does not open is the trouble that the report tells.
    pub fn open(bucket: Result<Bucket, S3Error>, place: Option<Place>, limits: &Limits) -> Self {
        let opened = bucket.map_err(|error| error.to_string()).and_then(|bucket| match path_key(&bucket) {
            Ok(key) if use_path_key(key) => Ok((bucket, key)),
            Ok(_) => Err(format!("{}: paths are hashed by another key already", bucket.location())),
            Err(detail) => Err(format!("{}: {detail}", bucket.location())),
        });
        let (store, mut trouble) = match opened {
            Ok((bucket, key)) => (Some(Store::new(bucket, known_by(key))), None),
            Err(detail) => (None, Some(unavailable(&detail))),
        };
        let disk = place.and_then(|place| {
            let shown = place.folder.display().to_string();
            let opened = match &store {
                // Indexes under another key cannot be stacked with these, so they lie apart.
                Some(store) => DiskCache::below(&place, &store.folder),
                None => DiskCache::open(place),
            };
            let disk = opened.map_err(|error| trouble.get_or_insert_with(|| unavailable(&format!("{shown}: {error}"))));
            disk.ok()
        });
        Self { disk, store, most_bytes: limits.cache_entry_bytes, trouble: Mutex::new(trouble) }
    }

    /// Notes the first failure: those after it say the same.
    fn failed(&self, store: &Store, error: &S3Error) {
        let detail = format!("{}: {error}", store.bucket.location());
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| unavailable(&detail));
    }
}

impl LayerCache for SharedCache {
    fn load(&self, key: &Key) -> Option<Vec<u8>> {
        if let Some(content) = self.disk.as_ref().and_then(|disk| disk.load(key)) {
            return Some(content);
        }
        let store = self.store.as_ref().filter(|store| store.is_readable.load(Ordering::Relaxed))?;
        match store.bucket.get(&store.name(key), self.most_bytes) {
            Ok(found) => {
                let content = entry::content(key, found?)?;
                if let Some(disk) = &self.disk {
                    disk.store(key, &content);
                }
                Some(content)
            }
            Err(error) => {
                store.is_readable.store(false, Ordering::Relaxed);
                store.is_writable.store(false, Ordering::Relaxed);
                self.failed(store, &error);
                None
            }
        }
    }

    fn store(&self, key: &Key, bytes: &[u8]) {
        if let Some(disk) = &self.disk {
            disk.store(key, bytes);
        }
        let Some(store) = self.store.as_ref().filter(|store| store.is_writable.load(Ordering::Relaxed)) else { return };
        let entry = [entry::head(key, bytes).as_slice(), bytes].concat();
        if entry.len() as u64 > self.most_bytes {
            return;
        }
        if let Err(error) = store.bucket.put(&store.name(key), entry) {
            store.is_writable.store(false, Ordering::Relaxed);
            self.failed(store, &error);
        }
    }

    /// Makes room on the disk; the bucket's own rules for old objects make room in it.
    fn trim(&self) -> io::Result<()> {
        self.disk.as_ref().map_or(Ok(()), DiskCache::trim)
    }

    fn trouble(&self) -> Option<Problem> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Store {
    const fn new(bucket: Bucket, folder: String) -> Self {
        Self { bucket, folder, is_readable: AtomicBool::new(true), is_writable: AtomicBool::new(true) }
    }

    fn name(&self, key: &Key) -> String {
        format!("{}/{}", self.folder, key.as_str())
    }
}

fn unavailable(detail: &str) -> Problem {
    let detail = format!("the layer cache is not used as it should: {detail}");
    Problem::new(ProblemKind::CacheUnavailable, detail)
}

/// The key of the bucket: the one that is there, or a new one.
fn path_key(bucket: &Bucket) -> Result<[u8; PATH_KEY_BYTES], String> {
    let read = || -> Result<Option<[u8; PATH_KEY_BYTES]>, S3Error> {
        Ok(bucket.get(PATH_KEY, PATH_KEY_BYTES as u64)?.and_then(|bytes| bytes.try_into().ok()))
    };
    if let Some(key) = read().map_err(|error| error.to_string())? {
        return Ok(key);
    }
    let mut key = [0; PATH_KEY_BYTES];
    File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut key)).map_err(|error| error.to_string())?;
    bucket.put_new(PATH_KEY, key.to_vec()).map_err(|error| error.to_string())?;
    // Of scans that write at once, one wins.
    let written = read().map_err(|error| error.to_string())?;
    written.ok_or_else(|| format!("its object {PATH_KEY} is damaged; remove it"))
}

/// A name for a key that tells nothing of it.
fn known_by(key: [u8; PATH_KEY_BYTES]) -> String {
    let digest = Sha256::new().chain_update("boltseal path key").chain_update(key).finalize();
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
