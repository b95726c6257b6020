//! Documents of a text, one at a time and within limits.

use boltseal_model::{Limits, Position, ProblemKind};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{
    Deserializer, DuplicateKeyPolicy, Error, MergeKeyPolicy, NonFiniteFloatPolicy, Options,
    with_deserializer_from_str_with_options,
};

/// Why a document could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// Where in the text, if that is known.
    pub at: Option<Position>,
    /// What is wrong, as a lower-case fragment of one line.
    pub detail: String,
}

/// Deserialises one document that begins behind `before` lines.
pub fn read<'a, T>(
    document: &'a str,
    before: u32,
    limits: &Limits,
    read: impl FnOnce(Deserializer<'a, '_>) -> Result<T, Error>,
) -> Result<T, Fault> {
    with_deserializer_from_str_with_options(document, options(document, limits), read).map_err(|error| {
        let at = error.location().and_then(|location| position(before, location.line(), location.column()));
        let kind = kind(&error);
        let detail = match kind {
            ProblemKind::TooDeep => too_deep(limits.json_depth),
            ProblemKind::TooMany => too_many(),
            _ => detail(&error),
        };
        Fault { kind, at, detail }
    })
}

/// A place in the text, of one in a document that begins behind `before` lines.
pub(crate) fn position(before: u32, line: u64, column: u64) -> Option<Position> {
    // The parser counts from 1, and says 0 where it does not know.
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    (line > 0).then(|| Position { line: before.saturating_add(number(line)), column: number(column) })
}

pub(crate) fn too_deep(levels: usize) -> String {
    format!("nested deeper than {levels} levels")
}

pub(crate) fn too_many() -> String {
    "its anchors make it larger than it is".to_owned()
}

/// The parser quotes what it finds where it expects something else, and that may be long. The places that it ends with are those
/// in the document.
fn detail(error: &Error) -> String {
    let text = error.to_string();
    let detail = text.lines().next().unwrap_or_default();
    let detail = detail.split_once(" at line ").map_or(detail, |(detail, _)| detail);
    detail.chars().take(200).collect()
}

/// The documents of a stream, each with the number of lines before it. A line that begins with `---` begins a document
/// whatever stands around it. What stands before the first such line is a document only if it is more than comments.
///
/// Source: YAML 1.2.2, section 9.1.2 and rule `c-forbidden`.
pub fn documents(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = Some(text);
    let mut lines = 0u32;
    std::iter::from_fn(move || {
        let (text, before) = (rest.take()?, lines);
        let (mut end, mut is_blank) = (0, true);
        for line in text.split_inclusive('\n') {
            if end > 0 && is_marker(line) && !is_blank {
                let (document, next) = text.split_at_checked(end)?;
                rest = Some(next);
                return Some((before, document));
            }
            is_blank &= is_blank_line(line);
            end += line.len();
            lines = lines.saturating_add(1);
        }
        Some((before, text))
    })
}

/// Whether a document holds nothing but comments and its own marker.
pub fn is_blank(document: &str) -> bool {
    document.lines().all(|line| is_blank_line(line) || matches!(line.trim_end(), "---" | "..."))
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn is_blank_line(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

/// Anchors cannot make a document larger than it is, and no value that nobody asks for can fail.
fn options(document: &str, limits: &Limits) -> Options {
    let nodes = document.len().saturating_add(1);
    let mut options = Options::default();
    options.with_snippet = false;
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    options.merge_keys = MergeKeyPolicy::AsOrdinary;
    options.non_finite_float_policy = NonFiniteFloatPolicy::AsString;
    options.budget = serde_saphyr::budget! {
        max_depth: limits.json_depth,
        flow_nesting_limit: limits.json_depth,
        max_documents: 1,
        max_nodes: nodes,
        max_events: nodes.saturating_mul(2).saturating_add(16),
        max_total_scalar_bytes: nodes.saturating_mul(2),
    };
    options
}

fn kind(error: &Error) -> ProblemKind {
    match error {
        Error::AliasError { error, .. } => kind(error),
        Error::Eof { .. } => ProblemKind::Truncated,
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => ProblemKind::TooDeep,
        Error::Budget { .. } => ProblemKind::TooMany,
        // The parser looks ahead, and may meet its own limit of nesting before the budget does. It has no variant for that.
        error if error.to_string().starts_with("recursion limit") => ProblemKind::TooDeep,
        _ => ProblemKind::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_at_the_beginning_of_a_line_part_documents() {
        for (text, expected) in [
            ("", vec![(0, "")]),
            ("a: 1\n", vec![(0, "a: 1\n")]),
            ("# x\n\n---\na: 1\n", vec![(0, "# x\n\n---\na: 1\n")]),
            ("a\n--- b\n\n---", vec![(0, "a\n"), (1, "--- b\n\n"), (3, "---")]),
            ("---\r\na\r\n---\r\nb", vec![(0, "---\r\na\r\n"), (2, "---\r\nb")]),
            ("a\n----\n ---\n", vec![(0, "a\n----\n ---\n")]),
        ] {
            assert_eq!(documents(text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }

    #[test]
    fn comments_and_markers_alone_are_no_document() {
        assert!(is_blank("---\n# nothing\n\n...\n") && is_blank(""));
        assert!(!is_blank("--- a\n") && !is_blank("a: 1\n"));
    }
}
