//! Files of `Name: value` lines: Debian control files and Python metadata.

use crate::reading::line_number;

/// One line of such a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// Ends a stanza.
    Blank,
    /// Begins a field. The value is trimmed.
    Field(&'a str, &'a str),
    /// Belongs to the field before.
    Continuation,
    /// Is none of these.
    Other(&'a str),
}

/// The lines of a text, each with its number from 1. Carriage returns before line feeds are ignored.
///
/// Sources: deb822(5); RFC 822, section 3.1.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (u32, Line<'_>)> {
    // Files of megabytes are continuations for the most part, which this finds faster than `str::lines`.
    let mut rest = Some(text).filter(|text| !text.is_empty());
    let split = move || {
        let text = rest?;
        let end = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
        rest = text.get(end + 1..).filter(|rest| !rest.is_empty());
        let line = text.get(..end)?;
        Some(line.strip_suffix('\r').unwrap_or(line))
    };
    std::iter::from_fn(split).enumerate().map(|(index, line)| {
        let line = match line.bytes().next() {
            None => Line::Blank,
            Some(b' ' | b'\t') => Line::Continuation,
            Some(_) => match line.split_once(':') {
                Some((name, value)) if !name.is_empty() => Line::Field(name.trim_end(), value.trim()),
                _ => Line::Other(line),
            },
        };
        (line_number(index), line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_lines_apart() {
        let found: Vec<_> = lines("A:b: c \r\nEmpty:\n more: text\n\ttab\n\r\nodd\n: odd").collect();
        assert_eq!(
            found,
            [
                (1, Line::Field("A", "b: c")),
                (2, Line::Field("Empty", "")),
                (3, Line::Continuation),
                (4, Line::Continuation),
                (5, Line::Blank),
                (6, Line::Other("odd")),
                (7, Line::Other(": odd")),
            ]
        );
    }
}
