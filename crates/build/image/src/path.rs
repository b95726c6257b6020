//! Names of bytes as paths of text.

use boltseal_archive::escape_path;

/// Why a path is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathFault {
    /// It has a component `..`.
    LeavesRoot,
    /// It contains a zero byte, which no file system can store.
    ContainsNul,
    /// It is longer than the limit.
    TooLong,
}

impl PathFault {
    /// The fault in words.
    pub fn detail(self) -> &'static str {
        match self {
            Self::LeavesRoot => "the path has a component `..`; the entry is skipped",
            Self::ContainsNul => "the path contains a zero byte; the entry is skipped",
            Self::TooLong => "the path is longer than the limit; the entry is skipped",
        }
    }
}

/// Writes `raw` without leading slash, empty components and `.` into `path`, as text.
///
/// The root itself becomes the empty path.
pub(crate) fn normalise(raw: &[u8], longest: usize, path: &mut String) -> Result<(), PathFault> {
    path.clear();
    if raw.len() > longest {
        return Err(PathFault::TooLong);
    }
    if raw.contains(&0) {
        return Err(PathFault::ContainsNul);
    }
    for component in raw.split(|&byte| byte == b'/') {
        match component {
            b"" | b"." => {}
            b".." => return Err(PathFault::LeavesRoot),
            name => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(&escape_path(name));
            }
        }
    }
    Ok(())
}

/// The folder and the name of a normalised path; the folder of a top-level name is empty.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A folder and a name as one path; the root is the empty folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The path of `target`, a link that stands in `folder`; `..` stops at the root, as in a changed root.
pub(crate) fn follow(folder: &str, target: &str) -> String {
    let mut path = if target.starts_with('/') { String::new() } else { folder.to_owned() };
    for component in target.split('/') {
        match component {
            "" | "." => {}
            ".." => path.truncate(split(&path).0.len()),
            name => {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(name);
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(raw: &[u8]) -> Result<String, PathFault> {
        let mut path = String::new();
        normalise(raw, 4096, &mut path).map(|()| path)
    }

    #[test]
    fn every_spelling_of_a_path_is_one_path() {
        for raw in ["etc/passwd", "/etc/passwd", "./etc/passwd", "//etc//./passwd", "etc/passwd/"] {
            assert_eq!(normalised(raw.as_bytes()).unwrap(), "etc/passwd", "{raw}");
        }
        for raw in ["", ".", "./", "/", "//"] {
            assert_eq!(normalised(raw.as_bytes()).unwrap(), "", "{raw}");
        }
    }

    #[test]
    fn a_path_that_leaves_the_root_is_refused() {
        for raw in ["..", "../etc/passwd", "a/../b", "/.."] {
            assert_eq!(normalised(raw.as_bytes()), Err(PathFault::LeavesRoot), "{raw}");
        }
        assert_eq!(normalised(b"..a/b..").unwrap(), "..a/b..");
        assert_eq!(normalised(b"a\0b"), Err(PathFault::ContainsNul));
        assert_eq!(normalise(b"abc", 2, &mut String::new()), Err(PathFault::TooLong));
    }

    #[test]
    fn links_stop_at_the_root() {
        assert_eq!(follow("usr/lib", "../../../etc/passwd"), "etc/passwd");
        assert_eq!(follow("usr/lib", "/bin/./sh"), "bin/sh");
        assert_eq!(follow("", "usr/bin"), "usr/bin");
        assert_eq!(follow("etc", ".."), "");
    }
}
