//! Why an expression has no value.

use super::{Value, shown};
use crate::syntax::Span;

/// What stops an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// An error of the expression. The other side of `&&` or `||` can make up for it.
    Error(Box<EvaluationError>),
    /// The steps are used up. Nothing makes up for that.
    Exhausted,
}

/// An error, and the part of the expression that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EvaluationError {
    pub(crate) span: Option<Span>,
    pub(crate) kind: ErrorKind,
    /// What is wrong, as a lower-case fragment.
    pub(crate) detail: String,
}

/// What kind of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A value of a type that it must not have: what a check before prevents, but for `dyn`.
    Type,
    /// A field or key that is not there.
    Absent,
    /// A value that is out of range, an element beyond the end of a list, or a text that cannot be read.
    Value,
    /// More steps than a rule may take.
    Steps,
    /// A fact that nobody could find out. The other side of `&&` or `||` makes up for it, and nothing else does.
    Unknown,
}

impl Stop {
    pub(crate) fn of(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self::Error(Box::new(EvaluationError { span: None, kind, detail: detail.into() }))
    }

    pub(crate) fn ty(detail: impl Into<String>) -> Self {
        Self::of(ErrorKind::Type, detail)
    }

    pub(crate) fn absent(detail: impl Into<String>) -> Self {
        Self::of(ErrorKind::Absent, detail)
    }

    pub(crate) fn unknown(reason: &str) -> Self {
        // The reason may be as hostile as the facts are.
        Self::of(ErrorKind::Unknown, shown(&Value::borrowed(reason), false))
    }

    /// What is said of several parts none of which decides. As in CEL, what is unknown goes before what fails: with the fact, the
    /// failure might not be.
    pub(crate) fn or(self, first: Option<Self>) -> Self {
        let is_unknown = |stop: &Self| matches!(stop, Self::Error(error) if error.kind == ErrorKind::Unknown);
        match first {
            Some(first) if is_unknown(&first) || !is_unknown(&self) => first,
            _ => self,
        }
    }

    pub(crate) fn value(detail: impl Into<String>) -> Self {
        Self::of(ErrorKind::Value, detail)
    }

    /// The same with its place, if it has none yet: the innermost part is the one at fault.
    pub(crate) fn within(mut self, span: Span) -> Self {
        if let Self::Error(error) = &mut self {
            error.span.get_or_insert(span);
        }
        self
    }
}

/// Steps that may still be taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps(u64);

impl Steps {
    pub(crate) const fn new(steps: u64) -> Self {
        Self(steps)
    }

    pub(crate) fn take(&mut self, steps: usize) -> Result<(), Stop> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.0 = self.0.checked_sub(steps).ok_or(Stop::Exhausted)?;
        Ok(())
    }

    /// For what looks at every byte: a step for ten, as Kubernetes counts.
    pub(crate) fn take_bytes(&mut self, bytes: usize) -> Result<(), Stop> {
        self.take(bytes / 10)
    }
}
