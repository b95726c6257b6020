//! The evaluator: a checked expression and facts to a value, in a bounded number of steps.
//!
//! Source: the language definition of CEL. `&&`, `||`, `all` and `exists` come to a value wherever one of their parts decides,
//! whatever errors the others have, and whatever is unknown of them.

mod compare;
mod error;
mod loops;
mod operators;
mod value;

use boltseal_model::Limits;
use regex::Regex;

pub(crate) use compare::{entries, entry, equal, find, order};
pub use error::ErrorKind;
pub(crate) use error::{EvaluationError, Steps, Stop};
pub(crate) use operators::add;
pub(crate) use value::{List, SHOWN, Text, Value, shown};

use crate::explain::Trace;
use crate::facts::{Content, Fact};
use crate::functions::{Call, Overload};
use crate::program::{Absent, Node, Operation};
use crate::syntax::Literal;

type Evaluated<'a> = Result<Value<'a>, Stop>;

/// What expressions of one rule are evaluated with, for one subject.
pub(crate) struct Evaluator<'a> {
    pub(crate) roots: Vec<&'a Fact>,
    variables: &'a [Node],
    /// What the variables came to, those that were asked for.
    computed: Vec<Option<Evaluated<'a>>>,
    locals: Vec<Value<'a>>,
    pub(crate) steps: Steps,
    pub(crate) trace: Option<Trace>,
    pattern_bytes: usize,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(roots: Vec<&'a Fact>, variables: &'a [Node], limits: &Limits) -> Self {
        Self {
            roots,
            variables,
            computed: vec![None; variables.len()],
            locals: Vec::new(),
            steps: Steps::new(limits.policy_steps),
            trace: None,
            pattern_bytes: limits.pattern_bytes,
        }
    }

    /// Binds the element that is judged. Variables are forgotten: they may depend on it.
    pub(crate) fn bind(&mut self, element: Value<'a>) {
        self.set(0, element);
        self.computed.fill(None);
    }

    fn set(&mut self, slot: usize, value: Value<'a>) {
        while self.locals.len() <= slot {
            self.locals.push(Value::Null);
        }
        if let Some(place) = self.locals.get_mut(slot) {
            *place = value;
        }
    }

    /// The value of an expression.
    pub(crate) fn evaluate(&mut self, node: &'a Node) -> Evaluated<'a> {
        self.steps.take(1)?;
        if let Some(trace) = &mut self.trace {
            trace.begin();
        }
        let result = self.run(node).and_then(known).map_err(|stop| stop.within(node.span));
        if let Some(trace) = &mut self.trace {
            trace.end(node, &result);
        }
        result
    }

    /// The same, with scalars of facts as scalars.
    fn plain(&mut self, node: &'a Node) -> Evaluated<'a> {
        self.evaluate(node).map(Value::plain)
    }

    /// A condition.
    pub(crate) fn condition(&mut self, node: &'a Node) -> Result<bool, Stop> {
        match self.plain(node)? {
            Value::Bool(flag) => Ok(flag),
            other => Err(Stop::ty(format!("true or false is needed, not {}", other.kind())).within(node.span)),
        }
    }

    fn run(&mut self, node: &'a Node) -> Evaluated<'a> {
        match &node.operation {
            Operation::Constant(literal) => Ok(constant(literal)),
            Operation::Kind(name) => Ok(Value::Kind(name)),
            Operation::Local(slot) => self.locals.get(*slot).cloned().ok_or_else(|| Stop::absent("no such variable")),
            Operation::Root(index) => {
                self.roots.get(*index).map(|fact| Value::Fact(fact)).ok_or_else(|| Stop::absent("no such facts"))
            }
            Operation::Variable(index) => self.variable(*index),
            Operation::Select { operand, field, absent } => {
                let operand = self.plain(operand)?;
                self.select(&operand, field, *absent)
            }
            Operation::Has { operand, field, is_choice } => {
                let operand = self.plain(operand)?;
                Ok(Value::Bool(self.field(&operand, field, *is_choice)?.is_some()))
            }
            Operation::OptionalSelect { .. } | Operation::OptionalIndex(_) => Ok(optional(self.optional_step(node)?)),
            Operation::Index(parts) => {
                let [operand, index] = &**parts;
                let (operand, index) = (self.plain(operand)?, self.plain(index)?);
                if let Value::Optional(value) = operand {
                    let Some(operand) = value else { return Ok(Value::Optional(None)) };
                    return Ok(optional(self.element(&(*operand).clone().plain(), &index)?));
                }
                let missing = match operand.is_map() {
                    true => Stop::absent(format!("no key {}", shown(&index, true))),
                    false => Stop::value(format!("no element {}", shown(&index, true))),
                };
                self.element(&operand, &index)?.ok_or(missing)
            }
            Operation::List(elements) => self.list(elements),
            Operation::Map(entries) => self.map(entries),
            Operation::Not(operand) => Ok(Value::Bool(!self.condition(operand)?)),
            Operation::Negate(operand) => operators::negate(&self.plain(operand)?),
            Operation::And(parts) => self.decide(parts, false),
            Operation::Or(parts) => self.decide(parts, true),
            Operation::Conditional(parts) => {
                let [condition, chosen, otherwise] = &**parts;
                if self.condition(condition)? { self.evaluate(chosen) } else { self.evaluate(otherwise) }
            }
            Operation::Binary(operator, parts) => {
                let [left, right] = &**parts;
                let (left, right) = (self.plain(left)?, self.plain(right)?);
                operators::binary(*operator, &left, &right, &mut self.steps)
            }
            Operation::Within { element, words } => {
                let element = self.plain(element)?;
                for word in words {
                    if equal(&element, &constant(word), &mut self.steps)? {
                        return Ok(Value::Bool(true));
                    }
                }
                Ok(Value::Bool(false))
            }
            Operation::Loop(inner) => self.repeat(inner),
            Operation::Call { overloads, arguments, pattern } => {
                // Most take one or two, for which no room is asked for.
                match arguments.as_slice() {
                    [only] => {
                        let arguments = [self.plain(only)?];
                        self.call(overloads, &arguments, pattern.as_ref())
                    }
                    [first, second] => {
                        let arguments = [self.plain(first)?, self.plain(second)?];
                        self.call(overloads, &arguments, pattern.as_ref())
                    }
                    more => {
                        let arguments: Vec<Value<'a>> =
                            more.iter().map(|argument| self.plain(argument)).collect::<Result<_, _>>()?;
                        self.call(overloads, &arguments, pattern.as_ref())
                    }
                }
            }
            Operation::OptionalOr { parts, is_value } => {
                let [first, other] = &**parts;
                match self.optional(first)? {
                    Some(value) if *is_value => Ok(value),
                    Some(value) => Ok(Value::some(value)),
                    None => self.evaluate(other),
                }
            }
            Operation::OptionalMap { parts, slot, is_flat } => {
                let [operand, body] = &**parts;
                let Some(value) = self.optional(operand)? else { return Ok(Value::Optional(None)) };
                self.set(*slot, value);
                let value = self.evaluate(body)?;
                Ok(if *is_flat { value } else { Value::some(value) })
            }
        }
    }

    fn call(
        &mut self,
        overloads: &[&'static Overload],
        arguments: &[Value<'a>],
        pattern: Option<&Regex>,
    ) -> Evaluated<'a> {
        let fits = |overload: &&&Overload| {
            overload.parameters.len() == arguments.len()
                && overload.parameters.iter().zip(arguments).all(|(parameter, argument)| parameter.holds(argument))
        };
        let Some(overload) = overloads.iter().find(fits) else {
            let kinds: Vec<&str> = arguments.iter().map(Value::kind).collect();
            let name = overloads.first().map_or("", |overload| overload.name);
            return Err(Stop::ty(format!("`{name}` does not take ({})", kinds.join(", "))));
        };
        let pattern_bytes = self.pattern_bytes;
        (overload.run)(arguments, &mut Call { steps: &mut self.steps, pattern, pattern_bytes })
    }

    /// What an optional holds. One that comes of a field or element is not made for that.
    fn optional(&mut self, node: &'a Node) -> Result<Option<Value<'a>>, Stop> {
        let is_step = matches!(node.operation, Operation::OptionalSelect { .. } | Operation::OptionalIndex(_));
        // Whoever wants to know why wants to see it.
        if is_step && self.trace.is_none() {
            self.steps.take(1)?;
            return self.optional_step(node).map_err(|stop| stop.within(node.span));
        }
        match self.plain(node)? {
            Value::Optional(value) => Ok(value.map(|value| (*value).clone())),
            other => Err(Stop::ty(format!("an optional is needed, not {}", other.kind())).within(node.span)),
        }
    }

    /// A field or element that may be absent.
    fn optional_step(&mut self, node: &'a Node) -> Result<Option<Value<'a>>, Stop> {
        let operand = match &node.operation {
            Operation::OptionalSelect { operand, .. } => operand,
            Operation::OptionalIndex(parts) => {
                let [operand, _] = &**parts;
                operand
            }
            _ => node,
        };
        let is_chain = matches!(operand.operation, Operation::OptionalSelect { .. } | Operation::OptionalIndex(_));
        let operand = if is_chain { self.optional(operand)? } else { opened(self.plain(operand)?) };
        let Some(operand) = operand.map(Value::plain) else { return Ok(None) };
        match &node.operation {
            Operation::OptionalSelect { field, is_choice, .. } => self.field(&operand, field, *is_choice),
            Operation::OptionalIndex(parts) => {
                let [_, index] = &**parts;
                let index = self.plain(index)?;
                self.element(&operand, &index)
            }
            _ => Ok(None),
        }
    }

    /// Variables are evaluated when they are first asked for, with no element but the one that is judged.
    fn variable(&mut self, index: usize) -> Evaluated<'a> {
        if let Some(Some(computed)) = self.computed.get(index) {
            return computed.clone();
        }
        let variables = self.variables;
        let Some(node) = variables.get(index) else { return Err(Stop::absent("no such variable")) };
        let binding = self.locals.first().cloned();
        let around = std::mem::replace(&mut self.locals, binding.into_iter().collect());
        let computed = self.evaluate(node);
        self.locals = around;
        if let Some(place) = self.computed.get_mut(index) {
            *place = Some(computed.clone());
        }
        computed
    }

    fn select(&mut self, operand: &Value<'a>, field: &str, absent: Absent) -> Evaluated<'a> {
        if let Value::Optional(value) = operand {
            let Some(value) = value else { return Ok(Value::Optional(None)) };
            let found = self.field(&(**value).clone().plain(), field, false)?;
            return Ok(optional(found));
        }
        match (self.field(operand, field, false)?, absent) {
            (Some(value), _) => Ok(value),
            (None, Absent::EmptyList) => Ok(Value::list(Vec::new())),
            (None, Absent::EmptyMap) => Ok(Value::Map(Vec::new().into())),
            (None, Absent::Error) => Err(Stop::absent(format!("no field `{field}`"))),
        }
    }

    /// A field, if it is there. A choice can be a text, which has none.
    fn field(&mut self, operand: &Value<'a>, field: &str, is_choice: bool) -> Result<Option<Value<'a>>, Stop> {
        match operand {
            Value::Fact(fact) if operand.is_map() => fact.child(field).map(Value::Fact).map(known).transpose(),
            Value::Map(_) => find(operand, &Value::text(field), &mut self.steps),
            Value::Text(_) if is_choice => Ok(None),
            other => Err(Stop::ty(format!("{} has no field `{field}`", other.kind()))),
        }
    }

    /// An element of a list or what is under a key, if it is there.
    fn element(&mut self, operand: &Value<'a>, index: &Value<'a>) -> Result<Option<Value<'a>>, Stop> {
        if operand.is_map() {
            return match index {
                Value::Text(_) | Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::Bool(_) => {
                    find(operand, index, &mut self.steps)?.map(known).transpose()
                }
                other => Err(Stop::ty(format!("{} is no key", other.kind()))),
            };
        }
        let Some(list) = operand.as_list() else {
            return Err(Stop::ty(format!("{} has neither elements nor keys", operand.kind())));
        };
        match index {
            Value::Int(index) => Ok(usize::try_from(*index).ok().and_then(|index| list.element(index))),
            Value::Uint(index) => Ok(usize::try_from(*index).ok().and_then(|index| list.element(index))),
            other => Err(Stop::ty(format!("the number of an element is an int, not {}", other.kind()))),
        }
    }

    fn list(&mut self, elements: &'a [(Node, bool)]) -> Evaluated<'a> {
        let mut values = Vec::with_capacity(elements.len());
        for (element, is_optional) in elements {
            let value = self.evaluate(element)?;
            if let Some(value) = kept(value, *is_optional)? {
                values.push(value);
            }
        }
        Ok(Value::list(values))
    }

    fn map(&mut self, entries: &'a [(Node, bool, Node)]) -> Evaluated<'a> {
        let mut made: Vec<(Value<'a>, Value<'a>)> = Vec::with_capacity(entries.len());
        for (key, is_optional, value) in entries {
            let key = self.plain(key)?;
            if !matches!(key, Value::Text(_) | Value::Int(_) | Value::Uint(_) | Value::Bool(_)) {
                return Err(Stop::ty(format!("{} is no key", key.kind())));
            }
            for (other, _) in &made {
                if equal(other, &key, &mut self.steps)? {
                    return Err(Stop::value(format!("the key {} is there twice", shown(&key, true))));
                }
            }
            let value = self.evaluate(value)?;
            if let Some(value) = kept(value, *is_optional)? {
                made.push((key, value));
            }
        }
        Ok(Value::Map(made.into()))
    }

    /// A chain of `&&` or `||`: `decisive` is what makes the rest of no account.
    fn decide(&mut self, parts: &'a [Node], decisive: bool) -> Evaluated<'a> {
        let mut first = None;
        for part in parts {
            match self.condition(part) {
                Ok(flag) if flag == decisive => return Ok(Value::Bool(flag)),
                Ok(_) => {}
                Err(Stop::Exhausted) => return Err(Stop::Exhausted),
                Err(stop) => first = Some(stop.or(first)),
            }
        }
        first.map_or(Ok(Value::Bool(!decisive)), Err)
    }
}

fn constant(literal: &Literal) -> Value<'_> {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(flag) => Value::Bool(*flag),
        Literal::Int(number) => Value::Int(*number),
        Literal::Uint(number) => Value::Uint(*number),
        Literal::Double(number) => Value::Double(*number),
        Literal::Text(text) => Value::borrowed(text),
        Literal::Bytes(bytes) => Value::Bytes(bytes.as_slice().into()),
    }
}

/// A value, unless it is a fact that nobody could find out.
fn known(value: Value<'_>) -> Evaluated<'_> {
    match &value {
        Value::Fact(Fact { content: Content::Unknown(reason), .. }) => Err(Stop::unknown(reason)),
        _ => Ok(value),
    }
}

fn optional(value: Option<Value<'_>>) -> Value<'_> {
    value.map_or(Value::Optional(None), Value::some)
}

/// What an optional holds, or what is none as it is.
fn opened(value: Value<'_>) -> Option<Value<'_>> {
    match value {
        Value::Optional(None) => None,
        Value::Optional(Some(value)) => Some((*value).clone().plain()),
        value => Some(value),
    }
}

/// An element, unless it is an optional one without a value.
fn kept(value: Value<'_>, is_optional: bool) -> Result<Option<Value<'_>>, Stop> {
    match value {
        Value::Optional(value) if is_optional => Ok(value.map(|value| (*value).clone())),
        other if is_optional => Err(Stop::ty(format!("an optional is needed behind `?`, not {}", other.kind()))),
        value => Ok(Some(value)),
    }
}
