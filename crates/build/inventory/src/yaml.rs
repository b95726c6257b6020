//! YAML from hostile hands.

use std::fmt;
use std::marker::PhantomData;

use boltseal_model::{Limits, ProblemKind};
use serde::de::{Deserialize, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{
    Deserializer, DuplicateKeyPolicy, Error, MergeKeyPolicy, NonFiniteFloatPolicy, Options, Spanned,
    with_deserializer_from_str_with_options,
};

use crate::json::Key;
use crate::reading::Reading;

/// Documents read from one file. pnpm writes two; a stream of empty ones would cost a parser for every four bytes.
const DOCUMENTS: usize = 16;

/// A string of the text that is read, and where it stands.
pub(crate) type Text<'a> = Spanned<Key<'a>>;

/// Reads every document of the file. `read` gets each one with the number of lines before it; what it adds to the reading
/// before a damaged spot stays.
pub(crate) fn read_documents<'a>(
    reading: &mut Reading<'a>,
    text: &'a str,
    mut read: impl FnMut(&mut Reading<'a>, u32, Deserializer<'a, '_>) -> Result<(), Error>,
) {
    for (count, (before, document)) in documents(text).enumerate() {
        if count == DOCUMENTS {
            return reading
                .problem(ProblemKind::TooMany, format!("more than {DOCUMENTS} documents; the rest is not read"));
        }
        let result = with_deserializer_from_str_with_options(document, options(document, reading.limits()), |reader| {
            read(reading, before, reader)
        });
        if let Err(error) = result {
            let line = error.location().and_then(|location| line(before, location.line()));
            // The parser quotes what it finds where it expects something else, and that may be long. The places that it ends
            // with are those in the document.
            let text = error.to_string();
            let detail = text.lines().next().unwrap_or_default();
            let detail = detail.split_once(" at line ").map_or(detail, |(detail, _)| detail);
            let detail: String = detail.chars().take(200).collect();
            reading.problem_at(kind(&error), line, detail);
        }
    }
}

/// Reads the entries of the mapping at `key` of every document, one after the other.
pub(crate) fn read_entries<'a, T: Deserialize<'a>>(
    reading: &mut Reading<'a>,
    key: &str,
    mut report: impl FnMut(&mut Reading<'a>, Option<u32>, &str, &T),
) {
    let text = match reading.utf8() {
        Ok(text) => text,
        Err((kind, detail)) => return reading.problem(kind, detail),
    };
    read_documents(reading, text, |reading, before, deserializer| {
        let object = Object { reading, before, key: Some(key), report: &mut report, entry: PhantomData };
        object.deserialize(deserializer)
    });
}

/// A whole document, or the mapping at one of its keys.
struct Object<'r, 'a, 'k, T, F> {
    reading: &'r mut Reading<'a>,
    before: u32,
    /// Where the wanted mapping is; `None` in it.
    key: Option<&'k str>,
    report: &'r mut F,
    entry: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>, F: FnMut(&mut Reading<'de>, Option<u32>, &str, &T)> DeserializeSeed<'de>
    for Object<'_, 'de, '_, T, F>
{
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(&mut Reading<'de>, Option<u32>, &str, &T)> Visitor<'de>
    for Object<'_, 'de, '_, T, F>
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading, before, key: wanted, report, entry } = self;
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match wanted {
                None => report(reading, line_of(before, &key), &key.value.0, &map.next_value()?),
                Some(wanted) if key.value.0 == wanted => {
                    let (reading, report) = (&mut *reading, &mut *report);
                    map.next_value_seed(Object { reading, before, key: None, report, entry })?;
                }
                Some(_) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The line of a text, from 1, in a document that begins behind `before` lines.
pub(crate) fn line_of<T>(before: u32, text: &Spanned<T>) -> Option<u32> {
    line(before, text.referenced.line())
}

fn line(before: u32, line: u64) -> Option<u32> {
    // The parser counts from 1, and says 0 where it does not know.
    (line > 0).then(|| before.saturating_add(u32::try_from(line).unwrap_or(u32::MAX)))
}

/// The documents of a stream, each with the number of lines before it. A line that begins with `---` begins a document
/// whatever stands around it. What stands before the first such line is a document only if it is more than comments.
///
/// Source: YAML 1.2.2, section 9.1.2 and rule `c-forbidden`.
fn documents(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = Some(text);
    let mut lines = 0u32;
    std::iter::from_fn(move || {
        let (text, before) = (rest.take()?, lines);
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            if end > 0 && is_marker(line) && !text.get(..end).is_some_and(is_comment) {
                let (document, next) = text.split_at_checked(end)?;
                rest = Some(next);
                return Some((before, document));
            }
            end += line.len();
            lines = lines.saturating_add(1);
        }
        Some((before, text))
    })
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn is_comment(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.starts_with('#'))
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
}
