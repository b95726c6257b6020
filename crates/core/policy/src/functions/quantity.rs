//! Amounts as Kubernetes spells them: `500m`, `1.5Gi`, `1e3`.
//!
//! Source: the format of `resource.Quantity`,
//! <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>.

use std::fmt;

use super::{Outcome, Overload, Parameter as P, global, method, mismatch};
use crate::evaluate::{Stop, Value};

pub(super) const TABLE: &[Overload] = &[
    global("quantity", &[P::Text], Outcome::Quantity, |arguments, _| match arguments {
        [Value::Text(text)] => Quantity::parse(text)
            .map(Value::Quantity)
            .ok_or_else(|| Stop::value("a text that is no quantity; `isQuantity` tells before")),
        _ => mismatch(),
    }),
    global("isQuantity", &[P::Text], Outcome::Bool, |arguments, _| match arguments {
        [Value::Text(text)] => Ok(Value::Bool(Quantity::parse(text).is_some())),
        _ => mismatch(),
    }),
    method("sign", &[P::Quantity], Outcome::Int, |arguments, _| {
        unary(arguments, |quantity| {
            Ok(Value::Int(if quantity.nano == 0 {
                0
            } else if quantity.nano < 0 {
                -1
            } else {
                1
            }))
        })
    }),
    method("isInteger", &[P::Quantity], Outcome::Bool, |arguments, _| {
        unary(arguments, |quantity| Ok(Value::Bool(quantity.integer().is_some())))
    }),
    method("asInteger", &[P::Quantity], Outcome::Int, |arguments, _| {
        unary(arguments, |quantity| {
            quantity.integer().map(Value::Int).ok_or_else(|| Stop::value("a quantity that is no whole number"))
        })
    }),
    method("asApproximateFloat", &[P::Quantity], Outcome::Double, |arguments, _| {
        #[expect(clippy::cast_precision_loss, reason = "approximate is what is asked for")]
        unary(arguments, |quantity| Ok(Value::Double(quantity.nano as f64 / NANO as f64)))
    }),
    method("add", &[P::Quantity, P::Quantity], Outcome::Quantity, |arguments, _| combine(arguments, 1)),
    method("add", &[P::Quantity, P::Int], Outcome::Quantity, |arguments, _| combine(arguments, 1)),
    method("sub", &[P::Quantity, P::Quantity], Outcome::Quantity, |arguments, _| combine(arguments, -1)),
    method("sub", &[P::Quantity, P::Int], Outcome::Quantity, |arguments, _| combine(arguments, -1)),
    method("compareTo", &[P::Quantity, P::Quantity], Outcome::Int, |arguments, _| {
        binary(arguments, |left, right| Value::Int(left.cmp(&right) as i64))
    }),
    method("isLessThan", &[P::Quantity, P::Quantity], Outcome::Bool, |arguments, _| {
        binary(arguments, |left, right| Value::Bool(left < right))
    }),
    method("isGreaterThan", &[P::Quantity, P::Quantity], Outcome::Bool, |arguments, _| {
        binary(arguments, |left, right| Value::Bool(left > right))
    }),
];

const NANO: i128 = 1_000_000_000;
/// The largest whole number, to which larger ones are cut.
const MOST: i128 = i64::MAX as i128 * NANO;

/// An amount, in billionths: finer ones are rounded away from zero, as Kubernetes does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quantity {
    nano: i128,
}

impl Quantity {
    /// Reads an amount.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = unsigned.find(|character: char| !character.is_ascii_digit() && character != '.');
        let (digits, suffix) = unsigned.split_at_checked(end.unwrap_or(unsigned.len()))?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.len() + fraction.len() == 0 || fraction.contains('.') {
            return None;
        }
        let (multiplier, exponent) = scale(suffix)?;
        let digits = whole.bytes().chain(fraction.bytes());
        let places = i32::try_from(fraction.len()).ok()?;
        let nano = scaled(digits, multiplier, exponent.checked_sub(places)?.checked_add(9)?).min(MOST);
        Some(Self { nano: if is_negative { -nano } else { nano } })
    }

    fn integer(self) -> Option<i64> {
        (self.nano % NANO == 0).then(|| i64::try_from(self.nano / NANO).ok()).flatten()
    }
}

/// A number of digits times a multiplier and a power of ten, rounded up, and no more than [`MOST`] or little more.
fn scaled(digits: impl Iterator<Item = u8>, multiplier: i128, exponent: i32) -> i128 {
    let mut number: i128 = 0;
    let mut dropped = 0;
    let mut is_rounded = false;
    for digit in digits.map(|digit| i128::from(digit.saturating_sub(b'0'))) {
        // More digits than this are beyond a billionth, or the number is beyond the limit.
        if number > 1 << 60 {
            dropped += 1;
            is_rounded |= digit != 0;
        } else {
            number = number * 10 + digit;
        }
    }
    if number == 0 {
        return 0;
    }
    let mut exponent = exponent.saturating_add(dropped);
    let mut result = number.saturating_mul(multiplier);
    while exponent > 0 && result < MOST {
        result = result.saturating_mul(10);
        exponent -= 1;
    }
    while exponent < 0 && result > 0 {
        is_rounded |= result % 10 != 0;
        result /= 10;
        exponent += 1;
    }
    result.saturating_add(i128::from(is_rounded))
}

/// What a suffix multiplies with: a number, and a power of ten.
fn scale(suffix: &str) -> Option<(i128, i32)> {
    Some(match suffix {
        "" => (1, 0),
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        "T" => (1, 12),
        "P" => (1, 15),
        "E" => (1, 18),
        "Ki" => (1 << 10, 0),
        "Mi" => (1 << 20, 0),
        "Gi" => (1 << 30, 0),
        "Ti" => (1 << 40, 0),
        "Pi" => (1 << 50, 0),
        "Ei" => (1 << 60, 0),
        exponent => {
            let digits = exponent.strip_prefix(['e', 'E'])?;
            let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
            let is_number = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
            (1, is_number.then(|| digits.parse::<i16>().ok()).flatten()?.into())
        }
    })
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.nano < 0 { "-" } else { "" };
        let (whole, fraction) = ((self.nano / NANO).unsigned_abs(), (self.nano % NANO).unsigned_abs());
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:09}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

fn unary<'a>(
    arguments: &[Value<'a>],
    run: impl FnOnce(Quantity) -> Result<Value<'a>, Stop>,
) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Quantity(quantity)] => run(*quantity),
        _ => mismatch(),
    }
}

fn binary<'a>(arguments: &[Value<'a>], run: impl FnOnce(Quantity, Quantity) -> Value<'a>) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Quantity(left), Value::Quantity(right)] => Ok(run(*left, *right)),
        _ => mismatch(),
    }
}

fn combine<'a>(arguments: &[Value<'a>], sign: i128) -> Result<Value<'a>, Stop> {
    let (left, right) = match arguments {
        [Value::Quantity(left), Value::Quantity(right)] => (left.nano, right.nano),
        [Value::Quantity(left), Value::Int(right)] => (left.nano, i128::from(*right) * NANO),
        _ => return mismatch(),
    };
    Ok(Value::Quantity(Quantity { nano: (left + sign * right).clamp(-MOST, MOST) }))
}
