//! The layer cache in a folder of the user's.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use boltseal_image::use_path_key;

use super::{Key, LayerCache, Place, entry};

/// The file with the key by which this folder's indexes hash paths.
const PATH_KEY: &str = "path-key";
/// A use is noted when the last one is so long ago: a note is a write.
const NOTE_AFTER: Duration = Duration::from_secs(3_600);
/// An unfinished file of this age belongs to a scan that is gone.
const ABANDONED_AFTER: Duration = Duration::from_secs(3_600);

/// Files named by their keys, each written at once, the longest unused of them removed when there are too many.
///
/// Any number of scans may share the folder: a file is whole or not there, and one that is removed while it is read stays
/// readable. The folder is closed to other users, since whoever writes to it decides what a scan finds.
#[derive(Debug)]
pub struct DiskCache {
    place: Place,
}

impl DiskCache {
    /// Opens a cache, or makes it.
    ///
    /// # Errors
    /// When the folder cannot be made or belongs to somebody else, or this process hashes paths with another key already.
    pub fn open(place: Place) -> io::Result<Self> {
        closed(&place.folder)?;
        if !use_path_key(path_key(&place.folder)?) {
            return Err(io::Error::other("paths are hashed by another key already"));
        }
        Ok(Self { place })
    }

    /// Opens or makes one in a folder of the cache's folder, whose key is not beside it but in the store that it belongs to.
    pub(super) fn below(place: &Place, name: &str) -> io::Result<Self> {
        closed(&place.folder)?;
        let folder = place.folder.join(name);
        closed(&folder)?;
        Ok(Self { place: Place { folder, most_bytes: place.most_bytes } })
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.place.folder.join(key.as_str())
    }

    fn write(&self, key: &Key, bytes: &[u8]) -> io::Result<()> {
        let mut file = unfinished(&self.place.folder)?;
        file.write_all(&entry::head(key, bytes))?;
        file.write_all(bytes)?;
        file.persist(self.path(key)).map_err(|error| error.error)?;
        Ok(())
    }
}

impl LayerCache for DiskCache {
    fn load(&self, key: &Key) -> Option<Vec<u8>> {
        let mut file = File::open(self.path(key)).ok()?;
        let metadata = file.metadata().ok()?;
        if metadata.len() > self.place.most_bytes {
            return None;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let content = entry::content(key, bytes)?;
        let now = SystemTime::now();
        if metadata.modified().is_ok_and(|used| now.duration_since(used).is_ok_and(|age| age > NOTE_AFTER)) {
            let _ = file.set_modified(now);
        }
        Some(content)
    }

    fn store(&self, key: &Key, bytes: &[u8]) {
        // A layer that would take half of the room would only drive the others out.
        if (bytes.len() as u64) < self.place.most_bytes / 2 {
            let _ = self.write(key, bytes);
        }
    }

    /// Removes the files that were not used for longest until the rest is small enough, and what dead scans left behind.
    fn trim(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.place.folder)?.flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let age = used.elapsed().unwrap_or_default();
            let name = entry.file_name();
            if name == PATH_KEY || !metadata.is_file() {
                continue;
            }
            if name.to_string_lossy().starts_with('.') {
                if age > ABANDONED_AFTER {
                    let _ = fs::remove_file(entry.path());
                }
                continue;
            }
            files.push((used, metadata.len(), entry.path()));
        }
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        files.sort();
        for (_, bytes, path) in files {
            if total <= self.place.most_bytes {
                break;
            }
            // Another scan may have removed it already.
            let _ = fs::remove_file(path);
            total = total.saturating_sub(bytes);
        }
        Ok(())
    }
}

/// Makes a folder that nobody else writes to, or checks that it is one.
fn closed(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if fs::metadata(folder)?.permissions().mode() & 0o022 != 0 {
        let detail = "other users may write to the folder; `chmod go-w` it";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, detail));
    }
    Ok(())
}

/// The key of the folder: the one that is there, or a new one. Of scans that make one at once, one wins.
fn path_key(folder: &Path) -> io::Result<[u8; 16]> {
    let path = folder.join(PATH_KEY);
    let read = || fs::read(&path).ok().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    if let Some(key) = read() {
        return Ok(key);
    }
    let mut key = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    let mut file = unfinished(folder)?;
    file.write_all(&key)?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(key),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            read().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the file path-key is damaged; remove it"))
        }
        Err(error) => Err(error.error),
    }
}

fn unfinished(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".unfinished-").permissions(Permissions::from_mode(0o600)).tempfile_in(folder)
}
