//! Places of a text: lines and columns, and bytes.

use boltseal_model::{Position, TextEdit};
use boltseal_yaml::edit::Splice;

/// Where the lines of a text begin and end, in bytes.
pub(super) struct Lines {
    starts: Vec<usize>,
    length: usize,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        Self { starts, length: text.len() }
    }

    /// The byte at a place.
    pub(super) fn byte(&self, text: &str, at: Position) -> Option<usize> {
        let start = *self.starts.get(usize::try_from(at.line).ok()?.checked_sub(1)?)?;
        let column = usize::try_from(at.column).ok()?.checked_sub(1)?;
        let line = text.get(start..)?;
        line.char_indices().map(|(byte, _)| byte).chain([line.len()]).nth(column).map(|byte| start + byte)
    }

    /// Where a line ends, without what ends it.
    pub(super) fn end(&self, line: u32) -> Option<usize> {
        let next = self.starts.get(usize::try_from(line).ok()?);
        Some(next.map_or(self.length, |next| next - 1))
    }

    /// The place of a byte, in a text that stands behind `before` lines.
    fn position(&self, text: &str, byte: usize, before: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let column = text.get(start..byte).map_or(0, |text| text.chars().count());
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: before.saturating_add(number(line)), column: number(column).saturating_add(1) }
    }

    /// Bytes that change, as reports have them.
    pub(super) fn edits(&self, text: &str, splices: &[Splice], before: u32) -> Vec<TextEdit> {
        let edit = |splice: &Splice| {
            let start = self.position(text, splice.range.start, before);
            let end = self.position(text, splice.range.end, before);
            TextEdit {
                start_line: start.line,
                start_column: start.column,
                end_line: end.line,
                end_column: end.column,
                text: splice.text.clone(),
            }
        };
        splices.iter().map(edit).collect()
    }
}
