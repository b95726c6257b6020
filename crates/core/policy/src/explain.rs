//! Why a rule came to its verdict: its expression, taken apart, with the value of every part.

use std::fmt;

use crate::evaluate::{Stop, Value, shown};
use crate::program::{LoopKind, Node, Operation};
use crate::syntax::Span;

/// Parts that are written down. A comprehension over a large subject has more; nobody reads them.
const PARTS: usize = 2_000;

/// A part of an expression, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The part, as it is written.
    pub text: String,
    /// The element that it was evaluated for, in a loop.
    pub element: Option<String>,
    /// Its value, or the error in its place.
    pub value: Result<String, String>,
    /// Whether it made the part around it what it is; the whole always does.
    pub decides: bool,
    /// Its own parts, those that were evaluated, in their order. Those of a loop are there for every element.
    pub parts: Vec<Explanation>,
}

/// What an evaluator writes down on its way.
#[derive(Debug)]
pub(crate) struct Trace {
    /// Parts that have not come to their end, each with those in it that have.
    open: Vec<Open>,
    /// The element of a loop that the next part is for.
    note: Option<String>,
    room: usize,
    pub(crate) whole: Vec<Traced>,
}

#[derive(Debug)]
struct Open {
    note: Option<String>,
    parts: Vec<Traced>,
}

#[derive(Debug)]
pub(crate) struct Traced {
    note: Option<String>,
    span: Span,
    kind: Kind,
    value: Result<String, String>,
    truth: Option<bool>,
    parts: Vec<Traced>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What stands in the expression as it is.
    Literal,
    And,
    Or,
    All,
    Exists,
    /// A loop that keeps or counts what its condition is true for.
    Filter,
    Variable,
    Other,
}

impl Trace {
    pub(crate) fn new() -> Self {
        Self { open: Vec::new(), note: None, room: PARTS, whole: Vec::new() }
    }

    pub(crate) fn begin(&mut self) {
        self.open.push(Open { note: self.note.take(), parts: Vec::new() });
    }

    pub(crate) fn note(&mut self, note: String) {
        self.note = Some(note);
    }

    pub(crate) fn end(&mut self, node: &Node, result: &Result<Value<'_>, Stop>) {
        let Some(Open { note, parts }) = self.open.pop() else { return };
        let Some(room) = self.room.checked_sub(1) else { return };
        self.room = room;
        let value = match result {
            Ok(value) => Ok(shown(value, true)),
            Err(Stop::Error(error)) => Err(error.detail.clone()),
            Err(Stop::Exhausted) => Err("no steps left".to_owned()),
        };
        let truth = match result {
            Ok(value) => match value.clone().plain() {
                Value::Bool(flag) => Some(flag),
                _ => None,
            },
            Err(_) => None,
        };
        let traced = Traced { note, span: node.span, kind: kind(node), value, truth, parts };
        match self.open.last_mut() {
            Some(around) => around.parts.push(traced),
            None => self.whole.push(traced),
        }
    }
}

fn kind(node: &Node) -> Kind {
    match &node.operation {
        Operation::Constant(_) | Operation::Kind(_) => Kind::Literal,
        Operation::And(_) => Kind::And,
        Operation::Or(_) => Kind::Or,
        Operation::Variable(_) => Kind::Variable,
        Operation::Loop(inner) => match inner.kind {
            LoopKind::All => Kind::All,
            LoopKind::Exists => Kind::Exists,
            LoopKind::Filter | LoopKind::ExistsOne => Kind::Filter,
            LoopKind::Map => Kind::Other,
        },
        _ => Kind::Other,
    }
}

impl Traced {
    /// With the text of each part. That of a variable stands elsewhere.
    pub(crate) fn explanation(self, text: &str, variable: &impl Fn(&str) -> Option<String>) -> Explanation {
        self.explained(text, variable, true)
    }

    fn explained(self, text: &str, variable: &impl Fn(&str) -> Option<String>, decides: bool) -> Explanation {
        let own = text.get(self.span.start..self.span.end).unwrap_or_default();
        // Parts of a variable are parts of its text.
        let other = (self.kind == Kind::Variable).then(|| variable(own)).flatten();
        let source = other.as_deref().unwrap_or(text);
        let (kind, truth) = (self.kind, self.truth);
        let mut parts = Vec::new();
        for (index, part) in self.parts.into_iter().enumerate() {
            let decides = match kind {
                // What a loop goes through.
                Kind::All | Kind::Exists | Kind::Filter if index == 0 => true,
                Kind::Filter => part.truth == Some(true) || part.value.is_err(),
                // One that is false decides `&&`; where none is, all did.
                Kind::And | Kind::All => part.truth == truth || truth.is_none() && part.value.is_err(),
                Kind::Or | Kind::Exists => part.truth == truth || truth.is_none() && part.value.is_err(),
                // Of `?:` the condition, and the side that it chose.
                _ => true,
            };
            // A literal says what it is.
            if part.kind != Kind::Literal {
                parts.push(part.explained(source, variable, decides));
            }
        }
        // Fields on the way to a value say nothing that the value does not say.
        if parts.len() == 1
            && kind == Kind::Other
            && parts.iter().all(|part| part.parts.is_empty() && is_path(&part.text))
        {
            parts.clear();
        }
        Explanation { text: one_line(own), element: self.note, value: self.value, decides, parts }
    }
}

fn is_path(text: &str) -> bool {
    text.chars().all(|character| character.is_ascii_alphanumeric() || "._?".contains(character))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A tree for a terminal: what decided is marked, what did not is indented all the same.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "", "")
    }
}

impl Explanation {
    fn write(&self, f: &mut fmt::Formatter<'_>, first: &str, rest: &str) -> fmt::Result {
        let mark = if self.decides { "●" } else { "○" };
        let text = &self.text;
        match &self.value {
            Ok(value) => write!(f, "{first}{mark} {text}  →  {value}")?,
            Err(error) => write!(f, "{first}{mark} {text}  →  error: {error}")?,
        }
        match &self.element {
            Some(element) => writeln!(f, "  ({element})")?,
            None => writeln!(f)?,
        }
        for (index, part) in self.parts.iter().enumerate() {
            let is_last = index + 1 == self.parts.len();
            let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            part.write(f, &format!("{rest}{branch}"), &format!("{rest}{below}"))?;
        }
        Ok(())
    }
}
