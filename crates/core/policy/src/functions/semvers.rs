//! Semantic versions.

use std::rc::Rc;

use semver::Version;

use super::{Outcome, Overload, Parameter as P, global, method, mismatch};
use crate::evaluate::{Stop, Value};

pub(super) const TABLE: &[Overload] = &[
    global("semver", &[P::Text], Outcome::Semver, |arguments, _| made(arguments)),
    global("semver", &[P::Text, P::Bool], Outcome::Semver, |arguments, _| made(arguments)),
    global("isSemver", &[P::Text], Outcome::Bool, |arguments, _| Ok(Value::Bool(read(arguments).is_some()))),
    global("isSemver", &[P::Text, P::Bool], Outcome::Bool, |arguments, _| Ok(Value::Bool(read(arguments).is_some()))),
    method("major", &[P::Semver], Outcome::Int, |arguments, _| part(arguments, |version| version.major)),
    method("minor", &[P::Semver], Outcome::Int, |arguments, _| part(arguments, |version| version.minor)),
    method("patch", &[P::Semver], Outcome::Int, |arguments, _| part(arguments, |version| version.patch)),
    method("compareTo", &[P::Semver, P::Semver], Outcome::Int, |arguments, _| {
        binary(arguments, |left, right| Value::Int(left.cmp_precedence(right) as i64))
    }),
    method("isLessThan", &[P::Semver, P::Semver], Outcome::Bool, |arguments, _| {
        binary(arguments, |left, right| Value::Bool(left.cmp_precedence(right).is_lt()))
    }),
    method("isGreaterThan", &[P::Semver, P::Semver], Outcome::Bool, |arguments, _| {
        binary(arguments, |left, right| Value::Bool(left.cmp_precedence(right).is_gt()))
    }),
];

fn read(arguments: &[Value<'_>]) -> Option<Version> {
    match arguments {
        [Value::Text(text)] | [Value::Text(text), Value::Bool(false)] => Version::parse(text).ok(),
        [Value::Text(text), Value::Bool(true)] => Version::parse(&normal(text)).ok(),
        _ => None,
    }
}

fn made<'a>(arguments: &[Value<'a>]) -> Result<Value<'a>, Stop> {
    read(arguments)
        .map(|version| Value::Semver(Rc::new(version)))
        .ok_or_else(|| Stop::value("a text that is no semantic version; `isSemver` tells before"))
}

/// Without a `v` before it and noughts that begin a number, and with all three numbers.
fn normal(text: &str) -> String {
    let text = text.strip_prefix('v').unwrap_or(text);
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut numbers: Vec<&str> = numbers
        .split('.')
        .map(|number| match number.trim_start_matches('0') {
            "" if !number.is_empty() => "0",
            trimmed => trimmed,
        })
        .collect();
    while numbers.len() < 3 {
        numbers.push("0");
    }
    format!("{}{rest}", numbers.join("."))
}

fn part<'a>(arguments: &[Value<'a>], part: impl FnOnce(&Version) -> u64) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Semver(version)] => Ok(Value::Int(i64::try_from(part(version)).unwrap_or(i64::MAX))),
        _ => mismatch(),
    }
}

fn binary<'a>(arguments: &[Value<'a>], run: impl FnOnce(&Version, &Version) -> Value<'a>) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Semver(left), Value::Semver(right)] => Ok(run(left, right)),
        _ => mismatch(),
    }
}
