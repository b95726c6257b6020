//! An uncompressed tar archive as a store of named blobs.

use std::collections::HashMap;
use std::io;

use boltseal_archive::escape_path;
use boltseal_archive::tar::{Member, MemberKind, Members, Source};
use boltseal_model::{Limits, Problem, ProblemKind, Problems};

use crate::blob::{Blob, Section, Store, read_full};
use crate::error::OpenError;
use crate::hash::path_hash;
use crate::path::{follow, normalise, split};

/// An uncompressed tar archive whose members are found by name, without being read.
///
/// Names are kept as keyed hashes, so that the index is small whatever the names are. Symbolic and hard links between
/// members are followed; older versions of `docker save` write equal layers as links.
pub struct Archive<'a> {
    blob: &'a dyn Blob,
    members: HashMap<u64, Place>,
    link_hops: usize,
}

enum Place {
    Stored {
        offset: u64,
        size: u64,
    },
    /// To another member, by its normalised name.
    Link(String),
    Sparse,
}

impl<'a> Archive<'a> {
    /// Finds the members of an archive. Where one name comes twice the later member stands, as in extraction.
    ///
    /// # Errors
    /// When the bytes are compressed or no tar archive at all. A truncated or damaged archive gives the members before the
    /// damage, and a problem.
    pub fn index(blob: &'a dyn Blob, limits: &Limits) -> Result<(Self, Problems), OpenError> {
        let mut start = [0; 512];
        let length = read_full(blob, 0, &mut start)
            .map_err(|source| OpenError::Unreadable { name: "the archive".into(), source })?;
        let start = start.get(..length).unwrap_or_default();
        if let Some((format, command)) = compression(start) {
            return Err(OpenError::Compressed { format, command });
        }
        let mut archive = Self { blob, members: HashMap::new(), link_hops: limits.link_hops };
        let mut problems = Problems::default();
        let found = archive.fill(limits, &mut problems);
        match found {
            Err(_) if archive.members.is_empty() && problems.is_empty() => return Err(OpenError::NotAnArchive),
            Err(problem) => problems.push(problem),
            Ok(has_end_marker) if !has_end_marker => {
                if archive.members.is_empty() {
                    return Err(OpenError::NotAnArchive);
                }
                problems.push(Problem::new(ProblemKind::Truncated, "the archive ends without its end marker"));
            }
            Ok(_) => {}
        }
        Ok((archive, problems))
    }

    /// Indexes every member; gives whether the end was marked.
    fn fill(&mut self, limits: &Limits, problems: &mut Problems) -> Result<bool, Problem> {
        let mut members = Members::new(BlobSource { blob: self.blob, offset: 0, ready: Vec::new(), start: 0 }, limits);
        let (mut count, mut link_bytes) = (0_u64, 0_u64);
        let mut name = String::new();
        while members.advance()? {
            count = count.saturating_add(1);
            if count > limits.archive_members {
                let detail = format!("the archive has more than {} members", limits.archive_members);
                return Err(Problem::new(ProblemKind::TooMany, detail));
            }
            let member = members.member();
            if let Err(fault) = normalise(&member.name, limits.path_bytes, &mut name) {
                problems.push(Problem::new(
                    ProblemKind::UnsafePath,
                    format!("a member of the archive: {}", fault.detail()),
                ));
                continue;
            }
            let Some(place) = place(member, &name, members.content()) else { continue };
            if let Place::Link(target) = &place {
                link_bytes = link_bytes.saturating_add(target.len() as u64).saturating_add(size_of::<Place>() as u64);
                if link_bytes > limits.link_bytes {
                    let detail = format!("the links of the archive take more than {} bytes", limits.link_bytes);
                    return Err(Problem::new(ProblemKind::TooMany, detail));
                }
            }
            if self.members.insert(path_hash(&name), place).is_some() {
                let detail = "the archive has two members of this name; the later one is used";
                problems.push(Problem::at(ProblemKind::Duplicate, name.as_str(), detail));
            }
        }
        Ok(members.has_end_marker())
    }
}

/// Where the content of a member is; `None` for what has none.
fn place(member: &Member, name: &str, (offset, size): (u64, u64)) -> Option<Place> {
    match member.kind {
        MemberKind::File if member.is_sparse => Some(Place::Sparse),
        MemberKind::File => Some(Place::Stored { offset, size }),
        MemberKind::Symlink => Some(Place::Link(follow(split(name).0, &escape_path(&member.link)))),
        MemberKind::HardLink => Some(Place::Link(follow("", &escape_path(&member.link)))),
        MemberKind::Folder | MemberKind::Special | MemberKind::Unknown(_) => None,
    }
}

impl Store for Archive<'_> {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Blob + '_>>> {
        let mut place = self.members.get(&path_hash(name));
        for _ in 0..=self.link_hops {
            match place {
                None => return Ok(None),
                Some(Place::Stored { offset, size }) => {
                    // A truncated archive still gives what it has of its last member.
                    let size = (*size).min(self.blob.size().saturating_sub(*offset));
                    return Ok(Some(Box::new(Section { blob: self.blob, offset: *offset, size })));
                }
                Some(Place::Sparse) => {
                    return Err(io::Error::new(io::ErrorKind::Unsupported, "it is stored as a sparse file"));
                }
                Some(Place::Link(target)) => place = self.members.get(&path_hash(target)),
            }
        }
        Err(io::Error::other("its links lead in a circle"))
    }
}

/// The compression that bytes begin with, and the command that undoes it.
fn compression(start: &[u8]) -> Option<(&'static str, &'static str)> {
    match start {
        [0x1f, 0x8b, 8, ..] => Some(("gzip", "gunzip")),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(("zstd", "zstd -d")),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(("xz", "unxz")),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(("bzip2", "bunzip2")),
        _ => None,
    }
}

/// Reads headers out of a blob and jumps over content.
struct BlobSource<'a> {
    blob: &'a dyn Blob,
    /// Offset of the first byte that is not at hand.
    offset: u64,
    ready: Vec<u8>,
    start: usize,
}

impl BlobSource<'_> {
    /// One header with a short extended header and its member's header: most of what is between two contents.
    const READ_BYTES: usize = 2048;

    fn at_hand(&self) -> &[u8] {
        self.ready.get(self.start..).unwrap_or_default()
    }
}

impl Source for BlobSource<'_> {
    fn fill(&mut self) -> Result<&[u8], Problem> {
        if self.at_hand().is_empty() {
            self.ready.resize(Self::READ_BYTES, 0);
            let read = read_full(self.blob, self.offset, &mut self.ready).map_err(|error| {
                Problem::new(
                    ProblemKind::Unreadable,
                    format!("the archive cannot be read at byte {}: {error}", self.offset),
                )
            })?;
            self.ready.truncate(read);
            self.start = 0;
            self.offset = self.offset.saturating_add(read as u64);
        }
        Ok(self.at_hand())
    }

    fn consume(&mut self, bytes: usize) {
        self.start = self.start.saturating_add(bytes).min(self.ready.len());
    }

    fn skip(&mut self, bytes: u64) -> Result<u64, Problem> {
        let at_hand = (self.at_hand().len() as u64).min(bytes);
        self.consume(usize::try_from(at_hand).unwrap_or(usize::MAX));
        let beyond = bytes.saturating_sub(at_hand).min(self.blob.size().saturating_sub(self.offset));
        self.offset = self.offset.saturating_add(beyond);
        Ok(at_hand.saturating_add(beyond))
    }
}
