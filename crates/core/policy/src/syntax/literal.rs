//! Literals: texts and bytes with their escapes, and numbers.

use super::Literal;

/// A literal and its length, or the length of what is wrong and why.
type Read = Result<(Literal, usize), (usize, String)>;

/// The text or bytes that `rest` begins with, if it begins with such a literal.
pub(super) fn quoted(rest: &str) -> Option<Read> {
    let (mut is_raw, mut is_bytes, mut prefix) = (false, false, 0);
    let body = loop {
        let tail = rest.get(prefix..)?;
        match tail.as_bytes().first()? {
            b'r' | b'R' if !is_raw => is_raw = true,
            b'b' | b'B' if !is_bytes => is_bytes = true,
            b'"' | b'\'' => break tail,
            _ => return None,
        }
        prefix += 1;
    };
    let mark = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|mark| body.starts_with(mark))?;
    let inner = body.get(mark.len()..)?;
    Some(decode(inner, mark, is_raw, is_bytes).map(|(bytes, length)| {
        let whole = prefix + mark.len() + length;
        // Only bytes can be other than UTF-8: what a text decodes to is made of characters.
        let literal =
            if is_bytes { Literal::Bytes(bytes) } else { Literal::Text(String::from_utf8_lossy(&bytes).into_owned()) };
        (literal, whole)
    }))
}

/// What stands before the closing mark, and its length with that.
fn decode(inner: &str, mark: &str, is_raw: bool, is_bytes: bool) -> Result<(Vec<u8>, usize), (usize, String)> {
    let mut decoded = Vec::new();
    let mut at = 0;
    loop {
        let rest = inner.get(at..).unwrap_or_default();
        if rest.starts_with(mark) {
            return Ok((decoded, at + mark.len()));
        }
        let Some(character) = rest.chars().next() else { return Err((1, "a text that does not end".into())) };
        if mark.len() == 1 && matches!(character, '\n' | '\r') {
            return Err((1, "a text that does not end on its line; in three quotation marks it may".into()));
        }
        if character == '\\' && !is_raw {
            let (length, value) = escape(rest.get(1..).unwrap_or_default(), is_bytes).ok_or_else(|| {
                (at + mark.len() + 2, "an escape that does not exist; a backslash itself is `\\\\`".into())
            })?;
            match value {
                Escaped::Character(character) => {
                    decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Escaped::Byte(byte) => decoded.push(byte),
            }
            at += 1 + length;
        } else {
            decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            at += character.len_utf8();
        }
    }
}

enum Escaped {
    Character(char),
    Byte(u8),
}

/// What stands behind a backslash, and its length.
fn escape(rest: &str, is_bytes: bool) -> Option<(usize, Escaped)> {
    let first = rest.chars().next()?;
    let simple = match first {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '?' | '"' | '\'' | '`' => first,
        _ => return coded(first, rest, is_bytes),
    };
    Some((1, Escaped::Character(simple)))
}

fn coded(first: char, rest: &str, is_bytes: bool) -> Option<(usize, Escaped)> {
    let (skip, digits, radix) = match first {
        'x' | 'X' => (1, 2, 16),
        'u' if !is_bytes => (1, 4, 16),
        'U' if !is_bytes => (1, 8, 16),
        '0'..='3' => (0, 3, 8),
        _ => return None,
    };
    let text = rest.get(skip..skip + digits).filter(|text| text.chars().all(|digit| digit.is_digit(radix)))?;
    let number = u32::from_str_radix(text, radix).ok()?;
    let value = match is_bytes {
        true => Escaped::Byte(u8::try_from(number).ok()?),
        false => Escaped::Character(char::from_u32(number)?),
    };
    Some((skip + digits, value))
}

/// The length of the number that `rest` begins with.
pub(super) fn number_length(rest: &str) -> usize {
    let digits = |from: usize, radix: u32| {
        let tail = rest.get(from..).unwrap_or_default();
        tail.find(|character: char| !character.is_digit(radix)).unwrap_or(tail.len())
    };
    let begins = |at: usize, characters: &[char]| rest.get(at..).is_some_and(|tail| tail.starts_with(characters));
    let mut length = if rest.starts_with("0x") || rest.starts_with("0X") { 2 + digits(2, 16) } else { digits(0, 10) };
    if begins(length, &['.']) && digits(length + 1, 10) > 0 {
        length += 1 + digits(length + 1, 10);
    }
    if begins(length, &['e', 'E']) {
        let sign = usize::from(begins(length + 1, &['+', '-']));
        let exponent = digits(length + 1 + sign, 10);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length + usize::from(begins(length, &['u', 'U']))
}

/// The number that a text with its sign is, if it is in range.
pub(super) fn number(text: &str, is_negative: bool) -> Option<Literal> {
    let sign = if is_negative { "-" } else { "" };
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if let Some(digits) = text.strip_suffix(['u', 'U']) {
        let digits = hexadecimal.map_or((digits, 10), |hex| (hex.trim_end_matches(['u', 'U']), 16));
        return u64::from_str_radix(digits.0, digits.1).ok().filter(|_| !is_negative).map(Literal::Uint);
    }
    if let Some(digits) = hexadecimal {
        return i64::from_str_radix(&format!("{sign}{digits}"), 16).ok().map(Literal::Int);
    }
    if text.contains(['.', 'e', 'E']) {
        return format!("{sign}{text}").parse().ok().filter(|number: &f64| number.is_finite()).map(Literal::Double);
    }
    format!("{sign}{text}").parse().ok().map(Literal::Int)
}
