//! Line numbers out of offsets.

/// Tells on which line, from 1, each of several offsets lies, in one pass over the text.
pub(crate) struct LineCounter<'a> {
    text: &'a [u8],
    counted: usize,
    line: u32,
}

impl<'a> LineCounter<'a> {
    /// Counts from the beginning of a text.
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self { text, counted: 0, line: 1 }
    }

    /// `None` for an offset before the last one asked for, or behind the end.
    pub(crate) fn at(&mut self, offset: usize) -> Option<u32> {
        let passed = self.text.get(self.counted..offset)?;
        let breaks = passed.iter().filter(|&&byte| byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.counted = offset;
        Some(self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_behind_its_line_feed() {
        let mut lines = LineCounter::new(b"a\nb\n\nc");
        let found: Vec<_> = [0, 1, 2, 2, 5, 6].into_iter().map(|offset| lines.at(offset)).collect();
        assert_eq!(found, [Some(1), Some(1), Some(2), Some(2), Some(4), Some(4)]);
        assert_eq!(lines.at(3), None);
        assert_eq!(lines.at(7), None);
    }
}
