//! Equality and order. Values of different types are never equal, but numbers are whatever their types.

use std::cmp::Ordering;

use super::{Steps, Stop, Value};
use crate::facts::{Content, Fact};

/// Whether two values are equal. Takes a step for every element that is looked at.
pub(crate) fn equal(left: &Value<'_>, right: &Value<'_>, steps: &mut Steps) -> Result<bool, Stop> {
    let (left, right) = (left.clone().plain(), right.clone().plain());
    steps.take(1)?;
    for value in [&left, &right] {
        if let Value::Fact(Fact { content: Content::Unknown(reason), .. }) = value {
            return Err(Stop::unknown(reason));
        }
    }
    if let Some(order) = numbers(&left, &right) {
        return Ok(order == Some(Ordering::Equal));
    }
    Ok(match (&left, &right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => {
            steps.take_bytes(left.len().min(right.len()))?;
            **left == **right
        }
        (Value::Bytes(left), Value::Bytes(right)) => {
            steps.take_bytes(left.len().min(right.len()))?;
            left == right
        }
        (Value::Kind(left), Value::Kind(right)) => left == right,
        (Value::Optional(left), Value::Optional(right)) => match (left, right) {
            (Some(left), Some(right)) => return equal(left, right, steps),
            (left, right) => left.is_none() && right.is_none(),
        },
        (Value::Quantity(left), Value::Quantity(right)) => left == right,
        (Value::Ip(left), Value::Ip(right)) => left == right,
        (Value::Cidr(left), Value::Cidr(right)) => left == right,
        (Value::Url(left), Value::Url(right)) => left.text() == right.text(),
        (Value::Semver(left), Value::Semver(right)) => left.cmp_precedence(right).is_eq(),
        (left, right) if left.is_map() && right.is_map() => return maps(left, right, steps),
        (left, right) => match (left.as_list(), right.as_list()) {
            (Some(left), Some(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for (left, right) in left.iter().zip(right.iter()) {
                    if !equal(&left, &right, steps)? {
                        return Ok(false);
                    }
                }
                true
            }
            _ => false,
        },
    })
}

fn maps(left: &Value<'_>, right: &Value<'_>, steps: &mut Steps) -> Result<bool, Stop> {
    if entries(left) != entries(right) {
        return Ok(false);
    }
    for index in 0..entries(left) {
        let Some((key, value)) = entry(left, index) else { return Ok(false) };
        match find(right, &key, steps)? {
            Some(other) if equal(&value, &other, steps)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// How many entries a mapping has.
pub(crate) fn entries(map: &Value<'_>) -> usize {
    match map {
        Value::Map(entries) => entries.len(),
        Value::Fact(Fact { content: Content::Mapping(entries), .. }) => entries.len(),
        _ => 0,
    }
}

/// The entry of a mapping with a number.
pub(crate) fn entry<'a>(map: &Value<'a>, index: usize) -> Option<(Value<'a>, Value<'a>)> {
    match map {
        Value::Map(entries) => entries.get(index).cloned(),
        Value::Fact(Fact { content: Content::Mapping(entries), .. }) => {
            entries.entry(index).map(|(name, fact)| (Value::borrowed(name), Value::Fact(fact)))
        }
        _ => None,
    }
}

/// What stands under a key of a mapping.
pub(crate) fn find<'a>(map: &Value<'a>, key: &Value<'_>, steps: &mut Steps) -> Result<Option<Value<'a>>, Stop> {
    match (map, key.clone().plain()) {
        (Value::Fact(fact), Value::Text(name)) => {
            steps.take_bytes(name.len())?;
            Ok(fact.child(&name).map(Value::Fact))
        }
        (Value::Map(entries), key) => {
            for (other, value) in entries.iter() {
                if equal(&key, other, steps)? {
                    return Ok(Some(value.clone()));
                }
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// Which of two values comes first; `None` inside where neither does, as with NaN, and outside where they have no order.
pub(crate) fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Option<Ordering>> {
    if let Some(order) = numbers(left, right) {
        return Some(order);
    }
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(Some(left.cmp(right))),
        // Bytes of UTF-8 are in the order of the characters.
        (Value::Text(left), Value::Text(right)) => Some(Some((**left).cmp(&**right))),
        (Value::Bytes(left), Value::Bytes(right)) => Some(Some(left.cmp(right))),
        _ => None,
    }
}

/// The order of two numbers, whatever their types, if both are numbers.
fn numbers(left: &Value<'_>, right: &Value<'_>) -> Option<Option<Ordering>> {
    let (left, right) = match (left, right) {
        (Value::Double(left), Value::Double(right)) => return Some(left.partial_cmp(right)),
        (Value::Double(double), other) => return Some(mixed(whole(other)?, *double).map(Ordering::reverse)),
        (other, Value::Double(double)) => return Some(mixed(whole(other)?, *double)),
        (left, right) => (whole(left)?, whole(right)?),
    };
    Some(Some(left.cmp(&right)))
}

/// A whole number, if it is one.
fn whole(value: &Value<'_>) -> Option<i128> {
    match value {
        Value::Int(number) => Some((*number).into()),
        Value::Uint(number) => Some((*number).into()),
        _ => None,
    }
}

/// Exact: a whole number may have more digits than a double holds.
fn mixed(whole: i128, double: f64) -> Option<Ordering> {
    // Every whole number here is far within this bound, which doubles hold exactly.
    const BOUND: f64 = 36_893_488_147_419_103_232.0;
    if double.is_nan() {
        return None;
    }
    if double >= BOUND {
        return Some(Ordering::Less);
    }
    if double <= -BOUND {
        return Some(Ordering::Greater);
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the bound, and the fraction is looked at below")]
    let floor = double.floor() as i128;
    Some(match whole.cmp(&floor) {
        Ordering::Equal if double.fract() != 0.0 => Ordering::Less,
        order => order,
    })
}
