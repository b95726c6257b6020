//! Reads one layer: hands its entries to a visitor and remembers what it adds and hides.

use std::collections::HashSet;

use boltseal_archive::escape_path;
use boltseal_archive::tar::{Member, MemberKind, Members};
use boltseal_model::{Limits, Problem, ProblemKind, Problems};

use crate::blob::Store;
use crate::hash::{Hashers, path_hash};
use crate::image::{Layer, Media};
use crate::index::{IndexBuilder, LayerIndex};
use crate::path::{PathFault, join, normalise, split};
use crate::stored::Stored;
use crate::stream::LayerStream;
use crate::visitor::{Entry, EntryKind, HEAD_BYTES, Visitor, Want};

/// A name with this prefix hides what the rest of the name names in lower layers.
///
/// Source: OCI image specification, `layer.md`, "Whiteouts".
const WHITEOUT: &str = ".wh.";
/// The file that hides everything in its folder that comes from lower layers.
const OPAQUE: &str = ".wh..wh..opq";
/// Names with this prefix are the storage driver's own; runtimes ignore them.
const DRIVER: &str = ".wh..wh.";

/// Reads a layer from its first byte to its last.
///
/// Entries are handed to the visitor in stream order, so what was read before a problem stays. `progress` is told how many
/// stored bytes were read since the last time. The problems carry the layer's index.
pub fn read_layer(
    store: &dyn Store,
    layer: &Layer,
    limits: &Limits,
    visitor: &mut dyn Visitor,
    progress: &(dyn Fn(u64) + Sync),
) -> (LayerIndex, Problems) {
    let mut reader = LayerReader {
        limits,
        visitor,
        index: IndexBuilder::new(limits),
        wanted: HashSet::new(),
        problems: Problems::default(),
    };
    if let Err(problem) = reader.read(store, layer, progress) {
        reader.problems.push(problem);
    }
    let LayerReader { index, problems, .. } = reader;
    let index = index.finish(layer.index);
    (index, problems.in_layer(layer.index))
}

/// Whether the stored bytes of a layer have the digest that the image states, which costs less than reading the layer.
///
/// Without a digest of the stored bytes, that of the content is taken, which a layer that is stored as it is has as well.
pub fn confirm_layer(store: &dyn Store, layer: &Layer, progress: &(dyn Fn(u64) + Sync)) -> bool {
    let Some(expected) = layer.digest.as_ref().or(layer.diff_id.as_ref()) else { return false };
    let Ok(Some(blob)) = store.open(&layer.blob) else { return false };
    let found = Stored::new(&*blob, Hashers::of([expected]), progress).finish();
    found.is_ok_and(|found| found.contains(expected))
}

struct LayerReader<'v, 'l> {
    limits: &'l Limits,
    visitor: &'v mut dyn Visitor,
    index: IndexBuilder,
    /// Paths whose content was handed over, to see when one comes again.
    wanted: HashSet<u64>,
    problems: Problems,
}

impl LayerReader<'_, '_> {
    fn read(&mut self, store: &dyn Store, layer: &Layer, progress: &(dyn Fn(u64) + Sync)) -> Result<(), Problem> {
        let unsupported = |detail: &str| Err(Problem::at(ProblemKind::Unsupported, layer.blob.as_str(), detail));
        match layer.media {
            Media::Encrypted => return unsupported("the layer is encrypted"),
            Media::Unknown => return unsupported("the layer has a media type that is not understood"),
            Media::Tar | Media::Foreign => {}
        }
        let blob = match store.open(&layer.blob) {
            Ok(Some(blob)) => blob,
            Ok(None) if layer.media == Media::Foreign => {
                let detail = "the layer may not be distributed, and is not in the image";
                return Err(Problem::at(ProblemKind::Missing, layer.blob.as_str(), detail));
            }
            Ok(None) => {
                return Err(Problem::at(ProblemKind::Missing, layer.blob.as_str(), store.without_layer()));
            }
            Err(error) => return Err(Problem::at(ProblemKind::Unreadable, layer.blob.as_str(), error.to_string())),
        };
        let mut members = Members::new(LayerStream::open(&*blob, layer, self.limits, progress)?, self.limits);
        let outcome = self.members(&mut members);
        let has_end_marker = members.has_end_marker();
        let is_confirmed = members.into_source().finish(&mut self.problems);
        // Some writers leave the end marker out. Where a digest confirms the bytes, nothing is missing.
        if outcome.is_ok() && !has_end_marker && !is_confirmed {
            self.problems.push(Problem::new(ProblemKind::Truncated, "the layer ends without its end marker"));
        }
        outcome
    }

