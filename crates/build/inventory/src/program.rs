//! Programs and libraries of Linux and Windows.
//!
//! The crate `object` reads the formats; it was written for hostile files and gives slices of them.

use object::read::{File, Object, ObjectSection, ObjectSegment};

/// A program that was taken apart.
pub(crate) struct Program<'a> {
    file: File<'a>,
    bytes: &'a [u8],
}

impl<'a> Program<'a> {
    /// `None` for what is no program, or is damaged so that it cannot run.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        if !crate::is_program(bytes) {
            return None;
        }
        File::parse(bytes).ok().map(|file| Self { file, bytes })
    }

    /// The content of the first section with one of these names.
    pub(crate) fn section(&self, names: &[&str]) -> Option<&'a [u8]> {
        let section = self.file.sections().find(|section| {
            section.name_bytes().is_ok_and(|name| names.iter().any(|wanted| name == wanted.as_bytes()))
        })?;
        let (offset, size) = section.file_range()?;
        crate::bytes::piece(self.bytes, usize::try_from(offset).ok()?, usize::try_from(size).ok()?)
    }

    /// So many bytes at an address of the running program.
    pub(crate) fn at_address(&self, address: u64, length: u64) -> Option<&'a [u8]> {
        self.file.segments().find_map(|segment| segment.data_range(address, length).ok()?)
    }

    /// Whether numbers are written with the largest digit first.
    pub(crate) fn is_big_endian(&self) -> bool {
        !self.file.is_little_endian()
    }
}
