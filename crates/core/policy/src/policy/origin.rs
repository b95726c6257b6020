//! Where a part of an expression stands in its file.

use std::sync::Arc;

use boltseal_model::Position;

use crate::syntax::Span;

/// The place of a text of a document, for the places of its parts.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) document: Arc<str>,
    /// Lines of the file before the document.
    pub(crate) before: u32,
    /// Where the value begins in the file.
    pub(crate) at: Position,
    /// Bytes of the value before the text that is meant.
    pub(crate) skipped: usize,
}

/// How the text is quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
}

impl Origin {
    /// The same for a text that begins further on in the value.
    pub(crate) fn behind(&self, bytes: usize) -> Self {
        Self { skipped: self.skipped + bytes, ..self.clone() }
    }

    /// Where a part of the value begins; `value` is what the document was read to.
    ///
    /// YAML folds lines and cuts indentation, which is all white space. The other characters are the same in the document and in
    /// the value, but for escapes; so the character with the same number among them is meant.
    pub(crate) fn position(&self, value: &str, span: Span) -> Position {
        let offset = span.start.saturating_add(self.skipped).min(value.len());
        let before = value.get(..offset).unwrap_or(value);
        let wanted = before.chars().filter(|character| !character.is_whitespace()).count();
        let is_end = offset == value.trim_end().len();
        self.walk(wanted, is_end).unwrap_or(self.at)
    }

    fn walk(&self, wanted: usize, is_end: bool) -> Option<Position> {
        let line_index = usize::try_from(self.at.line.checked_sub(self.before)?.checked_sub(1)?).ok()?;
        let mut lines = self.document.split('\n').skip(line_index);
        let first = lines.next()?;
        let column = usize::try_from(self.at.column).ok()?.checked_sub(1)?;
        let rest: String = first.chars().skip(column).collect();
        let (style, mut skip) = match rest.chars().next()? {
            '\'' => (Style::Single, 1),
            '"' => (Style::Double, 1),
            // What follows on the line of a block's sign is no part of it.
            '|' | '>' => (Style::Plain, usize::MAX),
            _ => (Style::Plain, 0),
        };
        let mut counted = 0;
        let mut last = self.at;
        for (number, line) in std::iter::once(first).chain(lines).enumerate() {
            let from = if number == 0 { column.saturating_add(skip) } else { 0 };
            skip = 0;
            let mut characters = line.chars().enumerate().skip(from).peekable();
            while let Some((index, character)) = characters.next() {
                if character.is_whitespace() {
                    continue;
                }
                let at = Position {
                    line: self.at.line.saturating_add(u32::try_from(number).unwrap_or(u32::MAX)),
                    column: u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1),
                };
                if counted == wanted && !is_end {
                    return Some(at);
                }
                if counted == wanted {
                    return Some(last);
                }
                last = Position { column: at.column.saturating_add(1), ..at };
                let escaped = match (style, character, characters.peek()) {
                    (Style::Single, '\'', Some((_, '\''))) => Some(true),
                    (Style::Double, '\\', Some((_, next))) => Some(!matches!(next, 'n' | 't' | 'r' | ' ')),
                    _ => None,
                };
                if escaped.is_some() {
                    characters.next();
                }
                counted += usize::from(escaped != Some(false));
            }
        }
        Some(last)
    }
}
