//! The members of a tar archive, one after the other, within limits.

mod header;
mod pax;

use boltseal_model::{Limits, Problem, ProblemKind};
use header::Header;
use pax::Extended;

use crate::path::escape_path;

pub use header::BLOCK;

/// Whether bytes begin as a tar archive does. Those of before 1988, which lack a magic, are told by nothing else.
pub fn is_tar(bytes: &[u8]) -> bool {
    bytes.first_chunk().is_some_and(|block| {
        let header = Header(*block);
        header.has_magic() && header.is_sound()
    })
}

/// Bytes in order, with the problems of whatever they come from.
pub trait Source {
    /// The bytes at hand, at least one; none only at the end.
    fn fill(&mut self) -> Result<&[u8], Problem>;

    /// Leaves bytes behind that [`Self::fill`] gave.
    fn consume(&mut self, bytes: usize);

    /// Leaves bytes behind, whether at hand or not; gives how many there were.
    fn skip(&mut self, bytes: u64) -> Result<u64, Problem> {
        let mut left = bytes;
        while left > 0 {
            let ready = self.fill()?.len();
            if ready == 0 {
                break;
            }
            let taken = ready.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.consume(taken);
            left = left.saturating_sub(taken as u64);
        }
        Ok(bytes.saturating_sub(left))
    }
}

/// What a member is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MemberKind {
    /// A regular file.
    #[default]
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// Another name of a file.
    HardLink,
    /// A device or a pipe.
    Special,
    /// A type that no container runtime extracts.
    Unknown(u8),
}

/// The member that was last advanced to. Names are as written, not yet safe.
#[derive(Debug, Default)]
pub struct Member {
    /// Its name.
    pub name: Vec<u8>,
    /// What a link leads to.
    pub link: Vec<u8>,
    /// What it is.
    pub kind: MemberKind,
    /// Bytes of the file, with holes if it is sparse.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// The stored bytes are not the file's: holes are left out, or a map stands before them.
    pub is_sparse: bool,
}

/// Reads members out of a source. The content of a member is skipped unless it is asked for.
pub struct Members<'l, S> {
    source: S,
    limits: &'l Limits,
    /// Position in the archive, in bytes.
    position: u64,
    /// Stored bytes of the current member's content that are not yet read, and the padding behind them.
    body: u64,
    padding: u64,
    member: Member,
    has_end_marker: bool,
}

impl<'l, S: Source> Members<'l, S> {
    /// Reads a source from its beginning.
    pub fn new(source: S, limits: &'l Limits) -> Self {
        Self { source, limits, position: 0, body: 0, padding: 0, member: Member::default(), has_end_marker: false }
    }

    /// The current member.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// Where the content of the current member lies, as (offset, stored bytes), before any of it is read.
    pub fn content(&self) -> (u64, u64) {
        (self.position, self.body)
    }

    /// Whether the end was marked by zeros, as it should be, and did not merely come.
    pub fn has_end_marker(&self) -> bool {
        self.has_end_marker
    }

    /// The source, from where reading stopped.
    pub fn into_source(self) -> S {
        self.source
    }

    /// Goes to the next member; false at the end. After an error nothing more can be read.
    pub fn advance(&mut self) -> Result<bool, Problem> {
        self.leave_body()?;
        let mut long = LongFields::default();
        loop {
            let Some(header) = self.block(&long)? else { return Ok(false) };
            let size = header.size().ok_or_else(|| self.malformed("the size of a member is not a number"))?;
            match header.kind() {
                b'L' => long.name = Some(zero_terminated(self.extension(size, &mut long.bytes)?)),
                b'K' => long.link = Some(zero_terminated(self.extension(size, &mut long.bytes)?)),
                b'x' => {
                    let bytes = self.extension(size, &mut long.bytes)?;
                    if pax::parse_extended(&bytes, &mut long.extended).is_none() {
                        return Err(self.malformed("an extended header is malformed"));
                    }
                }
                // Global headers are for the reader of a whole archive; container runtimes ignore them in layers.
                b'g' => {
                    self.open_body(size);
                    self.leave_body()?;
                }
                _ => {
                    self.begin(&header, size, long)?;
                    return Ok(true);
                }
            }
            long.any = true;
        }
    }

    /// Appends at most so many more bytes of the stored content of the current member.
    pub fn read_content(&mut self, content: &mut Vec<u8>, most: usize) -> Result<(), Problem> {
        let mut left = most.min(usize::try_from(self.body).unwrap_or(usize::MAX));
        while left > 0 {
            let ready = self.source.fill()?;
            let taken = ready.len().min(left);
            let Some(bytes) = ready.get(..taken).filter(|bytes| !bytes.is_empty()) else {
                return Err(self.truncated());
            };
            content.extend_from_slice(bytes);
            self.source.consume(taken);
            left = left.saturating_sub(taken);
            self.body = self.body.saturating_sub(taken as u64);
            self.position = self.position.saturating_add(taken as u64);
        }
        Ok(())
    }

