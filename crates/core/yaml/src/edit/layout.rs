//! How a document is laid out, so that what is new looks like what is there.

use granit_parser::ScalarStyle;

use crate::outline::{Outline, Part, Shape, Written};

/// The ways of one document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// What ends a line.
    pub(super) newline: &'static str,
    /// Columns by which a mapping is further in than the one around it.
    pub(super) step: usize,
    /// Columns by which the dashes of a list are further in than its key.
    pub(super) dash: usize,
    /// What indents lines between brackets: a tab or a blank.
    pub(super) blank: char,
    /// Whether the elements of a list between brackets stand in lines of their own.
    pub(super) has_long_lists: bool,
    /// Whether a blank follows colons and commas between brackets.
    pub(super) is_spaced: bool,
}

impl Layout {
    pub(super) fn of(document: &str, outline: &Outline) -> Self {
        let is_crlf =
            document.find('\n').is_some_and(|end| document.get(..end).is_some_and(|line| line.ends_with('\r')));
        let (mut step, mut dash) = (None, None);
        let (mut blank, mut is_spaced) = (None, None);
        let mut has_long_lists = None;
        for (_, part) in outline.parts() {
            if let Shape::List { is_flow: true, items } = &part.shape {
                let first = items.first().and_then(|first| outline.part(Part(*first)));
                has_long_lists = has_long_lists.or(first.map(|first| first.at.line > part.at.line));
            }
            let Shape::Mapping { is_flow, entries } = &part.shape else { continue };
            if *is_flow {
                let gap = entries.iter().find_map(|entry| {
                    let value = outline.part(Part(entry.value))?;
                    document.get(entry.range.end..value.range.start)
                });
                is_spaced = is_spaced.or(gap.map(|gap| gap.ends_with(char::is_whitespace)));
                // Of what stands between brackets in lines of its own, the first line tells.
                let own_line = entries.first().filter(|entry| entry.at.line > part.at.line);
                if let Some(entry) = own_line {
                    let (own, around) = (indent(document, entry.range.start), indent(document, part.range.start));
                    step = step.or(own.len().checked_sub(around.len()).filter(|step| *step > 0));
                    blank = blank.or(own.chars().next());
                }
                continue;
            }
            for entry in entries {
                let Some(value) = outline.part(Part(entry.value)) else { continue };
                let further = column_of(value).checked_sub(column_of(part));
                match &value.shape {
                    Shape::Mapping { is_flow: false, .. } => step = step.or(further.filter(|step| *step > 0)),
                    Shape::List { is_flow: false, items } => {
                        let first = items.first().and_then(|item| outline.part(Part(*item)));
                        let column = first.and_then(|first| self::dash(document, first.range.start));
                        dash = dash.or(column.and_then(|dash| dash.checked_sub(column_of(part))));
                    }
                    _ => {}
                }
            }
        }
        let step = step.filter(|step| *step <= 16).unwrap_or(2);
        Self {
            newline: if is_crlf { "\r\n" } else { "\n" },
            step,
            dash: dash.filter(|dash| *dash <= 16).unwrap_or(step),
            blank: blank.unwrap_or(' '),
            has_long_lists: has_long_lists.unwrap_or(false),
            is_spaced: is_spaced.unwrap_or(true),
        }
    }
}

/// What indents the line that a byte is in.
pub(super) fn indent(document: &str, byte: usize) -> &str {
    let line = document.get(line_start(document, byte)..).unwrap_or_default();
    line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
}

/// Blanks before the dash of an element that begins at a byte, where nothing else is before it in its line.
pub(super) fn dash(document: &str, byte: usize) -> Option<usize> {
    let before = document.get(line_start(document, byte)..byte)?;
    (before.trim() == "-").then(|| before.find('-')).flatten()
}

/// The column, from 0.
fn column_of(part: &Written) -> usize {
    usize::try_from(part.at.column).unwrap_or(1).saturating_sub(1)
}

/// Where the line begins that a byte is in.
pub(super) fn line_start(document: &str, byte: usize) -> usize {
    document.get(..byte).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// Where the line ends that a byte is in, without what ends it.
pub(super) fn line_end(document: &str, byte: usize) -> usize {
    let rest = document.get(byte..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    byte + line.strip_suffix('\r').unwrap_or(line).len()
}

/// Where the next line begins.
pub(super) fn next_line(document: &str, byte: usize) -> usize {
    document.get(byte..).and_then(|rest| rest.find('\n')).map_or(document.len(), |newline| byte + newline + 1)
}

/// Whether a value goes on to the end of its last line, so that nothing can be put behind it.
pub(super) fn is_block_text(part: &Written) -> bool {
    matches!(&part.shape, Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. })
}
