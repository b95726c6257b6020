//! Where something stands in a text.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// A place in a text: line and column, both from 1, the column in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Position {
    /// The line; 0 where the reader of the format does not know.
    pub line: u32,
    /// The column; 0 where the reader of the format does not know.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A value, and where it was declared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: Position,
}

impl<T> Located<T> {
    /// A value that stands at a place.
    pub const fn new(value: T, at: Position) -> Self {
        Self { value, at }
    }
}
