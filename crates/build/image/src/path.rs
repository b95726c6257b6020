//! Names of bytes as paths of text.

use std::borrow::Cow;

/// Stands before the two hexadecimal digits of a byte that is not part of valid UTF-8.
const ESCAPE: char = '\u{FFFD}';

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

/// Bytes of a path as text, such that different bytes are different text: a byte that is not part of valid UTF-8 becomes
/// U+FFFD and two hexadecimal digits, and so does each byte of U+FFFD itself.
///
/// A lossy conversion would let an image pass one file off as another: two names would become one.
pub fn escape_path(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes)
        && !text.contains(ESCAPE)
    {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(bytes.len().saturating_mul(2));
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == ESCAPE {
                "\u{FFFD}".bytes().for_each(|byte| push_escaped(&mut escaped, byte));
            } else {
                escaped.push(character);
            }
        }
        chunk.invalid().iter().for_each(|&byte| push_escaped(&mut escaped, byte));
    }
    Cow::Owned(escaped)
}

fn push_escaped(text: &mut String, byte: u8) {
    text.push(ESCAPE);
    for nibble in [byte >> 4, byte & 15] {
        text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
    }
}

/// The bytes that [`escape_path`] made a text of. A text that it cannot have made keeps what does not follow the rule.
pub fn unescape_path(text: &str) -> Cow<'_, [u8]> {
    if !text.contains(ESCAPE) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(ESCAPE) {
        bytes.extend_from_slice(before.as_bytes());
        let escaped = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped.zip(after.get(2..)) {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => {
                bytes.extend_from_slice("\u{FFFD}".as_bytes());
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Cow::Owned(bytes)
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn different_bytes_are_different_text(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let text = escape_path(&bytes).into_owned();
            prop_assert_eq!(unescape_path(&text).into_owned(), bytes);
        }

        #[test]
        fn unescaping_never_panics(text in ".{0,40}", tail in "\u{FFFD}[0-9a-f\u{E9}]{0,3}") {
            let _ = unescape_path(&(text + &tail));
        }
    }
}
