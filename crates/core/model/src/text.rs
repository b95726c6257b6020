//! Text from hostile hands, on a terminal.

use std::borrow::Cow;

/// The text with every character written out that a terminal would obey instead of showing: control characters, and the
/// marks that turn the direction of writing.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let write = |mut out: String, character: char| {
        if is_obeyed(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
        out
    };
    Cow::Owned(text.chars().fold(String::new(), write))
}

/// Whether a terminal obeys the character instead of showing it.
pub fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(visible("libssl3"), "libssl3");
        assert_eq!(visible("a\x1b[2Jb\u{202e}c\n"), r"a\u{1b}[2Jb\u{202e}c\u{a}");
    }
}
