//! Objects of git: every version of every file that a repository has ever had, and every message.
//!
//! Source: git's gitformat-pack(5), and "Git Internals" in Pro Git.

mod delta;
mod object;
mod pack;

use boltseal_archive::inflate;
use boltseal_model::ProblemKind;

use crate::search::{Found, Searcher};
use object::{Hash, Object, ObjectKind};

/// How objects are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One in a file.
    Loose(Hash),
    /// Many in a file, most as differences from each other.
    Pack(Hash),
}

/// What a file of git's own is, which its path tells.
pub fn kind(path: &str) -> Option<Kind> {
    let (folder, name) = path.rsplit_once('/')?;
    if let Some(id) = name.strip_prefix("pack-").and_then(|name| name.strip_suffix(".pack")) {
        return folder.ends_with("objects/pack").then(|| Hash::of_digits(id)).flatten().map(Kind::Pack);
    }
    let (folder, beginning) = folder.rsplit_once('/')?;
    let is_object = beginning.len() == 2 && (folder == "objects" || folder.ends_with("/objects"));
    is_object.then(|| Hash::of_digits(&format!("{beginning}{name}"))).flatten().map(Kind::Loose)
}

/// Searches objects for secrets.
pub fn search(searcher: &mut Searcher<'_>, kind: Kind, bytes: &[u8], found: &mut Found<'_>) {
    let outcome = match kind {
        Kind::Loose(hash) => loose(searcher, hash, bytes, found),
        Kind::Pack(hash) => pack::search(searcher, hash, bytes, found),
    };
    if let Err((kind, detail)) = outcome {
        found.problem(kind, detail, &[]);
    }
}

fn loose(
    searcher: &mut Searcher<'_>,
    hash: Hash,
    bytes: &[u8],
    found: &mut Found<'_>,
) -> Result<(), boltseal_archive::Failure> {
    let mut content = Vec::new();
    inflate(bytes, searcher.limits.file_bytes, &mut content)?;
    found.budget.take(content.len() as u64)?;
    let malformed = || (ProblemKind::Malformed, "it is no object of git".to_owned());
    let end = memchr::memchr(0, &content).ok_or_else(malformed)?;
    let (header, body) = content.split_at(end);
    let kind = header.split(|byte| *byte == b' ').next().and_then(ObjectKind::of_name).ok_or_else(malformed)?;
    let object = Object { kind, hash, bytes: body.get(1..).unwrap_or_default() };
    object.search(searcher, std::slice::from_ref(&(0..object.bytes.len())), found);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_git_are_known_by_their_paths() {
        let (sha1, sha256) = ("0123456789".repeat(4), "0123456789abcdef".repeat(4));
        let (rest1, rest256) = ("a".repeat(38), "b".repeat(62));
        for (path, expected) in [
            (format!(".git/objects/pack/pack-{sha1}.pack"), Some(Kind::Pack(Hash::Sha1))),
            (format!("srv/app.git/objects/pack/pack-{sha256}.pack"), Some(Kind::Pack(Hash::Sha256))),
            (format!("objects/01/{rest1}"), Some(Kind::Loose(Hash::Sha1))),
            (format!("a/.git/objects/01/{rest256}"), Some(Kind::Loose(Hash::Sha256))),
            (format!(".git/objects/pack/pack-{sha1}.idx"), None),
            (format!("thing/01/{rest1}"), None),
            (format!("objects/01/{rest1}0"), None),
            ("objects/zz/zz".to_owned(), None),
            ("pack-.pack".to_owned(), None),
        ] {
            assert_eq!(kind(&path), expected, "{path}");
        }
    }
}