    fn members(&mut self, members: &mut Members<'_, LayerStream<'_>>) -> Result<(), Problem> {
        let (mut path, mut link, mut content) = (String::new(), String::new(), Vec::new());
        let mut count = 0_u64;
        while members.advance()? {
            count = count.saturating_add(1);
            if count > self.limits.layer_entries {
                let detail = format!("the layer has more than {} entries", self.limits.layer_entries);
                return Err(Problem::new(ProblemKind::TooMany, detail));
            }
            let Some(entry) = self.entry(members.member(), &mut path, &mut link) else { continue };
            self.note(&entry);
            let want = self.visitor.entry(&entry);
            if want == Want::Skip || entry.kind != EntryKind::File {
                continue;
            }
            content.clear();
            let mut limit = self.limits.file_bytes;
            if want == Want::Peek {
                members.read_content(&mut content, HEAD_BYTES)?;
                if self.visitor.peek(&entry, &content, None) != Want::Read {
                    continue;
                }
                limit = self.limits.program_bytes;
            }
            if members.member().is_sparse {
                self.problems.push(Problem::at(
                    ProblemKind::Unsupported,
                    entry.path,
                    "the file is stored as a sparse file",
                ));
            } else if entry.size > limit {
                let detail = format!("the file has {} bytes, more than the {limit} that are read", entry.size);
                self.problems.push(Problem::at(ProblemKind::TooLarge, entry.path, detail));
            } else {
                members.read_content(&mut content, usize::MAX)?;
                self.wanted.insert(path_hash(entry.path));
                self.visitor.file(&entry, &content);
                give_back(&mut content);
            }
        }
        Ok(())
    }

    /// The entry that a member stands for; `None` for whiteouts, which are remembered, and for what is refused.
    fn entry<'e>(&mut self, member: &Member, path: &'e mut String, link: &'e mut String) -> Option<Entry<'e>> {
        if let Err(fault) = normalise(&member.name, self.limits.path_bytes, path) {
            self.refuse(fault, &member.name);
            return None;
        }
        let (folder, name) = split(path);
        if name.is_empty() {
            if member.kind != MemberKind::Folder {
                self.problems.push(Problem::new(ProblemKind::Malformed, "the root of the layer is not a folder"));
            }
            return None;
        }
        if name.starts_with(WHITEOUT) {
            self.whiteout(folder, name);
            return None;
        }
        let kind = match member.kind {
            MemberKind::File => EntryKind::File,
            MemberKind::Folder => EntryKind::Folder,
            MemberKind::Special => EntryKind::Other,
            MemberKind::Symlink => {
                if member.link.len() > self.limits.path_bytes {
                    self.refuse(PathFault::TooLong, &member.name);
                    return None;
                }
                link.clear();
                link.push_str(&escape_path(&member.link));
                EntryKind::Symlink(link)
            }
            MemberKind::HardLink => {
                if let Err(fault) = normalise(&member.link, self.limits.path_bytes, link) {
                    self.refuse(fault, &member.link);
                    return None;
                }
                EntryKind::HardLink(link)
            }
            MemberKind::Unknown(kind) => {
                let detail = format!("the entry has the type {:?}, which is not extracted", char::from(kind));
                self.problems.push(Problem::at(ProblemKind::Unsupported, path.as_str(), detail));
                EntryKind::Other
            }
        };
        Some(Entry { path, kind, size: member.size, mode: member.mode })
    }

    fn whiteout(&mut self, folder: &str, name: &str) {
        if name == OPAQUE {
            self.index.opaque(folder);
        } else if !name.starts_with(DRIVER) {
            match name.strip_prefix(WHITEOUT) {
                Some(hidden) if !matches!(hidden, "" | "." | "..") => self.index.whiteout(&join(folder, hidden)),
                _ => {
                    let detail = "the whiteout names no file of its folder";
                    self.problems.push(Problem::at(ProblemKind::UnsafePath, join(folder, name), detail));
                }
            }
        }
    }

    /// Remembers an entry, and says so when it takes the place of one whose content was already handed over.
    fn note(&mut self, entry: &Entry<'_>) {
        self.index.entry(entry, &mut self.problems);
        if !self.wanted.is_empty() && self.wanted.contains(&path_hash(entry.path)) {
            let detail = "the layer has this path twice; the later entry stands";
            self.problems.push(Problem::at(ProblemKind::Duplicate, entry.path, detail));
        }
    }

    fn refuse(&mut self, fault: PathFault, name: &[u8]) {
        let shown = name.get(..name.len().min(self.limits.path_bytes)).unwrap_or_default();
        let kind = match fault {
            PathFault::LeavesRoot | PathFault::ContainsNul => ProblemKind::UnsafePath,
            PathFault::TooLong => ProblemKind::TooLarge,
        };
        self.problems.push(Problem::at(kind, escape_path(shown), fault.detail()));
    }
}

/// Gives the memory of a large file back: the next such file may be the last.
pub(crate) fn give_back(content: &mut Vec<u8>) {
    const LARGE: usize = 4 << 20;
    if content.capacity() > LARGE {
        *content = Vec::new();
    }
}
