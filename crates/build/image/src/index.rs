//! What one layer adds and hides, in a few bytes for each entry.

use boltseal_model::{Limits, Problem, ProblemKind, Problems};

use crate::hash::path_hash;
use crate::visitor::{Entry, EntryKind};

/// The lowest bits of a path's hash, in the place of which an entry says what it is.
const KIND: u64 = 0b11;
const FOLDER: u64 = 0b01;
const LINK: u64 = 0b10;
const OTHER: u64 = 0b00;

/// What a layer adds and hides, for [`Overlay`](crate::Overlay).
///
/// Paths are kept as 64-bit keyed hashes, so an entry costs eight bytes whatever its name; only targets of links are kept
/// as text, within [`Limits::link_bytes`].
#[derive(Debug, Clone, Default)]
pub struct LayerIndex {
    layer: u32,
    /// Sorted by hash; a path occurs once, as what it was last.
    entries: Vec<u64>,
    /// Hashes of the paths that whiteouts hide in lower layers, sorted.
    whiteouts: Vec<u64>,
    /// Hashes of the folders whose content of lower layers is hidden, sorted.
    opaque: Vec<u64>,
    /// Sorted by the hash of the link's path.
    links: Vec<LinkRecord>,
    /// The targets of all links, one after the other.
    targets: String,
}

#[derive(Debug, Clone, Copy)]
struct LinkRecord {
    path: u64,
    start: usize,
    length: u32,
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
        let link = self.links.get(at)?;
        let end = link.start.checked_add(usize::try_from(link.length).ok()?)?;
        let target = self.targets.get(link.start..end)?;
        Some(if link.is_symbolic { Link::Symbolic(target) } else { Link::Hard(target) })
    }
}

/// Gathers an index while a layer is read.
pub(crate) struct IndexBuilder {
    index: LayerIndex,
    link_bytes: u64,
    link_limit: u64,
}

impl IndexBuilder {
    pub fn new(limits: &Limits) -> Self {
        Self { index: LayerIndex::default(), link_bytes: 0, link_limit: limits.link_bytes }
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
            EntryKind::Symlink(target) => self.link(path, target, true, problems),
            EntryKind::HardLink(target) => self.link(path, target, false, problems),
            EntryKind::File | EntryKind::Folder | EntryKind::Other => {}
        }
    }

    pub fn whiteout(&mut self, path: &str) {
        self.index.whiteouts.push(path_hash(path));
    }

    pub fn opaque(&mut self, folder: &str) {
        self.index.opaque.push(path_hash(folder));
    }

    fn link(&mut self, path: u64, target: &str, is_symbolic: bool, problems: &mut Problems) {
        let was_within = self.link_bytes <= self.link_limit;
        self.link_bytes =
            self.link_bytes.saturating_add(target.len() as u64).saturating_add(size_of::<LinkRecord>() as u64);
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
        let Ok(length) = u32::try_from(target.len()) else { return };
        self.index.links.push(LinkRecord { path, start: self.index.targets.len(), length, is_symbolic });
        self.index.targets.push_str(target);
    }

    /// Sorts what was gathered.
    pub fn finish(self, layer: u32) -> LayerIndex {
        let mut index = self.index;
        index.layer = layer;
        // Both sorts are stable, and the last of equals is kept: what the path was last is what it is.
        index.entries.sort_by_key(|entry| entry & !KIND);
        keep_last(&mut index.entries, |entry| entry & !KIND);
        index.links.sort_by_key(|link| link.path);
        keep_last(&mut index.links, |link| link.path);
        for hashes in [&mut index.whiteouts, &mut index.opaque] {
            hashes.sort_unstable();
            hashes.dedup();
            hashes.shrink_to_fit();
        }
        index.entries.shrink_to_fit();
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
        assert_eq!(index.links.capacity() + index.targets.capacity() + index.whiteouts.capacity(), 0);
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
