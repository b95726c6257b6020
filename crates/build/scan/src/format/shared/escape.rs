//! Text of a hostile image inside other notations.

use std::fmt::Write;

use boltseal_model::text::visible;

/// The text as inert inline Markdown, in a table cell too: it starts no markup, HTML, link or mention.
///
/// Character references are never taken for structure (`CommonMark` 0.31, section 2.5). They stand for every character that
/// means something anywhere in a line, for the colon and the at sign that GitHub's extension turns into links, and for the
/// full stop after a `w`, which ends its `www.`.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for character in visible(text).chars() {
        let inert = match character {
            '.' => !before.eq_ignore_ascii_case(&'w'),
            ' ' | '-' | '/' | ',' | '+' | '=' | '%' | '(' | ')' | ';' | '?' => true,
            _ => character.is_alphanumeric() || !character.is_ascii(),
        };
        if inert {
            out.push(character);
        } else {
            let _ = write!(out, "&#{};", u32::from(character));
        }
        before = character;
    }
    out
}

/// The text as a code span of Markdown, in which nothing means anything. Not for a cell of a table, where a bar still does.
///
/// The fence is longer than every run of backticks in the text (`CommonMark` 0.31, section 6.1).
pub fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A space keeps a backtick at either end apart from the fence, and is not shown.
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A path as a relative URI reference: all but the unreserved characters of RFC 3986 and the slash is percent-encoded, so
/// that no path can be taken for a scheme, an authority or a query.
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// What a file says to be an address, as a URI reference: what RFC 3986 has no place for is percent-encoded, and what is not on the
/// web is a relative reference.
pub fn address(text: &str) -> String {
    let Some((scheme, rest)) =
        ["https://", "http://"].iter().find_map(|scheme| Some((scheme, text.strip_prefix(scheme)?)))
    else {
        return uri(text);
    };
    let mut out = (*scheme).to_owned();
    for (at, byte) in rest.bytes().enumerate() {
        let is_escape = || {
            let digits = rest.as_bytes().get(at.saturating_add(1)..at.saturating_add(3));
            byte == b'%' && digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        };
        if byte.is_ascii_alphanumeric() || b"-._~:/@!$&'()*+,;=".contains(&byte) || is_escape() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_names_stay_readable() {
        assert_eq!(markdown("libssl3 3.0.11-1+deb12u1"), "libssl3 3.0.11-1+deb12u1");
        assert_eq!(uri("usr/lib/python3/dist-packages"), "usr/lib/python3/dist-packages");
    }

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(markdown("<b>|`"), "&#60;b&#62;&#124;&#96;");
        assert_eq!(markdown("[x](http://y) @z WWW.a"), "&#91;x&#93;(http&#58;//y) &#64;z WWW&#46;a");
        assert_eq!(markdown("a\nb"), "a&#92;u&#123;a&#125;b");
    }

    #[test]
    fn no_backtick_ends_a_code_span() {
        assert_eq!(code("pip install 'a>=1'"), "`pip install 'a>=1'`");
        assert_eq!(code("a`` [x](y)"), "```a`` [x](y)```");
        assert_eq!(code("`a`"), "`` `a` ``");
    }

    #[test]
    fn a_path_is_never_a_scheme_or_an_authority() {
        assert_eq!(uri("javascript:x"), "javascript%3Ax");
        assert_eq!(uri("//host/a b?c#d"), "host/a%20b%3Fc%23d");
    }

    #[test]
    fn an_address_stays_one_and_nothing_else_becomes_one() {
        for (text, expected) in [
            ("https://***@example.org/a%2Bb 1.whl", "https://***@example.org/a%2Bb%201.whl"),
            ("http://example.org/%zz\u{1b}", "http://example.org/%25zz%1B"),
            ("javascript:x", "javascript%3Ax"),
            ("six-1.16.0-py2.py3-none-any.whl", "six-1.16.0-py2.py3-none-any.whl"),
        ] {
            assert_eq!(address(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_text_brings_a_character_of_structure(text in ".{0,100}") {
            let markup = ['<', '>', '|', '`', '[', ']', '*', '_', '~', '\\', '@', ':', '!', '\n', '\r', '"'];
            let plain = !markdown(&text).contains(markup);
            prop_assert!(plain);
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte);
            let encoded = uri(&text).bytes().all(allowed);
            prop_assert!(encoded);
        }
    }
}
