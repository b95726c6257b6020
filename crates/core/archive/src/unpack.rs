//! From packed bytes to their members.

use boltseal_model::{Limits, Problem, ProblemKind};

use crate::budget::Budget;
use crate::compression::Compression;
use crate::stream::Stream;
use crate::tar::{self, MemberKind, Members};
use crate::zip::{self, Zipped};
use crate::{Failure, ar, escape_path};

/// What packed bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A zip archive, and so one of Java, Python, Office and Android.
    Zip,
    /// A tar archive.
    Tar,
    /// A package of Debian.
    Deb,
    /// Compressed bytes: of a tar archive, or of one file.
    Compressed(Compression),
}

/// Takes what is unpacked.
pub trait Receiver {
    /// A member that is a file. The bytes are only lent.
    fn member(&mut self, name: &str, bytes: &[u8]);

    /// Something that could not be unpacked; its path is that of the member, if it is one.
    fn problem(&mut self, problem: Problem);
}

/// What bytes are, if they are packed. Their beginning tells, and for zip archives behind a script their end.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    if let Some(compression) = Compression::of(bytes) {
        Some(Kind::Compressed(compression))
    } else if zip::is_zip(bytes) {
        Some(Kind::Zip)
    } else if tar::is_tar(bytes) {
        Some(Kind::Tar)
    } else if ar::is_deb(bytes) {
        Some(Kind::Deb)
    } else {
        None
    }
}

/// Hands the members of packed bytes to a receiver, in order. Members that are packed themselves are handed over as they are.
pub fn unpack(kind: Kind, bytes: &[u8], limits: &Limits, budget: &Budget, receiver: &mut dyn Receiver) {
    let outcome = match kind {
        Kind::Zip => of_zip(bytes, limits, budget, receiver),
        Kind::Tar => of_tar(Stream::new(Box::new(bytes), budget), limits, receiver),
        Kind::Deb => of_deb(bytes, budget, receiver),
        Kind::Compressed(compression) => of_compressed(compression, bytes, limits, budget, receiver),
    };
    if let Err(problem) = outcome {
        receiver.problem(problem);
    }
}

fn of_zip(bytes: &[u8], limits: &Limits, budget: &Budget, receiver: &mut dyn Receiver) -> Result<(), Problem> {
    let mut zipped = Zipped::open(bytes, limits).map_err(problem)?;
    for (place, name) in zipped.names() {
        // A folder.
        if name.ends_with('/') {
            continue;
        }
        let name = cut(&name, limits.path_bytes);
        match zipped.read(place, name, limits.file_bytes) {
            Ok(content) => {
                budget.take(content.len() as u64).map_err(problem)?;
                receiver.member(name, &content);
            }
            Err((kind, detail)) => {
                // What was decompressed in vain was work all the same.
                if kind == ProblemKind::TooLarge {
                    budget.take(limits.file_bytes).map_err(problem)?;
                }
                receiver.problem(Problem::at(kind, name, detail));
            }
        }
    }
    Ok(())
}

fn of_tar(stream: Stream<'_>, limits: &Limits, receiver: &mut dyn Receiver) -> Result<(), Problem> {
    let mut members = Members::new(stream, limits);
    let mut content = Vec::new();
    let mut count = 0_u64;
    while members.advance()? {
        count += 1;
        if count > limits.archive_members {
            let detail = format!("the archive has more than {} members; the rest is not read", limits.archive_members);
            return Err(Problem::new(ProblemKind::TooMany, detail));
        }
        let member = members.member();
        if member.kind != MemberKind::File || member.size == 0 {
            continue;
        }
        let name = member.name.get(..member.name.len().min(limits.path_bytes)).unwrap_or_default();
        let name = escape_path(name).into_owned();
        if member.is_sparse {
            receiver.problem(Problem::at(ProblemKind::Unsupported, name, "the file is stored as a sparse file"));
        } else if member.size > limits.file_bytes {
            let detail =
                format!("the file has {} bytes, more than the {} that are read", member.size, limits.file_bytes);
            receiver.problem(Problem::at(ProblemKind::TooLarge, name, detail));
        } else {
            content.clear();
            let read = members.read_content(&mut content, usize::MAX);
            // What there is of a member that breaks off is worth a look.
            receiver.member(&name, &content);
            read?;
        }
    }
    Ok(())
}

fn of_deb(bytes: &[u8], budget: &Budget, receiver: &mut dyn Receiver) -> Result<(), Problem> {
    let (members, is_whole) = ar::members(bytes);
    for (name, content) in members {
        budget.take(content.len() as u64).map_err(problem)?;
        receiver.member(&name, content);
    }
    match is_whole {
        true => Ok(()),
        false => Err(Problem::new(ProblemKind::Truncated, "the package ends within a member, or has a malformed one")),
    }
}

fn of_compressed(
    compression: Compression,
    bytes: &[u8],
    limits: &Limits,
    budget: &Budget,
    receiver: &mut dyn Receiver,
) -> Result<(), Problem> {
    let reader = compression.reader(bytes, limits).map_err(|error| {
        Problem::new(ProblemKind::Unsupported, format!("{} refuses to start: {error}", compression.name()))
    })?;
    let mut stream = Stream::new(reader, budget);
    if tar::is_tar(stream.beginning(tar::BLOCK)) {
        return of_tar(stream, limits, receiver);
    }
    let mut content = Vec::new();
    let read = stream.read_all(&mut content, limits.file_bytes);
    // What there is of a stream that breaks off is worth a look.
    receiver.member(&format!("{} data", compression.name()), &content);
    read.map_err(problem)
}

fn problem((kind, detail): Failure) -> Problem {
    Problem::new(kind, detail)
}

/// The beginning of a text, of at most so many bytes.
fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}
