//! Values that may be absent. `or`, `orValue`, `optMap` and `optFlatMap` are made by the evaluator, since they do not always look
//! at their arguments.

use super::{Outcome, Overload, Parameter as P, global, method, mismatch};
use crate::evaluate::{Stop, Value, entries};

pub(super) const TABLE: &[Overload] = &[
    global("optional.of", &[P::Any], Outcome::OptionalOfFirst, |arguments, _| match arguments {
        [value] => Ok(Value::some(value.clone())),
        _ => mismatch(),
    }),
    global("optional.ofNonZeroValue", &[P::Any], Outcome::OptionalOfFirst, |arguments, _| match arguments {
        [value] if is_zero(value) => Ok(Value::Optional(None)),
        [value] => Ok(Value::some(value.clone())),
        _ => mismatch(),
    }),
    global("optional.none", &[], Outcome::OptionalNone, |_, _| Ok(Value::Optional(None))),
    method("hasValue", &[P::Optional], Outcome::Bool, |arguments, _| match arguments {
        [Value::Optional(value)] => Ok(Value::Bool(value.is_some())),
        _ => mismatch(),
    }),
    method("value", &[P::Optional], Outcome::Held, |arguments, _| match arguments {
        [Value::Optional(Some(value))] => Ok((**value).clone()),
        [Value::Optional(None)] => Err(Stop::absent("an optional without a value; `orValue` gives one in its place")),
        _ => mismatch(),
    }),
];

fn is_zero(value: &Value<'_>) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) | Value::Uint(0) | Value::Optional(None) => true,
        Value::Double(number) => *number == 0.0,
        Value::Text(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        map if map.is_map() => entries(map) == 0,
        value => value.as_list().is_some_and(|list| list.len() == 0),
    }
}
