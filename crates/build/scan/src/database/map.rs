//! The one place outside the kernel edge that needs `unsafe`: mapping a file into memory.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps a file for reading: an advisory database, or a list of digests of malware.
///
/// # Errors
/// When the kernel refuses to map it.
#[expect(unsafe_code, reason = "no safe crate maps a file; see docs/decisions/0002-memory-mapped-database.md")]
pub fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the bytes of a mapping may change under us if somebody writes to the file. Making one never does: it
    // writes a new file and renames it over the old one, so the inode that is mapped here keeps its bytes. Whoever writes
    // into the file in place has the rights to replace it as well. The readers keep no reference that rests on the content:
    // every access is bounds-checked and every block, or run of digests, is checked against its checksum before it is used.
    unsafe { Mmap::map(file) }
}
