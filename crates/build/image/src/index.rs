//! What one layer adds and hides, in a few bytes for each entry.

use std::collections::HashSet;

use boltseal_model::{Limits, Problem, ProblemKind, Problems};

use serde::{Deserialize, Serialize};

use crate::hash::path_hash;
use crate::path::split;
use crate::visitor::{Entry, EntryKind};

/// The lowest bits of a path's hash, in the place of which an entry says what it is.
const KIND: u64 = 0b11;
const FOLDER: u64 = 0b01;
const LINK: u64 = 0b10;
const OTHER: u64 = 0b00;

/// What a layer adds and hides, for [`Overlay`](crate::Overlay).
///
/// Paths are kept as 64-bit keyed hashes, so an entry costs eight bytes whatever its name; only links are kept as text,
/// within [`Limits::link_bytes`]. It can be stored, and stacked by a process that hashes paths with the same key.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LayerIndex {
    layer: u32,
    /// Sorted by hash; a path occurs once, as what it was last.
    entries: Vec<u64>,
    /// Hashes of the paths that whiteouts hide in lower layers, sorted.
    whiteouts: Vec<u64>,
    /// Hashes of the folders whose content of lower layers is hidden, sorted.
    opaque: Vec<u64>,
    /// Hashes of the folders in which the layer has entries, up to the root; sorted.
    parents: Vec<u64>,
    /// Sorted by the hash of the link's path.
    links: Vec<LinkRecord>,
    /// The path and the target of every link, one after the other.
    texts: String,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct LinkRecord {
    path: u64,
    start: usize,
    path_length: u32,
    target_length: u32,
    is_symbolic: bool,
}

/// A link of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link<'a> {
    /// Symbolic, with its target as written.
    Symbolic(&'a str),
    /// Hard, with the normalised path that it shares its content with.
    Hard(&'a str),
}

/// What a layer has at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Present {
    Folder,
    Other,
}

impl LayerIndex {
    /// Position of the layer in its image.
    pub fn layer(&self) -> u32 {
        self.layer
    }

    /// The same layer at another position: images share layers.
    #[must_use]
    pub fn at_position(self, layer: u32) -> Self {
        Self { layer, ..self }
    }

    /// What the layer has at a path, by the path's hash.
    pub(crate) fn present(&self, path: u64) -> Option<Present> {
        self.kind(path).map(|kind| if kind == FOLDER { Present::Folder } else { Present::Other })
    }

    fn kind(&self, path: u64) -> Option<u64> {
        let at = self.entries.binary_search_by_key(&(path & !KIND), |entry| entry & !KIND).ok()?;
        self.entries.get(at).map(|entry| entry & KIND)
    }

    /// Whether a whiteout hides the path in lower layers.
    pub(crate) fn whites_out(&self, path: u64) -> bool {
        self.whiteouts.binary_search(&path).is_ok()
    }

    /// Whether the folder's content of lower layers is hidden.
    pub(crate) fn is_opaque(&self, folder: u64) -> bool {
        self.opaque.binary_search(&folder).is_ok()
    }

    /// The link at a path, if it is one.
    pub(crate) fn link(&self, path: u64) -> Option<Link<'_>> {
        // A link that a later entry of the same path replaced is still listed, and no longer counts.
        self.kind(path).filter(|&kind| kind == LINK)?;
        let at = self.links.binary_search_by_key(&path, |link| link.path).ok()?;
        self.text(self.links.get(at)?).map(|(_, link)| link)
    }

    /// Every symbolic link of the layer, as (hash of its path, path, target).
    pub(crate) fn symbolic_links(&self) -> impl Iterator<Item = (u64, &str, &str)> {
        self.links.iter().filter_map(|record| match self.text(record)? {
            (path, Link::Symbolic(target)) if self.kind(record.path) == Some(LINK) => Some((record.path, path, target)),
            _ => None,
        })
    }

    /// Hashes of the folders in which the layer has entries.
    pub(crate) fn parents(&self) -> &[u64] {
        &self.parents
    }

    fn text(&self, record: &LinkRecord) -> Option<(&str, Link<'_>)> {
        let middle = record.start.checked_add(usize::try_from(record.path_length).ok()?)?;
        let end = middle.checked_add(usize::try_from(record.target_length).ok()?)?;
        let (path, target) = (self.texts.get(record.start..middle)?, self.texts.get(middle..end)?);
        Some((path, if record.is_symbolic { Link::Symbolic(target) } else { Link::Hard(target) }))
    }
}

/// Gathers an index while a layer is read.
pub(crate) struct IndexBuilder {
    index: LayerIndex,
    link_bytes: u64,
    link_limit: u64,
    parents: HashSet<u64>,
    parent_limit: u64,
    has_all_parents: bool,
    /// The folder of the entry before, since most entries lie in the same.
    last_parent: String,
}

impl IndexBuilder {
    pub fn new(limits: &Limits) -> Self {
        Self {
            index: LayerIndex::default(),
            link_bytes: 0,
            link_limit: limits.link_bytes,
            parents: HashSet::new(),
            parent_limit: limits.layer_entries,
            has_all_parents: true,
            last_parent: String::new(),
        }
    }

