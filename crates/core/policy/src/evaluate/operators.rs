//! Operators on plain values.

use std::cmp::Ordering;

use super::{Steps, Stop, Value, equal, find, order};
use crate::syntax::Operator;

type Evaluated<'a> = Result<Value<'a>, Stop>;

pub(super) fn binary<'a>(operator: Operator, left: &Value<'a>, right: &Value<'a>, steps: &mut Steps) -> Evaluated<'a> {
    match operator {
        Operator::Equal => Ok(Value::Bool(equal(left, right, steps)?)),
        Operator::NotEqual => Ok(Value::Bool(!equal(left, right, steps)?)),
        Operator::Less => compare(operator, left, right, Ordering::is_lt, steps),
        Operator::LessOrEqual => compare(operator, left, right, Ordering::is_le, steps),
        Operator::Greater => compare(operator, left, right, Ordering::is_gt, steps),
        Operator::GreaterOrEqual => compare(operator, left, right, Ordering::is_ge, steps),
        Operator::In => Ok(Value::Bool(is_in(left, right, steps)?)),
        Operator::Add => add(left, right, steps),
        Operator::Subtract => arithmetic(operator, left, right, i64::checked_sub, u64::checked_sub, |a, b| a - b),
        Operator::Multiply => arithmetic(operator, left, right, i64::checked_mul, u64::checked_mul, |a, b| a * b),
        Operator::Divide => arithmetic(operator, left, right, i64::checked_div, u64::checked_div, |a, b| a / b),
        Operator::Modulo => match (left, right) {
            (Value::Double(_), _) | (_, Value::Double(_)) => Err(mismatch(operator, left, right)),
            _ => arithmetic(operator, left, right, i64::checked_rem, u64::checked_rem, |a, _| a),
        },
    }
}

fn mismatch(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Stop {
    Stop::ty(format!("`{}` does not take {} and {}", operator.symbol(), left.kind(), right.kind()))
}

fn compare<'a>(
    operator: Operator,
    left: &Value<'a>,
    right: &Value<'a>,
    holds: fn(Ordering) -> bool,
    steps: &mut Steps,
) -> Evaluated<'a> {
    if let (Value::Text(left), Value::Text(right)) = (left, right) {
        steps.take_bytes(left.len().min(right.len()))?;
    }
    let order = order(left, right).ok_or_else(|| mismatch(operator, left, right))?;
    // What has no order to the other, as NaN, is neither less nor greater.
    Ok(Value::Bool(order.is_some_and(holds)))
}

fn is_in(element: &Value<'_>, container: &Value<'_>, steps: &mut Steps) -> Result<bool, Stop> {
    if container.is_map() {
        return Ok(find(container, element, steps)?.is_some());
    }
    let Some(list) = container.as_list() else { return Err(mismatch(Operator::In, element, container)) };
    for other in list.iter() {
        if equal(element, &other, steps)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The sum of numbers; texts, bytes and lists one behind the other.
pub(crate) fn add<'a>(left: &Value<'a>, right: &Value<'a>, steps: &mut Steps) -> Evaluated<'a> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => {
            steps.take_bytes(left.len().saturating_add(right.len()))?;
            Ok(Value::text([&**left, &**right].concat()))
        }
        (Value::Bytes(left), Value::Bytes(right)) => {
            steps.take_bytes(left.len().saturating_add(right.len()))?;
            Ok(Value::Bytes([&**left, &**right].concat().into()))
        }
        _ => match (left.as_list(), right.as_list()) {
            (Some(left), Some(right)) => {
                steps.take(left.len().saturating_add(right.len()))?;
                Ok(Value::list(left.iter().chain(right.iter()).collect()))
            }
            _ => arithmetic(Operator::Add, left, right, i64::checked_add, u64::checked_add, |a, b| a + b),
        },
    }
}

fn arithmetic<'a>(
    operator: Operator,
    left: &Value<'a>,
    right: &Value<'a>,
    int: fn(i64, i64) -> Option<i64>,
    uint: fn(u64, u64) -> Option<u64>,
    double: fn(f64, f64) -> f64,
) -> Evaluated<'a> {
    let divides = matches!(operator, Operator::Divide | Operator::Modulo);
    let failed = |by_nought: bool| {
        Stop::value(if divides && by_nought { "divided by nought" } else { "a number out of the range of its type" })
    };
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => int(*left, *right).map(Value::Int).ok_or_else(|| failed(*right == 0)),
        (Value::Uint(left), Value::Uint(right)) => {
            uint(*left, *right).map(Value::Uint).ok_or_else(|| failed(*right == 0))
        }
        (Value::Double(left), Value::Double(right)) => Ok(Value::Double(double(*left, *right))),
        _ => Err(mismatch(operator, left, right)),
    }
}

pub(super) fn negate<'a>(operand: &Value<'a>) -> Evaluated<'a> {
    match operand {
        Value::Int(number) => {
            number.checked_neg().map(Value::Int).ok_or_else(|| Stop::value("a number out of the range of its type"))
        }
        Value::Double(number) => Ok(Value::Double(-number)),
        other => Err(Stop::ty(format!("`-` does not take {}", other.kind()))),
    }
}
