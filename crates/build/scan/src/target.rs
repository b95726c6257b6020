//! What the user asked to look at.

use std::fmt;
use std::path::{Path, PathBuf};

use boltseal_image::Selector;

/// A target, with its scheme decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An archive written by `docker save`, or an OCI layout in a tar.
    Archive {
        /// The file.
        path: PathBuf,
        /// Which image of it, where there are several.
        tag: Option<String>,
    },
    /// A folder in OCI layout.
    Layout {
        /// The folder.
        path: PathBuf,
        /// Which image of it, where there are several.
        tag: Option<String>,
    },
    /// A folder that is a root file system or a source tree.
    Directory {
        /// The folder.
        path: PathBuf,
    },
}

/// Why a target cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Nothing lies there.
    #[error("{target}: there is no such file or folder; a target is an image archive, an OCI layout or a folder")]
    Absent {
        /// The target as given.
        target: String,
    },
    /// The scheme says one thing, the file system another.
    #[error("{target}: {scheme} needs a {needs}")]
    Mismatch {
        /// The target as given.
        target: String,
        /// The scheme before the colon.
        scheme: &'static str,
        /// What must lie there.
        needs: &'static str,
    },
}

impl Target {
    /// Decides what a target is: by its scheme (`docker-archive:`, `oci:`, `dir:`), otherwise by looking at it.
    ///
    /// # Errors
    /// When nothing lies there, or something else than the scheme says.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let mismatch = |scheme, needs| TargetError::Mismatch { target: text.to_owned(), scheme, needs };
        if let Some(rest) = text.strip_prefix("docker-archive:") {
            let (path, tag) = split_tag(rest);
            return if path.is_file() {
                Ok(Self::Archive { path, tag })
            } else {
                Err(absent_or(&path, text, mismatch("docker-archive:", "file")))
            };
        }
        if let Some(rest) = text.strip_prefix("oci:") {
            let (path, tag) = split_tag(rest);
            return match () {
                () if path.is_dir() => Ok(Self::Layout { path, tag }),
                () if path.is_file() => Ok(Self::Archive { path, tag }),
                () => Err(TargetError::Absent { target: text.to_owned() }),
            };
        }
        if let Some(rest) = text.strip_prefix("dir:") {
            let path = PathBuf::from(rest);
            return if path.is_dir() {
                Ok(Self::Directory { path })
            } else {
                Err(absent_or(&path, text, mismatch("dir:", "folder")))
            };
        }
        let path = PathBuf::from(text);
        match () {
            () if path.join("oci-layout").is_file() => Ok(Self::Layout { path, tag: None }),
            () if path.is_dir() => Ok(Self::Directory { path }),
            () if path.exists() => Ok(Self::Archive { path, tag: None }),
            () => Err(TargetError::Absent { target: text.to_owned() }),
        }
    }

    /// Which image to take out of several.
    pub(crate) fn selector(&self, platform: Option<&str>) -> Selector {
        let tag = match self {
            Self::Archive { tag, .. } | Self::Layout { tag, .. } => tag.clone(),
            Self::Directory { .. } => None,
        };
        Selector { tag, platform: platform.map(str::to_owned) }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, path, tag) = match self {
            Self::Archive { path, tag } => ("docker-archive", path, tag.as_deref()),
            Self::Layout { path, tag } => ("oci", path, tag.as_deref()),
            Self::Directory { path } => ("dir", path, None),
        };
        write!(f, "{scheme}:{}", path.display())?;
        tag.map_or(Ok(()), |tag| write!(f, ":{tag}"))
    }
}

/// Splits `PATH:TAG`. A path that exists as it stands has no tag, since file names may contain colons.
fn split_tag(text: &str) -> (PathBuf, Option<String>) {
    if !Path::new(text).exists()
        && let Some((at, _)) =
            text.match_indices(':').find(|(at, _)| text.get(..*at).is_some_and(|path| Path::new(path).exists()))
        && let (Some(path), Some(tag)) = (text.get(..at), text.get(at + 1..))
    {
        return (PathBuf::from(path), Some(tag.to_owned()));
    }
    (PathBuf::from(text), None)
}

fn absent_or(path: &Path, target: &str, mismatch: TargetError) -> TargetError {
    if path.exists() { mismatch } else { TargetError::Absent { target: target.to_owned() } }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_scheme_is_guessed_by_looking() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("image.tar"), "").unwrap();
        fs::create_dir(path("layout")).unwrap();
        fs::write(path("layout/oci-layout"), "{}").unwrap();
        let parse = |name: &str| Target::parse(&path(name).to_string_lossy()).unwrap();
        assert!(matches!(parse("image.tar"), Target::Archive { .. }));
        assert!(matches!(parse("layout"), Target::Layout { .. }));
        assert!(matches!(parse(""), Target::Directory { .. }));
    }

    #[test]
    fn a_tag_follows_the_path_and_may_contain_colons() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("image.tar");
        fs::write(&archive, "").unwrap();
        let target = Target::parse(&format!("docker-archive:{}:shop:1.2", archive.display())).unwrap();
        assert_eq!(target, Target::Archive { path: archive, tag: Some("shop:1.2".into()) });
    }

    #[test]
    fn an_absent_target_and_a_wrong_scheme_say_so() {
        let folder = tempfile::tempdir().unwrap();
        let absent = Target::parse("dir:/no/such/folder").unwrap_err().to_string();
        assert!(absent.contains("no such file or folder"), "{absent}");
        let wrong = Target::parse(&format!("docker-archive:{}", folder.path().display())).unwrap_err().to_string();
        assert!(wrong.ends_with("docker-archive: needs a file"), "{wrong}");
    }
}
