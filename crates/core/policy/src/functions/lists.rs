//! Functions of lists, sets and sizes.

use std::cmp::Ordering;

use super::{Call, Outcome, Overload, Parameter as P, global, method, mismatch};
use crate::evaluate::{List, Stop, Value, add, entries, equal, order};

pub(super) const TABLE: &[Overload] = &[
    global("size", &[P::Text], Outcome::Int, size),
    global("size", &[P::Bytes], Outcome::Int, size),
    global("size", &[P::List], Outcome::Int, size),
    global("size", &[P::Map], Outcome::Int, size),
    method("size", &[P::Text], Outcome::Int, size),
    method("size", &[P::Bytes], Outcome::Int, size),
    method("size", &[P::List], Outcome::Int, size),
    method("size", &[P::Map], Outcome::Int, size),
    method("isSorted", &[P::Ordered], Outcome::Bool, is_sorted),
    method("flatten", &[P::Lists], Outcome::Element, flatten),
    method("sum", &[P::Numbers], Outcome::Element, sum),
    method("min", &[P::Ordered], Outcome::Element, |arguments, call| extreme(arguments, call, Ordering::Less)),
    method("max", &[P::Ordered], Outcome::Element, |arguments, call| extreme(arguments, call, Ordering::Greater)),
    method("indexOf", &[P::List, P::Any], Outcome::Int, |arguments, call| index_of(arguments, call, false)),
    method("lastIndexOf", &[P::List, P::Any], Outcome::Int, |arguments, call| index_of(arguments, call, true)),
    global("sets.contains", &[P::List, P::List], Outcome::Bool, |arguments, call| {
        let (set, other) = two(arguments)?;
        Ok(Value::Bool(is_within(&other, &set, call)?))
    }),
    global("sets.equivalent", &[P::List, P::List], Outcome::Bool, |arguments, call| {
        let (set, other) = two(arguments)?;
        Ok(Value::Bool(is_within(&other, &set, call)? && is_within(&set, &other, call)?))
    }),
    global("sets.intersects", &[P::List, P::List], Outcome::Bool, |arguments, call| {
        let (set, other) = two(arguments)?;
        for value in set.iter() {
            if has(&other, &value, call)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
];

/// A count as CEL has it.
pub(super) fn count<'a>(count: usize) -> Value<'a> {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn one<'a>(arguments: &[Value<'a>]) -> Result<List<'a>, Stop> {
    arguments.first().and_then(Value::as_list).ok_or_else(|| Stop::ty("no list"))
}

fn two<'a>(arguments: &[Value<'a>]) -> Result<(List<'a>, List<'a>), Stop> {
    Ok((one(arguments)?, one(arguments.get(1..).unwrap_or_default())?))
}

fn has(list: &List<'_>, value: &Value<'_>, call: &mut Call<'_>) -> Result<bool, Stop> {
    for other in list.iter() {
        if equal(value, &other, call.steps)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_within(list: &List<'_>, set: &List<'_>, call: &mut Call<'_>) -> Result<bool, Stop> {
    for value in list.iter() {
        if !has(set, &value, call)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn size<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Text(text)] => {
            call.steps.take_bytes(text.len())?;
            Ok(count(text.chars().count()))
        }
        [Value::Bytes(bytes)] => Ok(count(bytes.len())),
        [map] if map.is_map() => Ok(count(entries(map))),
        [value] => value.as_list().map_or_else(mismatch, |list| Ok(count(list.len()))),
        _ => mismatch(),
    }
}

/// How two neighbours stand, which must have an order.
fn compare(left: &Value<'_>, right: &Value<'_>) -> Result<Option<Ordering>, Stop> {
    order(left, right).ok_or_else(|| Stop::ty(format!("{} and {} have no order", left.kind(), right.kind())))
}

fn is_sorted<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let mut last: Option<Value<'a>> = None;
    for value in one(arguments)?.iter().map(Value::plain) {
        call.steps.take(1)?;
        if let Some(last) = &last
            && !matches!(compare(last, &value)?, Some(Ordering::Less | Ordering::Equal))
        {
            return Ok(Value::Bool(false));
        }
        last = Some(value);
    }
    Ok(Value::Bool(true))
}

/// The elements of the lists in a list. They keep their places: a rule on elements that lie deeper can point at each.
fn flatten<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let mut found = Vec::new();
    for value in one(arguments)?.iter() {
        let Some(inner) = value.as_list() else {
            return Err(Stop::ty(format!("{} is no list, and cannot be flattened", value.kind())));
        };
        call.steps.take(inner.len().saturating_add(1))?;
        found.extend(inner.iter());
    }
    Ok(Value::list(found))
}

fn sum<'a>(arguments: &[Value<'a>], call: &mut Call<'_>) -> Result<Value<'a>, Stop> {
    let mut sum: Option<Value<'a>> = None;
    for value in one(arguments)?.iter().map(Value::plain) {
        call.steps.take(1)?;
        sum = Some(match sum {
            Some(sum) => add(&sum, &value, call.steps)?,
            None if matches!(value, Value::Int(_) | Value::Uint(_) | Value::Double(_)) => value,
            None => return Err(Stop::ty(format!("{} cannot be summed up", value.kind()))),
        });
    }
    Ok(sum.unwrap_or(Value::Int(0)))
}

fn extreme<'a>(arguments: &[Value<'a>], call: &mut Call<'_>, wanted: Ordering) -> Result<Value<'a>, Stop> {
    let mut found: Option<Value<'a>> = None;
    for value in one(arguments)?.iter().map(Value::plain) {
        call.steps.take(1)?;
        let is_better = match &found {
            Some(found) => compare(&value, found)? == Some(wanted),
            None => true,
        };
        if is_better {
            found = Some(value);
        }
    }
    found.ok_or_else(|| Stop::value("an empty list has neither least nor greatest element"))
}

fn index_of<'a>(arguments: &[Value<'a>], call: &mut Call<'_>, is_last: bool) -> Result<Value<'a>, Stop> {
    let list = one(arguments)?;
    let Some(wanted) = arguments.get(1) else { return mismatch() };
    let mut found = None;
    for (index, value) in list.iter().enumerate() {
        if equal(&value, wanted, call.steps)? {
            found = Some(index);
            if !is_last {
                break;
            }
        }
    }
    Ok(found.map_or(Value::Int(-1), count))
}
