//! How values and keys are written.

use std::borrow::Cow;

use granit_parser::ScalarStyle;

use super::Scalar;
use crate::node::Value;
use crate::scalar::plain;

/// A value in these quotes; a text without quotes only where it stays one.
pub(super) fn scalar(value: &Scalar, style: ScalarStyle) -> String {
    let text = match value {
        Scalar::Flag(flag) => Cow::Owned(flag.to_string()),
        Scalar::Integer(number) => Cow::Owned(number.to_string()),
        Scalar::Text(text) => Cow::Borrowed(text.as_str()),
    };
    let is_text = matches!(value, Scalar::Text(_));
    match style {
        ScalarStyle::SingleQuoted if !text.contains(char::is_control) => format!("'{}'", text.replace('\'', "''")),
        ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted => quoted(&text),
        _ if !is_text || is_plain(&text) => text.into_owned(),
        _ => quoted(&text),
    }
}

pub(super) fn key(key: &str, style: ScalarStyle) -> String {
    scalar(&Scalar::Text(key.to_owned()), style)
}

/// Whether every reader takes a text without quotes for this text.
fn is_plain(text: &str) -> bool {
    let is_usual = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=+".contains(letter);
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && text.chars().all(is_usual)
        && !text.ends_with(':')
        && matches!(plain(Cow::Borrowed(text)), Value::Text(_))
}

/// In double quotes, as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_a_text() {
        let text = |text: &str| Scalar::Text(text.to_owned());
        for (value, style, expected) in [
            (text("RuntimeDefault"), ScalarStyle::Plain, "RuntimeDefault"),
            (text("no-new-privileges:true"), ScalarStyle::Plain, "no-new-privileges:true"),
            (text("yes"), ScalarStyle::Plain, "\"yes\""),
            (text("0755"), ScalarStyle::Plain, "\"0755\""),
            (text("a: b"), ScalarStyle::Plain, "\"a: b\""),
            (text("it's"), ScalarStyle::SingleQuoted, "'it''s'"),
            (text("a\u{1}\"\n"), ScalarStyle::SingleQuoted, "\"a\\u0001\\\"\\n\""),
            (Scalar::Flag(false), ScalarStyle::Plain, "false"),
            (Scalar::Flag(false), ScalarStyle::DoubleQuoted, "\"false\""),
            (Scalar::Integer(-5), ScalarStyle::Plain, "-5"),
        ] {
            assert_eq!(scalar(&value, style), expected);
        }
    }
}
