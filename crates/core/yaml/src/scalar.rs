//! What a scalar means.
//!
//! Source: the types `null`, `bool`, `int` and `float` of YAML 1.1, as the reader that Kubernetes uses has them: without numbers of
//! base 60, and with `0o` for octal ones. <https://yaml.org/type/>

use std::borrow::Cow;

use crate::node::Value;

/// The type that a tag asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Null,
    Flag,
    Integer,
    Number,
    Text,
}

/// The value of a scalar that is of the type asked for; `None` if it is not.
pub(crate) fn asked(asked: Asked, text: Cow<'_, str>) -> Option<Value<'_>> {
    if asked == Asked::Text {
        return Some(Value::Text(text));
    }
    let value = plain(text);
    let is_it = match value {
        Value::Null => asked == Asked::Null,
        Value::Flag(_) => asked == Asked::Flag,
        Value::Integer(_) => matches!(asked, Asked::Integer | Asked::Number),
        Value::Number(_) => asked == Asked::Number,
        Value::Text(_) | Value::List(_) | Value::Mapping(_) => false,
    };
    is_it.then_some(value)
}

/// The value of a scalar without quotes.
pub(crate) fn plain(text: Cow<'_, str>) -> Value<'_> {
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => Value::Flag(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => Value::Flag(false),
        other => match number(other) {
            Some(number) => number,
            None => Value::Text(text),
        },
    }
}

fn number(text: &str) -> Option<Value<'static>> {
    let first = text.bytes().next()?;
    if !first.is_ascii_digit() && !matches!(first, b'+' | b'-' | b'.') {
        return None;
    }
    let text = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    integer(&text).or_else(|| fraction(&text))
}

fn integer(text: &str) -> Option<Value<'static>> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // The parser of numbers would take another sign.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    i64::from_str_radix(digits, radix).ok().map(|number| Value::Integer(sign * number))
}

/// Programs that turn YAML into JSON write `0.0` as `0`, so that both are the same number.
fn fraction(text: &str) -> Option<Value<'static>> {
    // Up to this bound every whole number has a form of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within the bound")]
        return Some(Value::Integer(number as i64));
    }
    Some(Value::Number(number))
}
