//! Which analyzers want a file: asked for every path of every layer, so it must cost next to nothing.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::analyzer::split;
use crate::pattern::{is_licence, may_be_program};
use crate::{ALL, Analyzer, Evidence, Pattern};

/// One bit for each analyzer, by its place in [`ALL`].
type Mask = u128;

const _: () = assert!(ALL.len() <= Mask::BITS as usize);

/// The analyzers that want the file at `path` (without a leading slash), by id. Allocates nothing.
///
/// What some analyzer wants by its name is a record, and no program whatever [`Pattern::Program`] says.
pub fn wanted(path: &str) -> impl Iterator<Item = &'static Analyzer> + use<> {
    Wanted { mask: INDEX.look_up(path) }
}

/// Every path that some analyzer wants by its exact name: the files to look at first.
pub fn well_known() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|analyzer| analyzer.files).filter_map(|pattern| match pattern {
        Pattern::Path(path) => Some(*path),
        _ => None,
    })
}

/// Whether it is worth knowing which operating system package owns the file or folder at `path`.
///
/// It is for what may hold packages, programs included, and for the metadata folders of Python packages: with lists of a hundred
/// thousand files, the rest would cost more memory than all packages together.
pub(crate) fn is_ownership_of_interest(path: &str) -> bool {
    match INDEX.look_up(path) & INDEX.finders {
        0 => path.ends_with(".dist-info"),
        // Lists name folders as they name files. Those at the root and in usr are in every list.
        mask if mask == INDEX.programs => !matches!(split(path).0, "" | "usr"),
        _ => true,
    }
}

/// How much of a file the analyzers want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Nothing.
    None,
    /// All of it, if it begins as a program does: see [`is_program`].
    IfProgram,
    /// All of it, which may be as large as a program. What a link to it leads to is wanted under its own path.
    Archive,
    /// All of it.
    Whole,
}

/// How much of the file at `path` (without a leading slash) the analyzers want. Allocates nothing.
pub fn interest(path: &str) -> Interest {
    match INDEX.look_up(path) {
        0 => Interest::None,
        mask if mask == INDEX.programs => Interest::IfProgram,
        mask if mask & !INDEX.archives == 0 => Interest::Archive,
        _ => Interest::Whole,
    }
}

/// Whether the file at `path` tells only what files of packages have to be.
pub fn is_for_integrity(path: &str) -> bool {
    wanted(path).all(|analyzer| analyzer.evidence == [Evidence::Integrity])
}

/// Whether a path is that of what may be a program or a library.
pub fn may_be_run(path: &str) -> bool {
    let (folder, name) = split(path);
    may_be_program(folder, name)
}

/// Whether a file begins as programs and libraries of Linux and Windows do. Containers run no others.
///
/// Sources: System V ABI, "ELF Header"; Microsoft, "PE Format".
pub fn is_program(head: &[u8]) -> bool {
    head.starts_with(b"\x7fELF") || head.starts_with(b"MZ")
}

struct Wanted {
    mask: Mask,
}

impl Iterator for Wanted {
    type Item = &'static Analyzer;

    fn next(&mut self) -> Option<Self::Item> {
        let analyzer = ALL.get(self.mask.trailing_zeros() as usize)?;
        self.mask &= self.mask.wrapping_sub(1);
        Some(analyzer)
    }
}

/// Patterns that a path may match, each with the bit of its analyzer.
type Candidates = Vec<(Pattern, Mask)>;

type Table = HashMap<&'static str, Candidates, BuildHasherDefault<Fnv>>;

/// All patterns, by what can be looked up: the base name, its extension, or, failing that, the folder.
struct Index {
    names: Table,
    extensions: Table,
    /// Ordered, not hashed: the few comparisons end at the first letters, and folders are long.
    folders: BTreeMap<&'static str, Candidates>,
    /// The analyzers of programs.
    programs: Mask,
    /// The analyzers of archives.
    archives: Mask,
    /// The analyzers of licences.
    licences: Mask,
    /// The analyzers that find packages, not only more about those that others find.
    finders: Mask,
    /// Longest key of `names`. A longer base name is not worth hashing.
    longest: usize,
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

impl Index {
    fn new() -> Self {
        let mut index = Self {
            names: Table::default(),
            extensions: Table::default(),
            folders: BTreeMap::new(),
            programs: 0,
            archives: 0,
            licences: 0,
            finders: 0,
            longest: 0,
        };
        for (place, analyzer) in ALL.iter().enumerate() {
            let bit = 1 << place;
            if analyzer.evidence.iter().any(|evidence| *evidence != Evidence::Integrity) {
                index.finders |= bit;
            }
            for &pattern in analyzer.files {
                index.add(pattern, bit);
            }
        }
        index.longest = index.names.keys().map(|name| name.len()).max().unwrap_or(0);
        index
    }

    /// Puts a pattern where it is looked up.
    fn add(&mut self, pattern: Pattern, bit: Mask) {
        let candidates = match pattern {
            Pattern::Program => {
                self.programs |= bit;
                return;
            }
            Pattern::Licence => {
                self.licences |= bit;
                return;
            }
            Pattern::Path(path) => self.names.entry(split(path).1).or_default(),
            Pattern::Name(name)
            | Pattern::NameOutside { name, .. }
            | Pattern::NameIn { name, .. }
            | Pattern::InModule { name, .. }
            | Pattern::InChildOf { name, .. } => self.names.entry(name).or_default(),
            Pattern::Archive(extension) => {
                self.archives |= bit;
                self.extensions.entry(extension).or_default()
            }
            // Of several extensions, the last one is looked up.
            Pattern::Affixes { suffix, .. } | Pattern::InNamedFolder { suffix, .. } => {
                self.extensions.entry(extension(suffix).unwrap_or(suffix)).or_default()
            }
            Pattern::InFolder { folder, .. } => self.folders.entry(folder).or_default(),
        };
        candidates.push((pattern, bit));
    }

    fn look_up(&self, path: &str) -> Mask {
        let (folder, name) = split(path);
        let mut mask = 0;
        let mut add = |candidates: Option<&Candidates>| {
            for (pattern, bit) in candidates.into_iter().flatten() {
                if pattern.matches(path) {
                    mask |= bit;
                }
            }
        };
        if name.len() <= self.longest {
            add(self.names.get(name));
        }
        add(extension(name).and_then(|extension| self.extensions.get(extension)));
        add(self.folders.get(folder));
        if is_licence(folder, name) {
            mask |= self.licences;
        }
        if mask == 0 && may_be_program(folder, name) {
            mask = self.programs;
        }
        mask
    }
}

/// The last extension of a base name, with its dot.
fn extension(name: &str) -> Option<&str> {
    name.rfind('.').and_then(|dot| name.get(dot..))
}

/// FNV-1a. Its keys are the short names above, fixed at build time, so nobody can choose colliding ones.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
