//! The content, checked block by block as it is touched.

use std::sync::atomic::{AtomicU64, Ordering};

use super::format::{BLOCK_BYTES, HEADER_BYTES, Header, OpenError, damaged};

/// The content of a database and the checksums of its blocks.
#[derive(Debug)]
pub struct Blocks<'a> {
    content: &'a [u8],
    table: &'a [u8],
    /// One bit per block: whether it has been found whole. Threads may check a block twice; the answer is the same.
    checked: Box<[AtomicU64]>,
}

impl<'a> Blocks<'a> {
    /// Takes the file apart. Only the block table is read: four bytes for 16 KiB of content.
    pub fn open(bytes: &'a [u8], header: &Header) -> Result<Self, OpenError> {
        let content_bytes = header.lengths.content().ok_or(damaged("header"))?;
        let table_bytes = content_bytes.div_ceil(BLOCK_BYTES as u64) * 4;
        let expected = content_bytes.saturating_add(table_bytes).saturating_add(HEADER_BYTES as u64);
        let found = bytes.len() as u64;
        let wrong_length = || OpenError::Length { expected, found };
        if expected != found {
            return Err(wrong_length());
        }
        let content_length = usize::try_from(content_bytes).map_err(|_| wrong_length())?;
        let rest = bytes.get(HEADER_BYTES..).ok_or_else(wrong_length)?;
        let (content, table) = rest.split_at_checked(content_length).ok_or_else(wrong_length)?;
        if crc32fast::hash(table) != header.blocks_crc {
            return Err(damaged("block table"));
        }
        let words = (table.len() / 4).div_ceil(64);
        let checked = std::iter::repeat_with(|| AtomicU64::new(0)).take(words).collect();
        Ok(Self { content, table, checked })
    }

    /// The content between two offsets, once every block that it touches has been found whole.
    pub fn slice(&self, start: u64, end: u64, part: &'static str) -> Result<&'a [u8], OpenError> {
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        let (start, end) = range.ok_or(damaged(part))?;
        let slice = self.content.get(start..end).ok_or(damaged(part))?;
        if !slice.is_empty() {
            for block in start / BLOCK_BYTES..=(end - 1) / BLOCK_BYTES {
                if !self.is_whole(block) {
                    return Err(damaged(part));
                }
            }
        }
        Ok(slice)
    }

    /// All of the content, unchecked: for the digest.
    pub const fn content(&self) -> &'a [u8] {
        self.content
    }

    fn is_whole(&self, block: usize) -> bool {
        let bit = 1u64 << (block % 64);
        let Some(word) = self.checked.get(block / 64) else { return false };
        if word.load(Ordering::Relaxed) & bit != 0 {
            return true;
        }
        let expected = self.table.chunks_exact(4).nth(block);
        let actual = self.content.chunks(BLOCK_BYTES).nth(block).map(crc32fast::hash);
        let whole = expected.zip(actual).is_some_and(|(expected, actual)| expected == actual.to_le_bytes());
        if whole {
            word.fetch_or(bit, Ordering::Relaxed);
        }
        whole
    }
}
