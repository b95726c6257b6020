//! CEL as a text: to a tree whose parts know where they stand.
//!
//! Source: the language definition of CEL, <https://github.com/google/cel-spec/blob/master/doc/langdef.md>, with optional fields
//! and elements, and fields in backticks.

mod lexer;
mod literal;
mod parser;

pub(crate) use parser::parse;

/// A part of a text, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    pub(crate) const fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }
}

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) span: Span,
    /// What is wrong, as a lower-case fragment.
    pub(crate) detail: String,
}

/// A part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expression {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// Levels within it, itself included.
    pub(crate) depth: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Literal(Literal),
    Name(String),
    Select {
        operand: Box<Expression>,
        field: Name,
        is_optional: bool,
    },
    Index {
        operand: Box<Expression>,
        index: Box<Expression>,
        is_optional: bool,
    },
    Call {
        target: Option<Box<Expression>>,
        function: Name,
        arguments: Vec<Expression>,
    },
    List(Vec<Element>),
    Map(Vec<(Element, Expression)>),
    Not(Box<Expression>),
    Negate(Box<Expression>),
    /// All of a chain of `&&`, so that its length costs no depth.
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Conditional(Box<[Expression; 3]>),
    Binary(Operator, Box<[Expression; 2]>),
}

/// The name of a field or function, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// An element of a list or key of a mapping. An optional one is left out where it has no value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element {
    pub(crate) expression: Expression,
    pub(crate) is_optional: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Operator {
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }
}
