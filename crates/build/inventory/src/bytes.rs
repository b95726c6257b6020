//! Numbers and pieces of binary formats. Every reading outside the bytes is `None`.

/// Some bytes from an offset on.
pub(crate) fn array<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk().copied()
}

/// A piece of a certain length.
pub(crate) fn piece(bytes: &[u8], offset: usize, length: usize) -> Option<&[u8]> {
    bytes.get(offset..offset.checked_add(length)?)
}

/// A big-endian number of two bytes.
pub(crate) fn u16_be(bytes: &[u8], offset: usize) -> Option<usize> {
    array(bytes, offset).map(|bytes| usize::from(u16::from_be_bytes(bytes)))
}

/// A big-endian number of four bytes.
pub(crate) fn u32_be(bytes: &[u8], offset: usize) -> Option<usize> {
    array(bytes, offset).and_then(|bytes| usize::try_from(u32::from_be_bytes(bytes)).ok())
}

/// A little-endian number of four bytes.
pub(crate) fn u32_le(bytes: &[u8], offset: usize) -> Option<usize> {
    array(bytes, offset).and_then(|bytes| usize::try_from(u32::from_le_bytes(bytes)).ok())
}
