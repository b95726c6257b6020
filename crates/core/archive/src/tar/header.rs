//! The 512-byte header block of a tar member.
//!
//! Source: POSIX.1-2024, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format". Where readers differ this
//! one decides as Go's `archive/tar` does, because that is what container runtimes extract layers with.

use std::ops::Range;

/// Bytes of a header, and what content is padded to.
pub const BLOCK: usize = 512;

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const SIZE: Range<usize> = 124..136;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const LINK: Range<usize> = 157..257;
const MAGIC: Range<usize> = 257..265;
const PREFIX: Range<usize> = 345..500;
const SPARSE_EXTENDED: usize = 482;
const SPARSE_SIZE: Range<usize> = 483..495;

/// A header block.
pub struct Header(pub [u8; BLOCK]);

impl Header {
    /// Whether it is one of the two blocks of zeros that end an archive.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|&byte| byte == 0)
    }

    /// Whether it is of POSIX's format or of GNU's.
    pub fn has_magic(&self) -> bool {
        self.field(MAGIC).starts_with(b"ustar")
    }

    /// Whether the checksum is right. Old writers summed signed bytes.
    pub fn is_sound(&self) -> bool {
        let Some(stored) = number(self.field(CHECKSUM)) else { return false };
        let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
        // The field itself counts as spaces. Its eight bytes are taken out again, so that the sum runs over the whole block
        // at once, which the compiler makes fast.
        let spaces = 8 * u64::from(b' ');
        let unsigned = (sum(&self.0) + spaces).saturating_sub(sum(self.field(CHECKSUM)));
        if stored == unsigned {
            return true;
        }
        let negative = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte >= 0x80).count() as u64 * 256;
        let signed = unsigned.checked_sub(negative(&self.0).saturating_sub(negative(self.field(CHECKSUM))));
        signed == Some(stored)
    }

    /// The type of the member.
    pub fn kind(&self) -> u8 {
        self.byte(TYPE)
    }

    /// Bytes of content; `None` when the field is no number.
    pub fn size(&self) -> Option<u64> {
        number(self.field(SIZE))
    }

    /// Permission bits; 0 when the field is no number, since nothing depends on them here.
    pub fn mode(&self) -> u32 {
        number(self.field(MODE)).and_then(|mode| u32::try_from(mode).ok()).unwrap_or(0) & 0o7777
    }

    /// Writes the name, with the prefix that only the POSIX format has.
    pub fn copy_name(&self, name: &mut Vec<u8>) {
        name.clear();
        if self.field(MAGIC) == b"ustar\x0000" {
            let prefix = text(self.field(PREFIX));
            if !prefix.is_empty() {
                name.extend_from_slice(prefix);
                name.push(b'/');
            }
        }
        name.extend_from_slice(text(self.field(NAME)));
    }

    /// Target of a link.
    pub fn link(&self) -> &[u8] {
        text(self.field(LINK))
    }

    /// Whether blocks of the map of an old GNU sparse member follow, and the size of the file with its holes.
    pub fn sparse(&self) -> (bool, Option<u64>) {
        (self.byte(SPARSE_EXTENDED) != 0, number(self.field(SPARSE_SIZE)))
    }

    fn field(&self, range: Range<usize>) -> &[u8] {
        self.0.get(range).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> u8 {
        self.0.get(at).copied().unwrap_or_default()
    }
}

/// The bytes before the first zero.
fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// A number in octal digits or, with the highest bit of the first byte set, in base 256. Negative numbers are refused.
fn number(field: &[u8]) -> Option<u64> {
    let (&first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        if first & 0x40 != 0 {
            return None;
        }
        return rest
            .iter()
            .try_fold(u64::from(first & 0x3f), |value, &byte| Some(value.checked_mul(256)? | u64::from(byte)));
    }
    let is_padding = |byte: &u8| matches!(byte, b' ' | 0);
    let start = field.iter().position(|byte| !is_padding(byte)).unwrap_or(field.len());
    let digits = field.get(start..).unwrap_or_default().split(is_padding).next().unwrap_or_default();
    digits.iter().try_fold(0_u64, |value, &byte| match byte {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_both_bases() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"0000008\0"), None);
        assert_eq!(number(b"-1\0"), None);
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]), Some(65536));
        assert_eq!(number(&[0xff; 12]), None);
        assert_eq!(number(&[0x80, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn a_changed_byte_breaks_the_checksum() {
        let mut block = [0_u8; BLOCK];
        block[..5].copy_from_slice(b"hello");
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum::<u32>() + 8 * 32;
        block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert!(Header(block).is_sound());
        block[300] ^= 1;
        assert!(!Header(block).is_sound());
    }

    #[test]
    fn old_checksums_of_signed_bytes_are_taken() {
        let mut block = [0_u8; BLOCK];
        block[..4].copy_from_slice(b"caf\xe9");
        let sum: i32 = block.iter().map(|&byte| i32::from(byte.cast_signed())).sum::<i32>() + 8 * 32;
        block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert!(Header(block).is_sound());
        block[3] = b'e';
        assert!(!Header(block).is_sound());
    }
}