    /// The next header, checked; `None` at the end of the archive.
    fn block(&mut self, long: &LongFields) -> Result<Option<Header>, Problem> {
        let Some(header) = self.raw_block()? else {
            return if long.any { Err(self.truncated()) } else { Ok(None) };
        };
        if header.is_zero() {
            if long.any {
                return Err(self.malformed("the archive ends behind an extended header"));
            }
            return match self.raw_block()? {
                Some(second) if !second.is_zero() => {
                    Err(self.malformed("a single block of zeros stands between members"))
                }
                _ => {
                    self.has_end_marker = true;
                    Ok(None)
                }
            };
        }
        if !header.is_sound() {
            return Err(self.malformed("the checksum of a header is wrong"));
        }
        Ok(Some(header))
    }

    fn raw_block(&mut self) -> Result<Option<Header>, Problem> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let ready = self.source.fill()?;
            let taken = ready.len().min(rest.len());
            if taken == 0 {
                break;
            }
            if let (Some(to), Some(from)) = (rest.get_mut(..taken), ready.get(..taken)) {
                to.copy_from_slice(from);
            }
            self.source.consume(taken);
            filled = filled.saturating_add(taken);
        }
        self.position = self.position.saturating_add(filled as u64);
        match filled {
            0 => Ok(None),
            BLOCK => Ok(Some(Header(block))),
            _ => Err(self.truncated()),
        }
    }

    /// The content of a header that precedes a member; `used` counts what such headers of one member have taken.
    fn extension(&mut self, size: u64, used: &mut u64) -> Result<Vec<u8>, Problem> {
        *used = used.saturating_add(size);
        if *used > self.limits.tar_header_bytes {
            let limit = self.limits.tar_header_bytes;
            let detail =
                format!("the extended headers of a tar member have more than {limit} bytes, at byte {}", self.position);
            return Err(Problem::new(ProblemKind::TooLarge, detail));
        }
        self.open_body(size);
        let mut bytes = Vec::new();
        self.read_content(&mut bytes, usize::MAX)?;
        self.leave_body()?;
        Ok(bytes)
    }

    fn begin(&mut self, header: &Header, size: u64, long: LongFields) -> Result<(), Problem> {
        let LongFields { name, link, extended, .. } = long;
        let mut stored = extended.size.unwrap_or(size);
        header.copy_name(&mut self.member.name);
        // The GNU name wins over the extended header's, as in Go. A name in both that differs would be two files to two readers.
        if name.is_some() && extended.path.is_some() && name != extended.path {
            return Err(self.malformed("a member has two different names"));
        }
        if let Some(name) = name.or(extended.path) {
            self.member.name = name;
        }
        self.member.link = link.or(extended.link).unwrap_or_else(|| header.link().to_vec());
        self.member.mode = header.mode();
        self.member.is_sparse = extended.sparse.is_some();
        self.member.size = extended.sparse.flatten().unwrap_or(stored);
        self.member.kind = match header.kind() {
            b'0' | b'7' => MemberKind::File,
            // Before there was a type for folders, a slash marked them.
            0 if self.member.name.ends_with(b"/") => MemberKind::Folder,
            0 => MemberKind::File,
            b'S' => {
                let (is_extended, real_size) = header.sparse();
                self.skip_sparse_map(is_extended)?;
                self.member.is_sparse = true;
                self.member.size = real_size.unwrap_or(stored);
                MemberKind::File
            }
            b'1' => MemberKind::HardLink,
            b'2' => MemberKind::Symlink,
            b'3' | b'4' | b'6' => MemberKind::Special,
            b'5' => MemberKind::Folder,
            unknown => MemberKind::Unknown(unknown),
        };
        // These types have no content, whatever their size says.
        if matches!(header.kind(), b'1'..=b'6') {
            stored = 0;
        }
        if self.member.kind != MemberKind::File {
            self.member.size = 0;
        }
        self.open_body(stored);
        Ok(())
    }

    fn skip_sparse_map(&mut self, is_extended: bool) -> Result<(), Problem> {
        const IS_EXTENDED: usize = 504;
        let mut more = is_extended;
        while more {
            let Some(map) = self.raw_block()? else { return Err(self.truncated()) };
            more = map.0.get(IS_EXTENDED).is_some_and(|&byte| byte != 0);
        }
        Ok(())
    }

    fn open_body(&mut self, size: u64) {
        self.body = size;
        self.padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
    }

    fn leave_body(&mut self) -> Result<(), Problem> {
        let left = self.body.saturating_add(self.padding);
        let skipped = self.source.skip(left)?;
        self.position = self.position.saturating_add(skipped);
        // The padding of the last member may be missing; its content may not.
        if skipped < self.body {
            return Err(self.truncated());
        }
        (self.body, self.padding) = (0, 0);
        Ok(())
    }

    fn truncated(&self) -> Problem {
        let detail = format!("the tar archive ends within a member, at byte {}", self.position);
        Problem { path: self.near(), ..Problem::new(ProblemKind::Truncated, detail) }
    }

    fn malformed(&self, detail: &str) -> Problem {
        let detail = format!("{detail}, before byte {} of the tar archive", self.position);
        Problem { path: self.near(), ..Problem::new(ProblemKind::Malformed, detail) }
    }

    /// The last member that was read, so that a person finds the place.
    fn near(&self) -> Option<String> {
        let name = self.member.name.get(..self.member.name.len().min(self.limits.path_bytes))?;
        (!name.is_empty()).then(|| escape_path(name).into_owned())
    }
}

/// What headers before a member's own header say of it.
#[derive(Default)]
struct LongFields {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    extended: Extended,
    bytes: u64,
    any: bool,
}

fn zero_terminated(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    bytes
}
