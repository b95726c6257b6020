//! `Packages`, a hash database of Berkeley DB, which rpm used before 4.16.
//!
//! Source: Berkeley DB's reference, "Database page layout" (`db_page.h`): page 0 describes the database; on a hash page,
//! keys and values take turns; a value that does not fit in lies on a chain of overflow pages.

use super::pages::Pages;
use super::{Failure, Sink, malformed};
use crate::bytes::{array, piece};

const MAGIC: u32 = 0x0006_1561;

/// Kinds of pages.
const HASH_UNSORTED: u8 = 2;
const OVERFLOW: u8 = 7;
const HASH: u8 = 13;

/// Kinds of items on a hash page.
const IN_PLACE: u8 = 1;
const ON_OVERFLOW_PAGES: u8 = 3;

/// Length of what every page begins with.
const HEADER: usize = 26;

/// The order of the bytes of numbers, which is that of the machine that wrote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    fn u16(self, bytes: &[u8], offset: usize) -> Option<usize> {
        let bytes = array(bytes, offset)?;
        Some(usize::from(match self {
            Self::Big => u16::from_be_bytes(bytes),
            Self::Little => u16::from_le_bytes(bytes),
        }))
    }

    fn u32(self, bytes: &[u8], offset: usize) -> Option<usize> {
        let bytes = array(bytes, offset)?;
        usize::try_from(match self {
            Self::Big => u32::from_be_bytes(bytes),
            Self::Little => u32::from_le_bytes(bytes),
        })
        .ok()
    }
}

/// The byte order of a database; `None` if it is none.
pub(super) fn byte_order(bytes: &[u8]) -> Option<ByteOrder> {
    let magic = array(bytes, 12)?;
    match (u32::from_be_bytes(magic), u32::from_le_bytes(magic)) {
        (MAGIC, _) => Some(ByteOrder::Big),
        (_, MAGIC) => Some(ByteOrder::Little),
        _ => None,
    }
}

pub(super) fn blobs(bytes: &[u8], order: ByteOrder, sink: &mut Sink<'_>) -> Result<(), Failure> {
    let size = order.u32(bytes, 20).filter(|size| (512..=1 << 16).contains(size) && size.is_power_of_two());
    let size = size.ok_or_else(|| malformed("the database has no page size"))?;
    let mut pages = Pages::new(bytes, size);
    let mut database = Database { order, overflow: Pages::new(bytes, size) };
    for number in 1..pages.count() {
        let page = pages.take(number)?;
        if matches!(page.get(25), Some(&(HASH | HASH_UNSORTED))) && !database.hash_page(number, page, sink)? {
            break;
        }
    }
    Ok(())
}

struct Database<'a> {
    order: ByteOrder,
    /// Pages as parts of chains, apart from the pages that are looked at one after the other.
    overflow: Pages<'a>,
}

impl Database<'_> {
    /// Hands the values on a hash page to `sink`. Tells whether more are wanted.
    fn hash_page(&mut self, number: usize, page: &[u8], sink: &mut Sink<'_>) -> Result<bool, Failure> {
        let damaged = || malformed(format!("page {number} is damaged"));
        let entries = self.order.u16(page, 20).ok_or_else(damaged)?;
        let order = self.order;
        let place = |index: usize| order.u16(page, HEADER + 2 * index).ok_or_else(damaged);
        let mut end = page.len();
        for value in (1..entries).step_by(2) {
            // Items are written from the end of the page on: each ends where the one before it begins.
            let (key, value) = (place(value - 1)?, place(value)?);
            let item = page.get(value..key).filter(|item| !item.is_empty() && key < end).ok_or_else(damaged)?;
            end = value;
            let blob = match item.first() {
                Some(&IN_PLACE) => item.get(1..).unwrap_or_default().to_vec(),
                Some(&ON_OVERFLOW_PAGES) => {
                    let first = order.u32(item, 4).ok_or_else(damaged)?;
                    let length = order.u32(item, 8).ok_or_else(damaged)?;
                    self.chain(first, length)?
                }
                _ => return Err(damaged()),
            };
            // The entry with the key 0 is the number of the last package.
            if blob.len() > 4 && !sink(&blob) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What lies on a chain of overflow pages.
    fn chain(&mut self, first: usize, length: usize) -> Result<Vec<u8>, Failure> {
        let mut blob = Vec::new();
        let mut next = first;
        while blob.len() < length {
            let damaged = || malformed(format!("overflow page {next} is damaged"));
            let page = self.overflow.take(next)?;
            if page.get(25) != Some(&OVERFLOW) {
                return Err(damaged());
            }
            let used = self.order.u16(page, 22).filter(|&used| used > 0).ok_or_else(damaged)?;
            blob.extend_from_slice(piece(page, HEADER, used.min(length - blob.len())).ok_or_else(damaged)?);
            next = self.order.u32(page, 16).ok_or_else(damaged)?;
        }
        Ok(blob)
    }
}