    /// Adds an entry; a later one of the same path replaces it.
    pub fn entry(&mut self, entry: &Entry<'_>, problems: &mut Problems) {
        let path = path_hash(entry.path);
        let kind = match entry.kind {
            EntryKind::Folder => FOLDER,
            EntryKind::Symlink(_) | EntryKind::HardLink(_) => LINK,
            EntryKind::File | EntryKind::Other => OTHER,
        };
        self.index.entries.push((path & !KIND) | kind);
        match entry.kind {
            EntryKind::Symlink(target) => self.link(path, entry.path, target, problems, true),
            EntryKind::HardLink(target) => self.link(path, entry.path, target, problems, false),
            EntryKind::File | EntryKind::Folder | EntryKind::Other => {}
        }
        let parent = split(entry.path).0;
        if parent != self.last_parent {
            self.last_parent.clear();
            self.last_parent.push_str(parent);
            self.parents_of(parent, problems);
        }
    }

    /// Remembers a folder and those above it. A layer need not have entries for them, so hostile paths can name more folders
    /// than there are entries; they count as entries do.
    fn parents_of(&mut self, folder: &str, problems: &mut Problems) {
        let mut folder = folder;
        while !folder.is_empty() && self.has_all_parents {
            if self.parents.len() as u64 >= self.parent_limit {
                let detail = format!("the layer names more than {} folders", self.parent_limit);
                problems.push(Problem::new(ProblemKind::TooMany, detail));
                self.has_all_parents = false;
                return;
            }
            if !self.parents.insert(path_hash(folder)) {
                return;
            }
            folder = split(folder).0;
        }
    }

    pub fn whiteout(&mut self, path: &str) {
        self.index.whiteouts.push(path_hash(path));
    }

    pub fn opaque(&mut self, folder: &str) {
        self.index.opaque.push(path_hash(folder));
    }

    fn link(&mut self, hash: u64, path: &str, target: &str, problems: &mut Problems, is_symbolic: bool) {
        let was_within = self.link_bytes <= self.link_limit;
        let bytes = path.len().saturating_add(target.len()).saturating_add(size_of::<LinkRecord>());
        self.link_bytes = self.link_bytes.saturating_add(bytes as u64);
        if self.link_bytes > self.link_limit {
            if was_within {
                let detail = format!(
                    "the links of the layer take more than {} bytes; the rest is not followed",
                    self.link_limit
                );
                problems.push(Problem::new(ProblemKind::TooMany, detail));
            }
            return;
        }
        let (Ok(path_length), Ok(target_length)) = (u32::try_from(path.len()), u32::try_from(target.len())) else {
            return;
        };
        let start = self.index.texts.len();
        self.index.links.push(LinkRecord { path: hash, start, path_length, target_length, is_symbolic });
        self.index.texts.push_str(path);
        self.index.texts.push_str(target);
    }

    /// Sorts what was gathered.
    pub fn finish(self, layer: u32) -> LayerIndex {
        let mut index = self.index;
        index.layer = layer;
        // The small ones first: what they free is there when the entries, which are most of it, are sorted.
        index.parents = self.parents.into_iter().collect();
        for hashes in [&mut index.parents, &mut index.whiteouts, &mut index.opaque] {
            hashes.sort_unstable();
            hashes.dedup();
            hashes.shrink_to_fit();
        }
        index.texts.shrink_to_fit();
        // Both sorts are stable, and the last of equals is kept: what the path was last is what it is.
        index.links.sort_by_key(|link| link.path);
        keep_last(&mut index.links, |link| link.path);
        index.links.shrink_to_fit();
        index.entries.shrink_to_fit();
        index.entries.sort_by_key(|entry| entry & !KIND);
        keep_last(&mut index.entries, |entry| entry & !KIND);
        index
    }
}

/// Keeps the last of each run of items with the same key.
fn keep_last<T: Copy>(items: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    items.dedup_by(|later, earlier| {
        let is_same = key(later) == key(earlier);
        if is_same {
            *earlier = *later;
        }
        is_same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(entries: &[(&str, EntryKind<'_>)]) -> LayerIndex {
        let mut builder = IndexBuilder::new(&Limits::default());
        for (path, kind) in entries {
            builder.entry(&Entry { path, kind: *kind, size: 0, mode: 0 }, &mut Problems::default());
        }
        builder.finish(0)
    }

    #[test]
    fn an_entry_costs_eight_bytes_whatever_its_name() {
        let paths: Vec<String> = (0..10_000).map(|number| format!("{}/{number}", "folder".repeat(20))).collect();
        let entries: Vec<_> = paths.iter().map(|path| (path.as_str(), EntryKind::File)).collect();
        let index = index(&entries);
        assert_eq!((index.entries.len(), index.entries.capacity()), (10_000, 10_000));
        assert_eq!(index.links.capacity() + index.texts.capacity() + index.whiteouts.capacity(), 0);
    }

    #[test]
    fn a_path_is_what_it_was_last() {
        let (file, folder) = (("a", EntryKind::File), ("a", EntryKind::Folder));
        let (here, there) = (("a", EntryKind::Symlink("here")), ("a", EntryKind::Symlink("there")));
        assert_eq!(index(&[file, folder]).present(path_hash("a")), Some(Present::Folder));
        assert_eq!(index(&[folder, file]).present(path_hash("a")), Some(Present::Other));
        assert_eq!(index(&[here, there]).link(path_hash("a")), Some(Link::Symbolic("there")));
        assert_eq!(index(&[here, file]).link(path_hash("a")), None);
    }
}
