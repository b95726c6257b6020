//! Functions of texts. Indexes count characters.

use super::lists::count;
use super::{Call, Outcome, Overload, Parameter as P, method, mismatch};
use crate::evaluate::{Stop, Value};

pub(super) const TABLE: &[Overload] = &[
    method("contains", &[P::Text, P::Text], Outcome::Bool, |arguments, call| {
        test(arguments, call, |text, other| text.contains(other))
    }),
    method("startsWith", &[P::Text, P::Text], Outcome::Bool, |arguments, call| {
        test(arguments, call, |text, other| text.starts_with(other))
    }),
    method("endsWith", &[P::Text, P::Text], Outcome::Bool, |arguments, call| {
        test(arguments, call, |text, other| text.ends_with(other))
    }),
    method("lowerAscii", &[P::Text], Outcome::Text, |arguments, call| make(arguments, call, str::to_ascii_lowercase)),
    method("upperAscii", &[P::Text], Outcome::Text, |arguments, call| make(arguments, call, str::to_ascii_uppercase)),
    method("trim", &[P::Text], Outcome::Text, |arguments, call| make(arguments, call, |text| text.trim().to_owned())),
    method("reverse", &[P::Text], Outcome::Text, |arguments, call| {
        make(arguments, call, |text| text.chars().rev().collect())
    }),
    method("charAt", &[P::Text, P::Int], Outcome::Text, |arguments, call| match arguments {
        [Value::Text(text), Value::Int(index)] => {
            call.steps.take_bytes(text.len())?;
            let at = bytes_before(text, *index)?;
            Ok(Value::text(text.get(at..).and_then(|rest| rest.chars().next()).map(String::from).unwrap_or_default()))
        }
        _ => mismatch(),
    }),
    method("substring", &[P::Text, P::Int], Outcome::Text, substring),
    method("substring", &[P::Text, P::Int, P::Int], Outcome::Text, substring),
    method("indexOf", &[P::Text, P::Text], Outcome::Int, index_of),
    method("indexOf", &[P::Text, P::Text, P::Int], Outcome::Int, index_of),
    method("lastIndexOf", &[P::Text, P::Text], Outcome::Int, last_index_of),
    method("lastIndexOf", &[P::Text, P::Text, P::Int], Outcome::Int, last_index_of),
    method("replace", &[P::Text, P::Text, P::Text], Outcome::Text, replace),
    method("replace", &[P::Text, P::Text, P::Text, P::Int], Outcome::Text, replace),
    method("split", &[P::Text, P::Text], Outcome::Texts, split),
    method("split", &[P::Text, P::Text, P::Int], Outcome::Texts, split),
    method("join", &[P::Texts], Outcome::Text, join),
    method("join", &[P::Texts, P::Text], Outcome::Text, join),
];

fn test<'a>(
    arguments: &[Value<'a>],
    call: &mut Call<'_>,
    holds: impl FnOnce(&str, &str) -> bool,
) -> Result<Value<'a>, Stop> {
    let [Value::Text(text), Value::Text(other)] = arguments else { return mismatch() };
    call.steps.take_bytes(text.len())?;
    Ok(Value::Bool(holds(text, other)))
}

fn make<'a>(
    arguments: &[Value<'a>],
    call: &mut Call<'_>,
    make: impl FnOnce(&str) -> String,
) -> Result<Value<'a>, Stop> {
    let [Value::Text(text)] = arguments else { return mismatch() };
    call.steps.take_bytes(text.len())?;
    Ok(Value::text(make(text)))
}

fn no_index(index: i64) -> Stop {
    Stop::value(format!("index {index} is out of range"))
}

/// Bytes before the character with a number; that behind the last is the whole text.
fn bytes_before(text: &str, index: i64) -> Result<usize, Stop> {
    let wanted = usize::try_from(index).map_err(|_| no_index(index))?;
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.into_iter().nth(wanted).ok_or_else(|| no_index(index))
}

fn substring<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let [Value::Text(text), Value::Int(start), rest @ ..] = arguments else { return mismatch() };
    call.steps.take_bytes(text.len())?;
    let start = bytes_before(text, *start)?;
    let end = match rest {
        [Value::Int(end)] => bytes_before(text, *end)?,
        _ => text.len(),
    };
    text.get(start..end).map(Value::text).ok_or_else(|| Stop::value("the end of a part is before its start"))
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

fn index_of<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let [Value::Text(text), Value::Text(wanted), rest @ ..] = arguments else { return mismatch() };
    call.steps.take_bytes(text.len())?;
    let from = match rest {
        [Value::Int(from)] => bytes_before(text, *from)?,
        _ => 0,
    };
    let found = text.get(from..).and_then(|rest| rest.find(&**wanted));
    Ok(found.and_then(|at| text.get(..from + at)).map_or(Value::Int(-1), |before| count(characters(before))))
}

fn last_index_of<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let [Value::Text(text), Value::Text(wanted), rest @ ..] = arguments else { return mismatch() };
    call.steps.take_bytes(text.len())?;
    // The last place where it may begin.
    let last = match rest {
        [Value::Int(last)] => bytes_before(text, *last)?,
        _ => text.len(),
    };
    let mut end = last.saturating_add(wanted.len()).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let found = text.get(..end).and_then(|head| head.rfind(&**wanted));
    Ok(found.and_then(|at| text.get(..at)).map_or(Value::Int(-1), |before| count(characters(before))))
}

/// What a limit of parts or replacements says: less than none is all.
fn limit(rest: &[Value<'_>]) -> usize {
    match rest {
        [Value::Int(limit)] => usize::try_from(*limit).unwrap_or(usize::MAX),
        _ => usize::MAX,
    }
}

fn replace<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let [Value::Text(text), Value::Text(old), Value::Text(new), rest @ ..] = arguments else { return mismatch() };
    let most = limit(rest);
    // Paid for before it is made: what is put in may be long.
    let times = if old.is_empty() { characters(text) + 1 } else { text.len() / old.len() };
    call.steps.take_bytes(text.len().saturating_add(new.len().saturating_mul(times.min(most))))?;
    Ok(Value::text(text.replacen(&**old, new, most)))
}

fn split<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let [Value::Text(text), Value::Text(separator), rest @ ..] = arguments else { return mismatch() };
    let most = limit(rest);
    call.steps.take_bytes(text.len())?;
    let parts: Vec<Value<'a>> = if most == 0 {
        Vec::new()
    } else if separator.is_empty() {
        // Between all characters, the rest in the last part.
        let mut parts: Vec<Value<'a>> = Vec::new();
        for (index, (at, character)) in text.char_indices().enumerate() {
            if index + 1 == most {
                parts.push(Value::text(text.get(at..).unwrap_or_default()));
                break;
            }
            parts.push(Value::text(String::from(character)));
        }
        parts
    } else {
        text.splitn(most, &**separator).map(Value::text).collect()
    };
    call.steps.take(parts.len())?;
    Ok(Value::list(parts))
}

fn join<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let Some(list) = arguments.first().and_then(Value::as_list) else { return mismatch() };
    let separator = match arguments.get(1) {
        Some(Value::Text(separator)) => &**separator,
        _ => "",
    };
    let mut joined = String::new();
    for (index, value) in list.iter().map(Value::plain).enumerate() {
        let Value::Text(text) = &value else { return Err(Stop::ty(format!("{} in a list to join", value.kind()))) };
        call.steps.take(1)?;
        call.steps.take_bytes(text.len().saturating_add(separator.len()))?;
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text);
    }
    Ok(Value::text(joined))
}
