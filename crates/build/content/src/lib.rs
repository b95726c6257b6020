//! Finds malware and secrets in the bytes of a file.
//!
//! [`Rules`] hold what is looked for; a [`Searcher`] is one thread's use of them, and makes [`Hit`]s of a [`File`]. A
//! [`filter`] looks at every byte and finds the short texts that any match needs; patterns are tried only where it found one.
//!
//! Invariant: bytes in, values out. Any bytes at all give hits and the problems met; nothing fails, nothing panics. A hit shows
//! of a secret only its first and last characters, and so does everything that is made of it.
//!
//! Deliberately absent: files and layers, where rules of users lie, where compiled rules are kept, and what becomes of a hit.

mod base64_text;
mod described;
mod digests;
mod git;
mod hit;
mod packed;
mod rules;
mod search;

pub mod filter;
pub mod malware;
pub mod secret;

pub use described::{Described, described};
pub use digests::Digests;
pub use hit::Hit;
pub use rules::{Known, Rules, Sought, secrets};
pub use search::{File, Searcher};

/// Line and column, from 1, of a place in text; neither in what has no lines.
fn place(bytes: &[u8], at: usize) -> (Option<u32>, Option<u32>) {
    if !is_text(bytes) {
        return (None, None);
    }
    let before = bytes.get(..at).unwrap_or(bytes);
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    (line_of(bytes, at), u32::try_from(at - start + 1).ok())
}

/// The line, from 1, of a place in text.
fn line_of(text: &[u8], at: usize) -> Option<u32> {
    let before = text.get(..at).unwrap_or(text);
    u32::try_from(memchr::memchr_iter(b'\n', before).count() + 1).ok()
}

/// Whether bytes are text, as far as their beginning tells: text has no zeros.
fn is_text(bytes: &[u8]) -> bool {
    /// As much as git looks at.
    const LOOKED_AT: usize = 8_000;
    memchr::memchr(0, bytes.get(..LOOKED_AT).unwrap_or(bytes)).is_none()
}
