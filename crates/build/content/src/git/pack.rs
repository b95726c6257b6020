//! Packs: every object of a repository, most as differences from others.

use std::collections::BTreeSet;
use std::ops::Range;

use boltseal_archive::{Budget, Failure, inflate, zlib_length};
use boltseal_model::{Limits, ProblemKind};

use super::delta;
use super::object::{Hash, Object, ObjectKind};
use crate::search::{Found, Searcher};

/// What an entry of a pack is.
#[derive(Clone, Copy)]
enum Content {
    /// An object as it is.
    Whole(ObjectKind),
    /// The difference from the entry that begins at this byte.
    FromPlace(usize),
    /// The difference from the object whose id stands at this byte.
    FromId(usize),
}

/// One entry.
struct Entry {
    /// Where it begins.
    start: usize,
    /// Where its compressed bytes begin.
    data: usize,
    content: Content,
}

/// Searches all objects of a pack, of each version only what is new in it.
pub fn search(searcher: &mut Searcher<'_>, hash: Hash, bytes: &[u8], found: &mut Found<'_>) -> Result<(), Failure> {
    let versions = Budget::new(searcher.limits.version_bytes);
    let (entries, trouble) = entries(bytes, hash, searcher.limits, &versions);
    let mut pack = Pack::new(bytes, hash, &entries, &versions);
    for (index, entry) in entries.iter().enumerate() {
        if let Content::Whole(kind) = entry.content {
            pack.family(index, kind, searcher, found)?;
        }
        if found.hits.len() > searcher.limits.hits_per_file {
            return Ok(());
        }
    }
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    let unknown = pack.is_done.iter().filter(|is_done| !**is_done).count();
    if unknown > 0 {
        let detail =
            format!("{unknown} of its objects differ from others that it does not have, or that could not be read");
        return Err((ProblemKind::Missing, detail));
    }
    Ok(())
}

/// The entries, and why they end before the pack does, if they do.
fn entries(bytes: &[u8], hash: Hash, limits: &Limits, budget: &Budget) -> (Vec<Entry>, Option<Failure>) {
    let malformed = |detail: String| Some((ProblemKind::Malformed, detail));
    let mut entries = Vec::new();
    let count = match bytes.first_chunk::<12>() {
        Some([b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, count @ ..]) => u32::from_be_bytes(*count) as usize,
        _ => return (entries, malformed("it is no pack of git".to_owned())),
    };
    let end = bytes.len().saturating_sub(hash.length());
    let mut at = 12;
    while entries.len() < count {
        if entries.len() == limits.git_objects {
            let detail = format!("the pack has more than {} objects; the rest is not read", limits.git_objects);
            return (entries, Some((ProblemKind::TooMany, detail)));
        }
        let place = |detail: &str| format!("{detail}, at byte {at} of the pack");
        let Some((entry, rest)) = bytes.get(..end).and_then(|bytes| Entry::at(bytes, at, hash)) else {
            return (entries, malformed(place("there is no object of git")));
        };
        match zlib_length(rest, budget) {
            Ok(taken) => at = entry.data + taken,
            Err((kind, detail)) => return (entries, Some((kind, place(&detail)))),
        }
        entries.push(entry);
    }
    (entries, None)
}

impl Entry {
    /// The entry at a place, and the bytes from its compressed ones on.
    fn at(bytes: &[u8], start: usize, hash: Hash) -> Option<(Self, &[u8])> {
        let mut at = start;
        let mut byte = *bytes.get(at)?;
        let kind = byte >> 4 & 0x07;
        // The size follows; the compressed bytes tell it too.
        while byte & 0x80 != 0 {
            at += 1;
            byte = *bytes.get(at)?;
        }
        at += 1;
        let content = match kind {
            1 => Content::Whole(ObjectKind::Commit),
            2 => Content::Whole(ObjectKind::Tree),
            3 => Content::Whole(ObjectKind::Blob),
            4 => Content::Whole(ObjectKind::Tag),
            6 => {
                let mut byte = *bytes.get(at)?;
                let mut back = usize::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    at += 1;
                    byte = *bytes.get(at)?;
                    back = back.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
                }
                at += 1;
                Content::FromPlace(start.checked_sub(back).filter(|place| *place < start)?)
            }
            7 => {
                let id = at;
                at = at.checked_add(hash.length())?;
                Content::FromId(id)
            }
            _ => return None,
        };
        Some((Self { start, data: at, content }, bytes.get(at..)?))
    }
}

/// A pack whose versions are being put together.
struct Pack<'a> {
    bytes: &'a [u8],
    hash: Hash,
    entries: &'a [Entry],
    /// Entries that differ from the entry at a place, as (place, index), sorted.
    by_place: Vec<(usize, usize)>,
    /// Entries that differ from the object with an id, as (id, index), sorted.
    by_id: Vec<(&'a [u8], usize)>,
    is_done: Vec<bool>,
    /// Bytes of versions that may still be put together.
    versions: &'a Budget,
    /// Secrets found so far: what is around something new was mostly there before.
    known: BTreeSet<(String, String)>,
}

