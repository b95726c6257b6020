//! One object.

use std::ops::Range;

use sha2::Digest;

use crate::search::{Found, Piece, Searcher};

/// The digest that names objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// Of all repositories but a few.
    Sha1,
    /// Of those made with `--object-format=sha256`.
    Sha256,
}

impl Hash {
    /// The digest that a name of hexadecimal digits is of.
    pub fn of_digits(digits: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        match digits.len() {
            40 if digits.bytes().all(is_digit) => Some(Self::Sha1),
            64 if digits.bytes().all(is_digit) => Some(Self::Sha256),
            _ => None,
        }
    }

    /// Bytes of it.
    pub const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A version, with its message.
    Commit,
    /// A folder.
    Tree,
    /// A file.
    Blob,
    /// A tag, with its message.
    Tag,
}

impl ObjectKind {
    const ALL: [Self; 4] = [Self::Commit, Self::Tree, Self::Blob, Self::Tag];

    /// The kind that the header of a loose object names.
    pub fn of_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().as_bytes() == name)
    }

    /// Git's word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }
}

/// An object, whole.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    /// What it is.
    pub kind: ObjectKind,
    /// The digest that names it.
    pub hash: Hash,
    /// What it says.
    pub bytes: &'a [u8],
}

impl Object<'_> {
    /// Its id.
    pub fn id(self) -> Vec<u8> {
        let header = format!("{} {}\0", self.kind.name(), self.bytes.len());
        match self.hash {
            Hash::Sha1 => sha1::Sha1::new().chain_update(header).chain_update(self.bytes).finalize().to_vec(),
            Hash::Sha256 => sha2::Sha256::new().chain_update(header).chain_update(self.bytes).finalize().to_vec(),
        }
    }

    /// Searches parts of it for secrets. A tree has names only.
    pub fn search(self, searcher: &mut Searcher<'_>, parts: &[Range<usize>], found: &mut Found<'_>) {
        if self.kind == ObjectKind::Tree {
            return;
        }
        let first = found.hits.len();
        let within = [String::new()];
        let piece = Piece { path: "", bytes: self.bytes, within: &within };
        for part in parts {
            searcher.secrets(piece, part.clone(), found);
        }
        if found.hits.len() == first {
            return;
        }
        // The digest is taken only of what has something.
        let id: String = self.id().iter().map(|byte| format!("{byte:02x}")).collect();
        let place = format!("{} {id} of git", self.kind.name());
        for hit in found.hits.iter_mut().skip(first) {
            if let Some(outer) = hit.within.first_mut() {
                outer.clone_from(&place);
            }
            hit.remedy.push_str("; git keeps it in its history: leave .git out of the image");
        }
    }
}
