//! Conversions between types.

use super::{Outcome, Overload, Parameter as P, global, mismatch};
use crate::evaluate::{Stop, Value};

pub(super) const TABLE: &[Overload] = &[
    global("dyn", &[P::Any], Outcome::Dyn, |arguments, _| arguments.first().cloned().map_or_else(mismatch, Ok)),
    global("type", &[P::Any], Outcome::Kind, |arguments, _| {
        arguments.first().map_or_else(mismatch, |value| Ok(Value::Kind(value.kind())))
    }),
    global("bool", &[P::Bool], Outcome::Bool, |arguments, _| to_bool(arguments)),
    global("bool", &[P::Text], Outcome::Bool, |arguments, _| to_bool(arguments)),
    global("int", &[P::Int], Outcome::Int, |arguments, _| to_int(arguments)),
    global("int", &[P::Uint], Outcome::Int, |arguments, _| to_int(arguments)),
    global("int", &[P::Double], Outcome::Int, |arguments, _| to_int(arguments)),
    global("int", &[P::Text], Outcome::Int, |arguments, _| to_int(arguments)),
    global("uint", &[P::Int], Outcome::Uint, |arguments, _| to_uint(arguments)),
    global("uint", &[P::Uint], Outcome::Uint, |arguments, _| to_uint(arguments)),
    global("uint", &[P::Double], Outcome::Uint, |arguments, _| to_uint(arguments)),
    global("uint", &[P::Text], Outcome::Uint, |arguments, _| to_uint(arguments)),
    global("double", &[P::Int], Outcome::Double, |arguments, _| to_double(arguments)),
    global("double", &[P::Uint], Outcome::Double, |arguments, _| to_double(arguments)),
    global("double", &[P::Double], Outcome::Double, |arguments, _| to_double(arguments)),
    global("double", &[P::Text], Outcome::Double, |arguments, _| to_double(arguments)),
    global("string", &[P::Bool], Outcome::Text, |arguments, _| to_text(arguments)),
    global("string", &[P::Int], Outcome::Text, |arguments, _| to_text(arguments)),
    global("string", &[P::Uint], Outcome::Text, |arguments, _| to_text(arguments)),
    global("string", &[P::Double], Outcome::Text, |arguments, _| to_text(arguments)),
    global("string", &[P::Text], Outcome::Text, |arguments, _| to_text(arguments)),
    global("string", &[P::Bytes], Outcome::Text, |arguments, _| to_text(arguments)),
    global("string", &[P::Ip], Outcome::Text, |arguments, _| to_text(arguments)),
    global("string", &[P::Cidr], Outcome::Text, |arguments, _| to_text(arguments)),
    global("bytes", &[P::Bytes], Outcome::Bytes, |arguments, _| to_bytes(arguments)),
    global("bytes", &[P::Text], Outcome::Bytes, |arguments, _| to_bytes(arguments)),
];

/// The bound of 64 bits, which a double holds exactly.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

fn out_of_range(of: &str) -> Stop {
    Stop::value(format!("a number out of the range of {of}"))
}

fn to_bool<'a>(arguments: &[Value<'a>]) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Bool(flag)] => Ok(Value::Bool(*flag)),
        [Value::Text(text)] => match &**text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Value::Bool(false)),
            _ => Err(Stop::value("a text that is neither true nor false")),
        },
        _ => mismatch(),
    }
}

fn to_int<'a>(arguments: &[Value<'a>]) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Int(number)] => Ok(Value::Int(*number)),
        [Value::Uint(number)] => i64::try_from(*number).map(Value::Int).map_err(|_| out_of_range("int")),
        // As the reference has it, the bounds themselves are out of range: a double near them stands for many numbers.
        [Value::Double(number)] if *number > -TWO_TO_63 && *number < TWO_TO_63 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "in range, and the fraction is to be cut off")]
            Ok(Value::Int(*number as i64))
        }
        [Value::Double(_)] => Err(out_of_range("int")),
        [Value::Text(text)] => text.parse().map(Value::Int).map_err(|_| Stop::value("a text that is no int")),
        _ => mismatch(),
    }
}

fn to_uint<'a>(arguments: &[Value<'a>]) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Uint(number)] => Ok(Value::Uint(*number)),
        [Value::Int(number)] => u64::try_from(*number).map(Value::Uint).map_err(|_| out_of_range("uint")),
        [Value::Double(number)] if *number >= 0.0 && *number < TWO_TO_64 =>
        {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "in range, and the fraction is cut off"
            )]
            Ok(Value::Uint(*number as u64))
        }
        [Value::Double(_)] => Err(out_of_range("uint")),
        [Value::Text(text)] => text.parse().map(Value::Uint).map_err(|_| Stop::value("a text that is no uint")),
        _ => mismatch(),
    }
}

fn to_double<'a>(arguments: &[Value<'a>]) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Double(number)] => Ok(Value::Double(*number)),
        #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
        [Value::Int(number)] => Ok(Value::Double(*number as f64)),
        #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
        [Value::Uint(number)] => Ok(Value::Double(*number as f64)),
        [Value::Text(text)] => text.parse().map(Value::Double).map_err(|_| Stop::value("a text that is no number")),
        _ => mismatch(),
    }
}

fn to_text<'a>(arguments: &[Value<'a>]) -> Result<Value<'a>, Stop> {
    Ok(Value::text(match arguments {
        [Value::Text(text)] => return Ok(Value::Text(text.clone())),
        [Value::Bool(flag)] => flag.to_string(),
        [Value::Int(number)] => number.to_string(),
        [Value::Uint(number)] => number.to_string(),
        [Value::Double(number)] => number.to_string(),
        [Value::Ip(address)] => address.to_string(),
        [Value::Cidr(range)] => range.to_string(),
        [Value::Bytes(bytes)] => str::from_utf8(bytes).map_err(|_| Stop::value("bytes that are no UTF-8"))?.to_owned(),
        _ => return mismatch(),
    }))
}

fn to_bytes<'a>(arguments: &[Value<'a>]) -> Result<Value<'a>, Stop> {
    match arguments {
        [Value::Bytes(bytes)] => Ok(Value::Bytes(bytes.clone())),
        [Value::Text(text)] => Ok(Value::Bytes(text.as_bytes().into())),
        _ => mismatch(),
    }
}
