//! Regular expressions: those of RE2, whose time is linear in the text.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use super::{Call, Outcome, Overload, Parameter as P, global, method, mismatch};
use crate::evaluate::{Stop, Text, Value};

pub(super) const TABLE: &[Overload] = &[
    global("matches", &[P::Text, P::Text], Outcome::Bool, matches),
    method("matches", &[P::Text, P::Text], Outcome::Bool, matches),
    method("find", &[P::Text, P::Text], Outcome::Text, |arguments, call| {
        let [Value::Text(text), Value::Text(pattern)] = arguments else { return mismatch() };
        let found = |regex: &Regex| regex.find(text).map_or("", |found| found.as_str()).to_owned();
        Ok(Value::text(with(pattern, text, call, found)?))
    }),
    method("findAll", &[P::Text, P::Text], Outcome::Texts, |arguments, call| match arguments {
        [Value::Text(text), Value::Text(pattern)] => find_all(text, pattern, -1, call),
        _ => mismatch(),
    }),
    method("findAll", &[P::Text, P::Text, P::Int], Outcome::Texts, |arguments, call| match arguments {
        [Value::Text(text), Value::Text(pattern), Value::Int(most)] => find_all(text, pattern, *most, call),
        _ => mismatch(),
    }),
];

/// The steps that it takes to compile a pattern that is only known when it is used.
const COMPILATION: usize = 1_000;

/// Compiles a pattern.
///
/// # Errors
/// With what is wrong, as a lower-case fragment of one line.
pub(crate) fn compile_pattern(pattern: &str, most_bytes: usize) -> Result<Regex, String> {
    RegexBuilder::new(pattern).size_limit(most_bytes).nest_limit(50).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => format!("a pattern that takes more than {most_bytes} bytes"),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            format!("no pattern: {}", last.trim_start_matches("error: "))
        }
    })
}

fn with<T>(pattern: &str, text: &str, call: &mut Call<'_>, run: impl FnOnce(&Regex) -> T) -> Result<T, Stop> {
    // A regular expression takes a small multiple of its length for each byte in the worst case.
    call.steps.take_bytes(text.len().saturating_mul(1 + pattern.len() / 16))?;
    let regex = match call.pattern {
        Some(regex) => Cow::Borrowed(regex),
        None => {
            call.steps.take(COMPILATION.saturating_add(pattern.len()))?;
            Cow::Owned(compile_pattern(pattern, call.pattern_bytes).map_err(Stop::value)?)
        }
    };
    Ok(run(&regex))
}

fn matches<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let [Value::Text(text), Value::Text(pattern)] = arguments else { return mismatch() };
    with(pattern, text, call, |regex| Value::Bool(regex.is_match(text)))
}

fn find_all<'a>(text: &Text<'a>, pattern: &str, most: i64, call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let found = with(pattern, text, call, |regex| {
        regex.find_iter(text).take(most).map(|found| Value::text(found.as_str())).collect::<Vec<_>>()
    })?;
    call.steps.take(found.len())?;
    Ok(Value::list(found))
}