/// An object from which others differ that are not yet put together.
struct Base {
    bytes: Vec<u8>,
    dependents: Vec<usize>,
}

impl<'a> Pack<'a> {
    fn new(bytes: &'a [u8], hash: Hash, entries: &'a [Entry], versions: &'a Budget) -> Self {
        let (mut by_place, mut by_id) = (Vec::new(), Vec::new());
        for (index, entry) in entries.iter().enumerate() {
            match entry.content {
                Content::Whole(_) => {}
                Content::FromPlace(place) => by_place.push((place, index)),
                Content::FromId(at) => by_id.extend(bytes.get(at..at + hash.length()).map(|id| (id, index))),
            }
        }
        by_place.sort_unstable();
        by_id.sort_unstable();
        let is_done = vec![false; entries.len()];
        Self { bytes, hash, entries, by_place, by_id, is_done, versions, known: BTreeSet::new() }
    }

    /// Searches an object and all versions that come from it.
    fn family(
        &mut self,
        first: usize,
        kind: ObjectKind,
        searcher: &mut Searcher<'_>,
        found: &mut Found<'_>,
    ) -> Result<(), Failure> {
        let limits = searcher.limits;
        let Some(bytes) = self.inflated(first, limits, found) else { return Ok(()) };
        found.budget.take(bytes.len() as u64)?;
        let whole = 0..bytes.len();
        let mut next = self.searched(first, kind, bytes, std::slice::from_ref(&whole), searcher, found);
        let mut open: Vec<Base> = Vec::new();
        // Bytes of the objects that are open.
        let mut held = 0_u64;
        loop {
            // An object is held only as long as another version comes from it: of a history in a line, two at a time.
            if let Some(base) = next.take().filter(|base| !base.dependents.is_empty()) {
                held += base.bytes.len() as u64;
                open.push(base);
            }
            if held > limits.program_bytes {
                let detail = format!("versions of more than {} bytes depend on each other", limits.program_bytes);
                return Err((ProblemKind::TooLarge, detail));
            }
            let Some(base) = open.last_mut() else { return Ok(()) };
            let Some(dependent) = base.dependents.pop() else {
                held = held.saturating_sub(base.bytes.len() as u64);
                open.pop();
                continue;
            };
            let version = match self.inflated(dependent, limits, found) {
                Some(difference) => self.version(&base.bytes, &difference, limits)?,
                None => None,
            };
            if base.dependents.is_empty() {
                held = held.saturating_sub(base.bytes.len() as u64);
                open.pop();
            }
            // What could not be put together is counted in the end: it is not done.
            next = version
                .and_then(|version| self.searched(dependent, kind, version.bytes, &version.new, searcher, found));
        }
    }

    /// What an entry holds. One that is too large is a problem, and nothing of it is known.
    fn inflated(&mut self, index: usize, limits: &Limits, found: &mut Found<'_>) -> Option<Vec<u8>> {
        let entry = self.entries.get(index)?;
        let mut content = Vec::new();
        match inflate(self.bytes.get(entry.data..)?, limits.file_bytes, &mut content) {
            Ok(_) => Some(content),
            Err((kind, detail)) => {
                found.problem(kind, format!("{detail}, in the object at byte {} of the pack", entry.start), &[]);
                *self.is_done.get_mut(index)? = true;
                None
            }
        }
    }

    fn version(&self, base: &[u8], difference: &[u8], limits: &Limits) -> Result<Option<delta::Version>, Failure> {
        let Some(size) = delta::size(difference).filter(|size| *size <= limits.file_bytes) else { return Ok(None) };
        self.versions.take(size)?;
        Ok(delta::apply(base, difference))
    }

    /// Searches parts of an object, and says which entries differ from it.
    fn searched(
        &mut self,
        index: usize,
        kind: ObjectKind,
        bytes: Vec<u8>,
        parts: &[Range<usize>],
        searcher: &mut Searcher<'_>,
        found: &mut Found<'_>,
    ) -> Option<Base> {
        *self.is_done.get_mut(index)? = true;
        let object = Object { kind, hash: self.hash, bytes: &bytes };
        let first = found.hits.len();
        object.search(searcher, parts, found);
        let more = found.hits.split_off(first);
        let known = &mut self.known;
        found.hits.extend(more.into_iter().filter(|hit| known.insert((hit.rule.clone(), hit.evidence.clone()))));
        let start = self.entries.get(index)?.start;
        let mut dependents: Vec<usize> = with_key(&self.by_place, &start).collect();
        if !self.by_id.is_empty() {
            dependents.extend(with_key(&self.by_id, &object.id().as_slice()));
        }
        // A pack may have an object twice; what comes from it is looked at once.
        dependents.retain(|index| self.is_done.get(*index) == Some(&false));
        Some(Base { bytes, dependents })
    }
}

/// The values of a key in a sorted list.
fn with_key<'l, K: Ord>(list: &'l [(K, usize)], key: &'l K) -> impl Iterator<Item = usize> + 'l {
    let first = list.partition_point(|(it, _)| it < key);
    list.iter().skip(first).take_while(move |(it, _)| it == key).map(|(_, index)| *index)
}
