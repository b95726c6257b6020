//! The edits that mend what a finding is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What mends the file that a finding is about, or why only words do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// Edits of the file that the finding is in, from its beginning on; they were tried, and the finding is gone then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<TextEdit>,
    /// Why there are none, as a lower-case fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// A part of a text, and what takes its place. Lines and columns count from 1, columns in characters; the end is the first character
/// that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextEdit {
    /// The line in which the part begins.
    pub start_line: u32,
    /// The column in which it begins.
    pub start_column: u32,
    /// The line in which it ends.
    pub end_line: u32,
    /// The column before which it ends.
    pub end_column: u32,
    /// What takes its place.
    pub text: String,
}
