//! The header of a package.
//!
//! Source: rpm's documentation, "Package format", section "Header", and its list of tags. In a database, it begins without
//! the magic number: how many tags, how many bytes of data, then 16 bytes for each tag (number, type, offset, count), then
//! the data. Numbers are big-endian.

use std::borrow::Cow;

use crate::bytes::{piece, u32_be};

/// Tags, by their numbers.
#[derive(Debug, Clone, Copy)]
#[repr(u16)]
pub(crate) enum Tag {
    Name = 1000,
    Version = 1001,
    Release = 1002,
    Epoch = 1003,
    License = 1014,
    Arch = 1022,
    OldFileNames = 1027,
    FileDigests = 1035,
    FileFlags = 1037,
    SourceRpm = 1044,
    RequireName = 1049,
    DirIndexes = 1116,
    BaseNames = 1117,
    DirNames = 1118,
    ModularityLabel = 5096,
}

/// Types of values.
const INT32: usize = 4;
const STRING: usize = 6;
const STRING_ARRAY: usize = 8;
const I18N_STRING: usize = 9;

/// Length of what stands for a tag before the data.
const ENTRY: usize = 16;

/// A header, taken apart as far as its two parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header<'a> {
    entries: &'a [u8],
    data: &'a [u8],
}

impl<'a> Header<'a> {
    /// `None` if the bytes are no header, or not all of it.
    pub(crate) fn parse(blob: &'a [u8]) -> Option<Self> {
        let length = u32_be(blob, 0)?.checked_mul(ENTRY)?;
        let entries = piece(blob, 8, length)?;
        let data = piece(blob, length.checked_add(8)?, u32_be(blob, 4)?)?;
        Some(Self { entries, data })
    }

    /// The text of a tag. Of a text in several languages, the first, which is in none of them.
    pub(crate) fn text(&self, tag: Tag) -> Option<Cow<'a, str>> {
        self.texts(tag).next()
    }

    /// The texts of a tag.
    pub(crate) fn texts(&self, tag: Tag) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        let (data, count) = self.value(tag, &[STRING, STRING_ARRAY, I18N_STRING]).unwrap_or_default();
        let is_ended = data.contains(&0);
        data.split(|&byte| byte == 0).take(if is_ended { count } else { 0 }).map(String::from_utf8_lossy)
    }

    /// The numbers of a tag.
    pub(crate) fn numbers(&self, tag: Tag) -> impl Iterator<Item = usize> + use<'a> {
        let (data, count) = self.value(tag, &[INT32]).unwrap_or_default();
        (0..count.min(data.len() / 4)).filter_map(|index| u32_be(data, index * 4))
    }

    /// Where the data of a tag begins, and how many values it has.
    fn value(&self, tag: Tag, types: &[usize]) -> Option<(&'a [u8], usize)> {
        let wanted = tag as usize;
        let entry = self.entries.chunks_exact(ENTRY).find(|entry| u32_be(entry, 0) == Some(wanted))?;
        u32_be(entry, 4).filter(|kind| types.contains(kind))?;
        Some((self.data.get(u32_be(entry, 8)?..)?, u32_be(entry, 12)?))
    }
}
