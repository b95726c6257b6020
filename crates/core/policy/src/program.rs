//! A checked expression, ready to be evaluated.

use regex::Regex;

use crate::functions::Overload;
use crate::syntax::{Literal, Operator, Span};

/// A part of a checked expression.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) operation: Operation,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum Operation {
    Constant(Literal),
    /// A type, by its name.
    Kind(&'static str),
    /// The element of a loop around it, by the number of loops around that; the first is the element that a rule judges.
    Local(usize),
    Root(usize),
    Variable(usize),
    Select {
        operand: Box<Node>,
        field: String,
        absent: Absent,
    },
    Has {
        operand: Box<Node>,
        field: String,
        is_choice: bool,
    },
    OptionalSelect {
        operand: Box<Node>,
        field: String,
        is_choice: bool,
    },
    Index(Box<[Node; 2]>),
    OptionalIndex(Box<[Node; 2]>),
    /// Elements; one that is optional is left out where it has no value.
    List(Vec<(Node, bool)>),
    Map(Vec<(Node, bool, Node)>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Conditional(Box<[Node; 3]>),
    Binary(Operator, Box<[Node; 2]>),
    /// `in` a list of literals, which is not made anew each time.
    Within {
        element: Box<Node>,
        words: Vec<Literal>,
    },
    Loop(Box<Loop>),
    Call {
        overloads: Vec<&'static Overload>,
        arguments: Vec<Node>,
        pattern: Option<Regex>,
    },
    /// `or`, or with `is_value` `orValue`.
    OptionalOr {
        parts: Box<[Node; 2]>,
        is_value: bool,
    },
    /// `optMap`, or with `is_flat` `optFlatMap`.
    OptionalMap {
        parts: Box<[Node; 2]>,
        slot: usize,
        is_flat: bool,
    },
}

/// What a field is where it is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    Error,
    EmptyList,
    EmptyMap,
}

/// A macro over the elements of a list or the keys of a mapping.
#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) kind: LoopKind,
    pub(crate) range: Node,
    pub(crate) slot: usize,
    /// The name of the element.
    pub(crate) variable: String,
    /// The condition of `map` with three arguments.
    pub(crate) filter: Option<Node>,
    pub(crate) body: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoopKind {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

impl std::fmt::Debug for Overload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
