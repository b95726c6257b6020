//! The macros over elements.

use super::{Evaluator, Stop, Value, entries, entry, shown};
use crate::program::{Loop, LoopKind};

impl<'a> Evaluator<'a> {
    pub(super) fn repeat(&mut self, inner: &'a Loop) -> Result<Value<'a>, Stop> {
        let range = self.plain(&inner.range)?;
        let mut state = State { kind: inner.kind, made: Vec::new(), count: 0, first: None };
        let list = range.as_list();
        let length = match &list {
            Some(list) => list.len(),
            None if range.is_map() => entries(&range),
            None => return Err(Stop::ty(format!("{} has no elements", range.kind())).within(inner.range.span)),
        };
        for index in 0..length {
            let element = match &list {
                Some(list) => list.element(index),
                None => entry(&range, index).map(|(key, _)| key),
            };
            let Some(element) = element else { break };
            self.steps.take(1)?;
            if let Some(value) = self.turn(inner, element, &mut state)? {
                return Ok(value);
            }
        }
        state.end()
    }

    /// One turn; a value where it decides.
    fn turn(&mut self, inner: &'a Loop, element: Value<'a>, state: &mut State<'a>) -> Result<Option<Value<'a>>, Stop> {
        if let Some(trace) = &mut self.trace {
            trace.note(format!("{} is {}", inner.variable, shown(&element, true)));
        }
        self.set(inner.slot, element.clone());
        match inner.kind {
            LoopKind::All | LoopKind::Exists => {
                let decisive = inner.kind == LoopKind::Exists;
                match self.condition(&inner.body) {
                    Ok(flag) if flag == decisive => return Ok(Some(Value::Bool(flag))),
                    Ok(_) => {}
                    Err(Stop::Exhausted) => return Err(Stop::Exhausted),
                    Err(stop) => state.first = Some(stop.or(state.first.take())),
                }
            }
            LoopKind::ExistsOne => state.count += usize::from(self.condition(&inner.body)?),
            LoopKind::Filter => {
                if self.condition(&inner.body)? {
                    state.made.push(element);
                }
            }
            LoopKind::Map => {
                let is_kept = match &inner.filter {
                    Some(filter) => self.condition(filter)?,
                    None => true,
                };
                if is_kept {
                    let value = self.evaluate(&inner.body)?;
                    state.made.push(value);
                }
            }
        }
        Ok(None)
    }
}

/// What the turns before came to.
struct State<'a> {
    kind: LoopKind,
    made: Vec<Value<'a>>,
    count: usize,
    /// What counts if nothing decides.
    first: Option<Stop>,
}

impl<'a> State<'a> {
    fn end(self) -> Result<Value<'a>, Stop> {
        if let Some(stop) = self.first {
            return Err(stop);
        }
        Ok(match self.kind {
            LoopKind::All => Value::Bool(true),
            LoopKind::Exists => Value::Bool(false),
            LoopKind::ExistsOne => Value::Bool(self.count == 1),
            LoopKind::Map | LoopKind::Filter => Value::list(self.made),
        })
    }
}
