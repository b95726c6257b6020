//! Modes of files, as `chmod` writes them: texts of octal digits.

use super::{Call, Outcome, Overload, Parameter as P, method, mismatch};
use crate::evaluate::{Stop, Value};

pub(super) const TABLE: &[Overload] = &[
    // Whether a mode has a bit that another has not: `'0664'.exceeds('644')`.
    method("exceeds", &[P::Text, P::Text], Outcome::Bool, exceeds),
];

fn exceeds<'a>(arguments: &[Value<'a>], _: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let [Value::Text(mode), Value::Text(most)] = arguments else { return mismatch() };
    Ok(Value::Bool(bits(mode)? & !bits(most)? != 0))
}

fn bits(text: &str) -> Result<u32, Stop> {
    let is_octal = !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let bits = u32::from_str_radix(text, 8).ok().filter(|bits| is_octal && *bits <= 0o7777);
    bits.ok_or_else(|| Stop::value("a mode is one to four octal digits, as `0644`"))
}
