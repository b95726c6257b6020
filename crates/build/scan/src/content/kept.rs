//! What was made of rules is kept in a folder of the user's, under digests of what it was made of.

use std::fs::{self, File, FileTimes};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How long something is kept that nobody used: as long as the rules of yesterday may be those of tomorrow again.
const UNUSED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The folder, or nothing where there is none: then everything is made anew each time.
#[derive(Debug, Clone, Default)]
pub struct RuleCache {
    folder: Option<PathBuf>,
}

impl RuleCache {
    /// The folder for rules in the program's folder for caches.
    pub fn within(cache: Option<&Path>) -> Self {
        Self { folder: cache.map(|cache| cache.join("rules")) }
    }

    /// A file that nobody but this user can have written: compiled rules hold machine code, and lists are mapped.
    pub fn open(&self, name: &str) -> Option<File> {
        let folder = self.folder.as_deref()?;
        let path = folder.join(name);
        let is_own = |path: &Path| {
            let metadata = fs::symlink_metadata(path).ok()?;
            let is_mine = metadata.uid() == rustix::process::geteuid().as_raw();
            (is_mine && metadata.mode() & 0o022 == 0 && !metadata.is_symlink()).then_some(())
        };
        is_own(folder)?;
        is_own(&path)?;
        let file = File::open(path).ok()?;
        // Only what is used stays. That it cannot be marked, as in a folder that is read-only, costs nothing now.
        let _ = file.set_times(FileTimes::new().set_modified(SystemTime::now()));
        Some(file)
    }

    /// Keeps what is written, whole or not at all, and takes away what was not used for long. That it could not be kept costs the
    /// next scan the time of making it.
    pub fn keep(&self, name: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let folder = self.folder.as_deref().ok_or(io::ErrorKind::NotFound)?;
        if let Some(above) = folder.parent() {
            fs::create_dir_all(above)?;
        }
        match fs::DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        write(file.as_file_mut())?;
        file.persist(folder.join(name))?;
        let _ = remove_unused(folder);
        Ok(())
    }
}

fn remove_unused(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let unused = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if unused > UNUSED {
            // Another scan may have taken it away already.
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn content(cache: &RuleCache, name: &str) -> Option<String> {
        let mut text = String::new();
        cache.open(name)?.read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn what_is_used_stays_and_what_is_not_goes() {
        let scratch = tempfile::tempdir().unwrap();
        let cache = RuleCache::within(Some(scratch.path()));
        let keep = |name: &str| cache.keep(name, |file| file.write_all(name.as_bytes())).unwrap();
        keep("used");
        keep("unused");
        let long_ago = FileTimes::new().set_modified(SystemTime::now() - UNUSED * 2);
        for name in ["used", "unused"] {
            File::open(scratch.path().join("rules").join(name)).unwrap().set_times(long_ago).unwrap();
        }
        assert_eq!(content(&cache, "used").as_deref(), Some("used"));
        keep("new");
        assert_eq!(content(&cache, "used").as_deref(), Some("used"));
        assert_eq!(content(&cache, "unused"), None);
        assert_eq!(content(&cache, "new").as_deref(), Some("new"));
    }

    #[test]
    fn what_others_may_write_is_not_believed() {
        let scratch = tempfile::tempdir().unwrap();
        let cache = RuleCache::within(Some(scratch.path()));
        cache.keep("rules", |file| file.write_all(b"rules")).unwrap();
        let path = scratch.path().join("rules");
        for open in [path.join("rules"), path] {
            fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
            assert_eq!(content(&cache, "rules"), None, "{}", open.display());
            fs::set_permissions(&open, fs::Permissions::from_mode(0o700)).unwrap();
        }
        assert_eq!(content(&cache, "rules").as_deref(), Some("rules"));
        assert!(RuleCache::default().open("rules").is_none());
    }
}
