//! The table `Packages` of an SQLite database.
//!
//! Source: SQLite's documentation, "Database File Format", sections 1.3 (header), 1.6 (B-tree pages) and 2.1 (records).

use super::pages::Pages;
use super::{Failure, Sink, malformed};
use crate::bytes::{array, piece, u16_be, u32_be};

const MAGIC: &[u8] = b"SQLite format 3\0";

/// The database's own header, which stands before the first page's.
const HEADER: usize = 100;

/// Kinds of B-tree pages of tables.
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

pub(super) fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

pub(super) fn blobs(bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Failure> {
    let size = match u16_be(bytes, 16) {
        Some(1) => 1 << 16,
        Some(size) if size >= 512 && size.is_power_of_two() => size,
        _ => return Err(malformed("the database has no page size")),
    };
    let reserved = usize::from(bytes.get(20).copied().unwrap_or_default());
    let mut database = Database { pages: Pages::new(bytes, size), usable: size.saturating_sub(reserved) };
    let mut root = None;
    database.table(1, &mut |record| {
        // type, name, tbl_name, rootpage, sql.
        if column(record, 0) == Some(b"table") && column(record, 1) == Some(b"Packages") {
            root = column(record, 3).map(number);
        }
        root.is_none()
    })?;
    let root = root.ok_or_else(|| malformed("the database has no table Packages"))?;
    // hnum, which is the row's own number and not in the record, and blob.
    let mut is_whole = true;
    database.table(root, &mut |record| match column(record, 1) {
        Some(blob) => sink(blob),
        None => {
            is_whole = false;
            true
        }
    })?;
    if is_whole { Ok(()) } else { Err(malformed("a row of the table Packages has no blob")) }
}

struct Database<'a> {
    pages: Pages<'a>,
    /// Bytes of a page without what is reserved for extensions.
    usable: usize,
}

impl Database<'_> {
    /// Hands every record of a table to `sink`, until it wants no more.
    fn table(&mut self, root: usize, sink: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), Failure> {
        let mut pending = vec![root];
        while let Some(number) = pending.pop() {
            let page = self.pages.take(number.checked_sub(1).ok_or_else(|| malformed("there is no page 0"))?)?;
            let header = if number == 1 { HEADER } else { 0 };
            let damaged = || malformed(format!("page {number} of a table is damaged"));
            let kind = page.get(header).copied().ok_or_else(damaged)?;
            let cells = u16_be(page, header + 3).ok_or_else(damaged)?;
            let pointers = header + if kind == INTERIOR { 12 } else { 8 };
            let cell = |index: usize| u16_be(page, pointers + 2 * index);
            match kind {
                LEAF => {
                    let mut local = 0;
                    for index in 0..cells {
                        let record = self.record(page, cell(index).ok_or_else(damaged)?, &mut local)?;
                        if !sink(&record) {
                            return Ok(());
                        }
                    }
                }
                INTERIOR => {
                    // The last is taken first, so that rows come in their order.
                    pending.push(u32_be(page, header + 8).ok_or_else(damaged)?);
                    for index in (0..cells).rev() {
                        pending.push(cell(index).and_then(|cell| u32_be(page, cell)).ok_or_else(damaged)?);
                    }
                    if pending.len() > self.pages.count() {
                        return Err(malformed("the table has more pages than the database"));
                    }
                }
                _ => return Err(damaged()),
            }
        }
        Ok(())
    }

    /// The record in a cell of a leaf, with what lies on overflow pages. `in_cells` counts the bytes of all cells of the page,
    /// which cannot be more than the page has unless they overlap.
    fn record(&mut self, page: &[u8], cell: usize, in_cells: &mut usize) -> Result<Vec<u8>, Failure> {
        let damaged = || malformed("a row is damaged");
        let (length, rest) = page.get(cell..).and_then(varint).ok_or_else(damaged)?;
        let (_, rest) = varint(rest).ok_or_else(damaged)?;
        let largest = self.usable.saturating_sub(35);
        let local = if length <= largest {
            length
        } else {
            let smallest = (self.usable.saturating_sub(12) * 32 / 255).saturating_sub(23);
            let local = smallest + length.saturating_sub(smallest) % self.usable.saturating_sub(4).max(1);
            if local <= largest { local } else { smallest }
        };
        *in_cells = in_cells.saturating_add(local);
        let mut record = rest.get(..local).filter(|_| *in_cells <= page.len()).ok_or_else(damaged)?.to_vec();
        let mut next = if local < length { u32_be(rest, local).ok_or_else(damaged)? } else { 0 };
        while record.len() < length {
            let page = self.pages.take(next.checked_sub(1).ok_or_else(damaged)?)?;
            next = u32_be(page, 0).ok_or_else(damaged)?;
            let wanted = (length - record.len()).min(self.usable.saturating_sub(4));
            record.extend_from_slice(piece(page, 4, wanted).ok_or_else(damaged)?);
        }
        Ok(record)
    }
}

/// A number of one to nine bytes, seven bits in each but the last, and what follows it.
fn varint(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0u64;
    for (index, &byte) in bytes.iter().take(9).enumerate() {
        if index == 8 {
            value = value << 8 | u64::from(byte);
        } else {
            value = value << 7 | u64::from(byte & 0x7f);
        }
        if byte < 0x80 || index == 8 {
            return Some((usize::try_from(value).ok()?, bytes.get(index + 1..)?));
        }
    }
    None
}

/// The bytes of a column of a record.
fn column(record: &[u8], wanted: usize) -> Option<&[u8]> {
    let (header, types) = varint(record)?;
    let mut types = types.get(..header.checked_sub(record.len() - types.len())?)?;
    let mut offset = header;
    for index in 0.. {
        let (kind, rest) = varint(types)?;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => (kind - 12) / 2,
        };
        if index == wanted {
            return piece(record, offset, length);
        }
        offset = offset.checked_add(length)?;
        types = rest;
    }
    None
}

/// A column that is a positive number of at most four bytes.
fn number(column: &[u8]) -> usize {
    let mut bytes = [0; 4];
    match bytes.len().checked_sub(column.len()).and_then(|start| bytes.get_mut(start..)) {
        Some(place) => place.copy_from_slice(column),
        None => return 0,
    }
    array(&bytes, 0).and_then(|bytes| usize::try_from(u32::from_be_bytes(bytes)).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_up_to_nine_bytes() {
        assert_eq!(varint(&[0x7f, 1]), Some((127, &[1][..])));
        assert_eq!(varint(&[0x81, 0]), Some((128, &[][..])));
        assert_eq!(varint(&[0xff; 9]), usize::try_from(u64::MAX).ok().map(|value| (value, &[][..])));
        assert_eq!(varint(&[0x80; 8]), None);
        assert_eq!(varint(&[]), None);
    }

    #[test]
    fn columns_are_found_behind_the_types() {
        // A record of NULL, the text "ab", the number 258, the constant 1.
        let record = [5, 0, 17, 2, 9, b'a', b'b', 1, 2];
        assert_eq!(column(&record, 0), Some(&[][..]));
        assert_eq!(column(&record, 1), Some(&b"ab"[..]));
        assert_eq!(column(&record, 2).map(number), Some(258));
        assert_eq!(column(&record, 3), Some(&[][..]));
        assert_eq!(column(&record, 4), None);
        assert_eq!(column(&[200], 0), None);
        assert_eq!(number(&[0; 8]), 0);
    }
}
