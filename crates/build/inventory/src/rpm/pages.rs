//! A file of pages of one size, each of which may be read once.

use super::{Failure, malformed, truncated};

/// The pages of a database.
pub(super) struct Pages<'a> {
    bytes: &'a [u8],
    size: usize,
    /// A hostile file could lead in a circle, or use one page for many blobs and so become larger than it is.
    is_used: Vec<bool>,
}

impl<'a> Pages<'a> {
    /// Pages of a size that is not 0.
    pub(super) fn new(bytes: &'a [u8], size: usize) -> Self {
        Self { bytes, size, is_used: vec![false; bytes.len().div_ceil(size.max(1))] }
    }

    /// How many there are, the last perhaps incomplete.
    pub(super) const fn count(&self) -> usize {
        self.is_used.len()
    }

    /// Takes a page by its number from 0.
    pub(super) fn take(&mut self, number: usize) -> Result<&'a [u8], Failure> {
        let Some(is_used) = self.is_used.get_mut(number) else {
            return Err(truncated(format!("page {number} is missing")));
        };
        if std::mem::replace(is_used, true) {
            return Err(malformed(format!("page {number} is used twice")));
        }
        let start = number.saturating_mul(self.size);
        let page = self.bytes.get(start..start.saturating_add(self.size));
        page.ok_or_else(|| truncated(format!("page {number} has no end")))
    }
}
