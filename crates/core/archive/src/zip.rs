//! Zip archives from hostile hands.

use std::io::{Cursor, Read};

use boltseal_model::{Limits, ProblemKind};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::Failure;

/// Whether bytes are a zip archive, or end with one as scripts and programs do that carry one with them.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    let begins = |end: &[u8]| end.starts_with(b"PK\x05\x06");
    bytes.starts_with(b"PK\x03\x04") || begins(bytes) || bytes.last_chunk::<END>().is_some_and(|end| begins(end))
}

/// An archive whose list of members was read.
pub struct Zipped<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Zipped<'a> {
    /// Opens an archive, unless it has more members than the limit allows. What stands before it, such as a script that starts
    /// it, does not matter.
    ///
    /// # Errors
    /// When it is none, is broken, or has too many members.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Failure> {
        let members = members(bytes).ok_or((ProblemKind::Malformed, "is no zip archive, or has no end".to_owned()))?;
        // The list is held in memory whole, and a member takes more there than in the file.
        if members > limits.archive_members {
            let detail =
                format!("the archive has {members} members, more than the {} that are read", limits.archive_members);
            return Err((ProblemKind::TooMany, detail));
        }
        match ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => Ok(Self { archive }),
            Err(error) => Err(failure("the archive", &error)),
        }
    }

    /// The names of the members, with their places.
    pub fn names(&self) -> Vec<(usize, String)> {
        self.archive.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).enumerate().collect()
    }

    /// The content of a member, unless it has more than `most` bytes.
    ///
    /// # Errors
    /// When it has more, is broken, or is stored in a way that is not read.
    pub fn read(&mut self, place: usize, name: &str, most: u64) -> Result<Vec<u8>, Failure> {
        let member = self.archive.by_index(place).map_err(|error| failure(name, &error))?;
        let mut content = Vec::new();
        let reading = member.take(most.saturating_add(1)).read_to_end(&mut content);
        if content.len() as u64 > most {
            return Err((ProblemKind::TooLarge, format!("{name:?} in the archive has more than {most} bytes")));
        }
        match reading {
            Ok(_) => Ok(content),
            Err(error) => Err((ProblemKind::Malformed, format!("{name:?} in the archive cannot be read: {error}"))),
        }
    }
}

/// Length of the end without its comment.
const END: usize = 22;

fn failure(what: &str, error: &ZipError) -> Failure {
    let kind = match error {
        ZipError::UnsupportedArchive(_) => ProblemKind::Unsupported,
        _ => ProblemKind::Malformed,
    };
    (kind, format!("{what:?} cannot be read: {error}"))
}

/// How many members the end of an archive says there are; `None` if there is no end.
///
/// Source: PKWARE, "APPNOTE.TXT", sections 4.3.14 to 4.3.16.
fn members(bytes: &[u8]) -> Option<u64> {
    /// Length of what says where the larger end is, and stands before the end.
    const PLACE: usize = 20;
    let first = bytes.len().saturating_sub(END + usize::from(u16::MAX));
    let tail = bytes.get(first..)?;
    let end = first + tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let members = u16_le(bytes, end.checked_add(10)?)?;
    let place =
        end.checked_sub(PLACE).filter(|&place| bytes.get(place..).is_some_and(|at| at.starts_with(b"PK\x06\x07")));
    match place {
        // Archives with something before them have their larger end elsewhere than they say, but they say how many there are
        // right before the place.
        Some(place) if members == usize::from(u16::MAX) => {
            let larger =
                place.checked_sub(56).filter(|&at| array(bytes, at).map(u32::from_le_bytes) == Some(0x0606_4b50))?;
            array(bytes, larger.checked_add(32)?).map(u64::from_le_bytes)
        }
        _ => Some(members as u64),
    }
}

fn array<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk().copied()
}

fn u16_le(bytes: &[u8], offset: usize) -> Option<usize> {
    array(bytes, offset).map(|bytes| usize::from(u16::from_le_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_no_archive() {
        for bytes in [&b""[..], b"PK\x03\x04", b"PK\x05\x06"] {
            assert!(Zipped::open(bytes, &Limits::default()).is_err_and(|(kind, _)| kind == ProblemKind::Malformed));
        }
    }
}
