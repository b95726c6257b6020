//! From lines of a file to those of the language: continued ones joined, comments gone, every place remembered.

use std::cell::Cell;

use boltseal_model::Position;

/// A line of the language.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Its text, without what joins it.
    pub(super) text: String,
    /// Where each of its lines in the file begins in the text, and where that stands.
    pieces: Vec<(usize, Position)>,
    /// The piece, byte and column that were asked for last: whoever asks goes forward.
    last: Cell<(usize, usize, u32)>,
}

impl Line {
    /// Where a byte of the text stands in the file.
    pub(super) fn at(&self, byte: usize) -> Position {
        let piece = self.pieces.partition_point(|(start, _)| *start <= byte).saturating_sub(1);
        let Some((start, position)) = self.pieces.get(piece).copied() else { return Position::default() };
        let (mut from, mut column) = (start, position.column);
        let (last_piece, last_byte, last_column) = self.last.get();
        if last_piece == piece && (start..=byte).contains(&last_byte) && last_column > 0 {
            (from, column) = (last_byte, last_column);
        }
        let passed = self.text.get(from..byte).map_or(0, |text| text.chars().count());
        column = column.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.last.set((piece, byte, column));
        Position { line: position.line, column }
    }

    fn add(&mut self, text: &str, position: Position) {
        self.pieces.push((self.text.len(), position));
        self.text.push_str(text);
    }
}

/// The lines of a file.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    rest: std::str::SplitInclusive<'t, char>,
    /// Lines handed out so far.
    count: u32,
    /// What joins a line to the next.
    pub(super) escape: char,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.split_inclusive('\n'), count: 0, escape: '\\' }
    }

    /// Lines handed out so far.
    pub(super) const fn count(&self) -> u32 {
        self.count
    }

    /// The next line of the file as it is, but for its end.
    pub(super) fn raw(&mut self) -> Option<(u32, &'t str)> {
        let line = self.rest.next()?;
        self.count = self.count.saturating_add(1);
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some((self.count, line.strip_suffix('\r').unwrap_or(line)))
    }

    /// The directives that a file begins with, as `# escape=`: name, value, and where the value stands.
    ///
    /// Source: the Dockerfile reference, "Parser directives".
    pub(super) fn directives(&mut self) -> Vec<(String, String, Position)> {
        let mut found = Vec::new();
        loop {
            let mut ahead = self.rest.clone();
            let Some(line) = ahead.next() else { return found };
            let Some((name, value)) = line.trim().strip_prefix('#').and_then(|text| text.split_once('=')) else {
                return found;
            };
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphanumeric()) {
                return found;
            }
            let before = line.find('=').and_then(|index| {
                let after = line.get(index + 1..)?;
                Some(index + 1 + after.len() - after.trim_start().len())
            });
            let column = before.and_then(|end| line.get(..end)).map_or(0, |text| text.chars().count());
            self.raw();
            let column = u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1);
            found.push((name, value.to_owned(), Position { line: self.count, column }));
        }
    }

    /// The next line of the language. Comments between lines that are joined are passed over, and so are empty ones.
    pub(super) fn next_line(&mut self) -> Option<Line> {
        loop {
            let (number, raw) = self.raw()?;
            let text = raw.trim_start();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let column = raw.get(..raw.len() - text.len()).map_or(0, |blank| blank.chars().count());
            let column = u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1);
            let mut line = Line::default();
            let (content, mut goes_on) = self.continued(text);
            line.add(content, Position { line: number, column });
            while goes_on {
                let Some((number, raw)) = self.raw() else { break };
                let trimmed = raw.trim_start();
                if trimmed.is_empty() || trimmed.starts_with('#') {
                    continue;
                }
                let (content, more) = self.continued(raw);
                line.add(content, Position { line: number, column: 1 });
                goes_on = more;
            }
            if !line.text.trim().is_empty() {
                return Some(line);
            }
        }
    }

    /// A line without what joins it to the next, and whether that is there. What is escaped itself joins nothing.
    fn continued<'l>(&self, line: &'l str) -> (&'l str, bool) {
        let trimmed = line.trim_end_matches([' ', '\t']);
        match trimmed.strip_suffix(self.escape) {
            Some(content) if !content.ends_with(self.escape) => (content, true),
            _ => (line, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_lines_know_where_each_part_stood() {
        let mut lines = Lines::new("# escape=\\\n\n  RUN a \\\n  # no\n\n   b \\ \n é c\nX\\\\\nY");
        let directives = lines.directives();
        assert_eq!(directives, [("escape".into(), "\\".into(), Position { line: 1, column: 10 })]);
        let line = lines.next_line().unwrap();
        assert_eq!(line.text, "RUN a    b  é c");
        for (word, expected) in [("RUN", (3, 3)), ("a", (3, 7)), ("b", (6, 4)), ("c", (7, 4))] {
            let at = line.at(line.text.find(word).unwrap());
            assert_eq!((at.line, at.column), expected, "{word}");
        }
        assert_eq!(line.at(0), Position { line: 3, column: 3 });
        assert_eq!(lines.next_line().unwrap().text, "X\\\\");
        assert_eq!(lines.next_line().unwrap().text, "Y");
        assert!(lines.next_line().is_none());
    }
}
