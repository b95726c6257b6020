//! draft
use crate::evaluate::{Stop, Value};
use crate::program::Node;
pub(crate) struct Trace;
impl Trace { pub(crate) fn begin(&mut self) {} pub(crate) fn end(&mut self, _: &Node, _: &Result<Value<'_>, Stop>) {} }
