//! `Packages.db`, rpm's own store, which SUSE uses.
//!
//! All numbers are little-endian of four bytes. A header of 32 bytes (`RpmP`, version 0, generation, number of slot pages)
//! and slots of 16 bytes (`Slot`, package, place and length of its blob in units of 16 bytes) fill pages of 4,096 bytes. At a
//! blob's place stand `BlbS`, package, generation and length in bytes, then the blob.

use super::{Failure, Sink, malformed, truncated};
use crate::bytes::{piece, u32_le};

const HEADER: usize = 32;
const PAGE: usize = 4_096;
const SLOT: usize = 16;

/// Unit of places, and length of what stands before a blob.
const UNIT: usize = 16;

pub(super) fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RpmP")
}

pub(super) fn blobs(bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Failure> {
    match u32_le(bytes, 4) {
        Some(0) => {}
        Some(version) => return Err(malformed(format!("the database is of version {version}, which is unknown"))),
        None => return Err(truncated("the database has no header")),
    }
    let end = u32_le(bytes, 12).unwrap_or_default().saturating_mul(PAGE);
    let slots = bytes.get(HEADER..end).ok_or_else(|| truncated("the database ends in its slots"))?;
    let mut places = Vec::new();
    for slot in slots.chunks_exact(SLOT) {
        if !slot.starts_with(b"Slot") {
            return Err(malformed("a slot is damaged"));
        }
        if let (Some(package), Some(place)) = (u32_le(slot, 4), u32_le(slot, 8))
            && package != 0
        {
            places.push((place, package));
        }
    }
    // In the order of the file, so that blobs that overlap are met one after the other.
    places.sort_unstable();
    let mut end = 0;
    for (place, package) in places {
        let start = place.saturating_mul(UNIT);
        if start < end {
            return Err(malformed(format!("the blob of package {package} lies in another one")));
        }
        let missing = || truncated(format!("the blob of package {package} is missing"));
        let head = piece(bytes, start, UNIT).ok_or_else(missing)?;
        if !head.starts_with(b"BlbS") || u32_le(head, 4) != Some(package) {
            return Err(malformed(format!("the blob of package {package} is not where its slot says")));
        }
        let length = u32_le(head, 12).unwrap_or_default();
        let blob = piece(bytes, start.saturating_add(UNIT), length).ok_or_else(missing)?;
        end = start.saturating_add(UNIT).saturating_add(length);
        if !sink(blob) {
            break;
        }
    }
    Ok(())
}
