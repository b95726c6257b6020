//! Names of bytes as text.

use std::borrow::Cow;

/// Stands before the two hexadecimal digits of a byte that is not part of valid UTF-8.
const ESCAPE: char = '\u{FFFD}';

/// Bytes of a path as text, such that different bytes are different text: a byte that is not part of valid UTF-8 becomes
/// U+FFFD and two hexadecimal digits, and so does each byte of U+FFFD itself.
///
/// A lossy conversion would let an image pass one file off as another: two names would become one.
pub fn escape_path(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes)
        && !text.contains(ESCAPE)
    {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(bytes.len().saturating_mul(2));
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == ESCAPE {
                "\u{FFFD}".bytes().for_each(|byte| push_escaped(&mut escaped, byte));
            } else {
                escaped.push(character);
            }
        }
        chunk.invalid().iter().for_each(|&byte| push_escaped(&mut escaped, byte));
    }
    Cow::Owned(escaped)
}

fn push_escaped(text: &mut String, byte: u8) {
    text.push(ESCAPE);
    for nibble in [byte >> 4, byte & 15] {
        text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
    }
}

/// The bytes that [`escape_path`] made a text of. A text that it cannot have made keeps what does not follow the rule.
pub fn unescape_path(text: &str) -> Cow<'_, [u8]> {
    if !text.contains(ESCAPE) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(ESCAPE) {
        bytes.extend_from_slice(before.as_bytes());
        let escaped = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped.zip(after.get(2..)) {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => {
                bytes.extend_from_slice("\u{FFFD}".as_bytes());
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Cow::Owned(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn different_bytes_are_different_text(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let text = escape_path(&bytes).into_owned();
            prop_assert_eq!(unescape_path(&text).into_owned(), bytes);
        }

        #[test]
        fn unescaping_never_panics(text in ".{0,40}", tail in "\u{FFFD}[0-9a-f\u{E9}]{0,3}") {
            let _ = unescape_path(&(text + &tail));
        }
    }
}
