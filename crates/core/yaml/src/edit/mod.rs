//! Changes to a document that leave the rest of it as it is, to the byte: comments, indentation, quotes, ends of lines.
//!
//! An [`Editor`] says which bytes of the text a change replaces; [`apply`] makes the new text. What it cannot change without
//! changing something else, or without guessing, it refuses, and says why.

mod insert;
mod layout;
mod list;
mod remove;
mod write;

use std::fmt;
use std::ops::Range;

use boltseal_model::{Limits, Position};
use granit_parser::ScalarStyle;

use crate::document::Fault;
use crate::outline::{Member, Outline, Part, Shape, Written};
use layout::Layout;

/// Bytes of a text, and what takes their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// Bytes that go; none where something is put in between.
    pub range: Range<usize>,
    /// What comes.
    pub text: String,
}

impl Splice {
    fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }
}

/// The text with its changes. `None` if they overlap, or are not of this text.
pub fn apply(text: &str, splices: &[Splice]) -> Option<String> {
    let mut sorted: Vec<&Splice> = splices.iter().collect();
    sorted.sort_by_key(|splice| (splice.range.start, splice.range.end));
    let mut made = String::with_capacity(text.len());
    let mut from = 0;
    for splice in sorted {
        made.push_str(text.get(from..splice.range.start)?);
        made.push_str(&splice.text);
        from = splice.range.end.max(splice.range.start);
    }
    made.push_str(text.get(from..)?);
    Some(made)
}

/// A value that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}

/// Why a change is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// An alias stands where the change would be, or an alias elsewhere stands for what is around it.
    Shared,
    /// What is around it is merged from elsewhere.
    Merged,
    /// The value is worked out when the document is used.
    Computed,
    /// There is something else than the change expects.
    Unexpected,
    /// The text is written in a way in which it is not changed.
    Style,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shared => "an alias stands for it, so that the edit would change other places as well",
            Self::Merged => "it is merged from another place, which the edit would change or hide",
            Self::Computed => "the value there is worked out when it is deployed",
            Self::Unexpected => "something else stands there than the edit expects",
            Self::Style => "it is written in a way in which it is not edited",
        })
    }
}

/// The parts of one document, for whoever changes some.
#[derive(Debug)]
pub struct Editor<'t> {
    text: &'t str,
    outline: Outline,
    layout: Layout,
}

/// How far a path leads.
struct Walk<'k> {
    /// The last part on the way that is there.
    part: Part,
    /// The keys that are not there.
    missing: &'k [&'k str],
}

impl<'t> Editor<'t> {
    /// An editor of one document.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn new(document: &'t str, limits: &Limits) -> Result<Self, Fault> {
        let outline = Outline::of(document, limits)?;
        let layout = Layout::of(document, &outline);
        Ok(Self { text: document, outline, layout })
    }

    /// The mapping that begins at a place.
    pub fn mapping_at(&self, at: Position) -> Option<Part> {
        let is_it = |part: &Written| part.at == at && matches!(part.shape, Shape::Mapping { .. });
        self.outline.parts().find(|(_, part)| is_it(part)).map(|(part, _)| part)
    }

    /// The value of the entry whose key stands at a place.
    pub fn value_at(&self, at: Position) -> Option<Part> {
        self.outline.parts().find_map(|(_, part)| match &part.shape {
            Shape::Mapping { entries, .. } => {
                entries.iter().find(|entry| entry.at == at).map(|entry| Part(entry.value))
            }
            _ => None,
        })
    }

    /// Whether something stands under a path of keys, itself or by what is merged.
    pub fn has(&self, base: Part, keys: &[&str]) -> bool {
        self.walk(base, keys).is_ok_and(|walk| walk.missing.is_empty())
    }

    /// The text of the value under a path of keys.
    pub fn text_of(&self, base: Part, keys: &[&str]) -> Option<&str> {
        let walk = self.walk(base, keys).ok().filter(|walk| walk.missing.is_empty())?;
        match &self.outline.part(walk.part)?.shape {
            Shape::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Puts a value under a path of keys, whatever single value stood there, with the mappings on the way that are missing.
    ///
    /// # Errors
    /// If that would change something else.
    pub fn set(&self, base: Part, keys: &[&str], value: &Scalar) -> Result<Vec<Splice>, Refusal> {
        let walk = self.walk(base, keys)?;
        if !walk.missing.is_empty() {
            return self.insert(&walk, insert::Content::One(value));
        }
        let part = self.outline.part(walk.part).ok_or(Refusal::Unexpected)?;
        let written = match &part.shape {
            Shape::Alias => write::scalar(value, self.quotes_of(walk.part, value)),
            Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => return Err(Refusal::Style),
            Shape::Scalar { .. } if is_computed(part) => return Err(Refusal::Computed),
            Shape::Scalar { style, .. } => {
                if part.range.is_empty() {
                    format!(" {}", write::scalar(value, self.quotes_of(walk.part, value)))
                } else if *style == ScalarStyle::Plain {
                    write::scalar(value, self.quotes_of(walk.part, value))
                } else {
                    write::scalar(value, *style)
                }
            }
            Shape::List { .. } | Shape::Mapping { .. } => return Err(Refusal::Unexpected),
        };
        self.unshared(walk.part)?;
        Ok(vec![Splice::new(part.range.clone(), written)])
    }

    /// The keys, and the numbers of elements as `[0]`, that lead to a part.
    pub fn path(&self, part: Part) -> Vec<String> {
        let (mut path, mut inner) = (Vec::new(), part);
        while let Some(around) = self.outline.part(inner).and_then(|part| part.parent).map(Part) {
            path.extend(self.outline.part(around).and_then(|around| match &around.shape {
                Shape::List { items, .. } => {
                    items.iter().position(|item| Part(*item) == inner).map(|place| format!("[{place}]"))
                }
                Shape::Mapping { entries, .. } => {
                    entries.iter().find(|entry| Part(entry.value) == inner).map(|entry| entry.key.clone())
                }
                Shape::Scalar { .. } | Shape::Alias => None,
            }));
            inner = around;
        }
        path.reverse();
        path
    }

    /// Follows the keys as far as they are there.
    fn walk<'k>(&self, base: Part, keys: &'k [&'k str]) -> Result<Walk<'k>, Refusal> {
        let (mut part, mut missing) = (base, keys);
        while let Some((key, rest)) = missing.split_first() {
            let written = self.outline.part(part).ok_or(Refusal::Unexpected)?;
            let entries = match &written.shape {
                Shape::Mapping { entries, .. } => entries,
                Shape::Scalar { text, style: ScalarStyle::Plain } if is_nothing(text) && !written.is_tagged => break,
                Shape::Alias => return Err(Refusal::Shared),
                Shape::Scalar { .. } => {
                    return Err(if is_computed(written) { Refusal::Computed } else { Refusal::Unexpected });
                }
                Shape::List { .. } => return Err(Refusal::Unexpected),
            };
            match entries.iter().rfind(|entry| entry.key == *key) {
                Some(entry) => part = Part(entry.value),
                None if is_merging(entries) && !rest.is_empty() => return Err(Refusal::Merged),
                None if is_function(entries) => return Err(Refusal::Computed),
                None => break,
            }
            missing = rest;
        }
        Ok(Walk { part, missing })
    }

    /// Whether nothing elsewhere would change with a part.
    fn unshared(&self, part: Part) -> Result<(), Refusal> {
        if self.outline.around(part).any(|part| part.is_shared) { Err(Refusal::Shared) } else { Ok(()) }
    }

    fn entries(&self, part: Part) -> Option<(&[Member], bool)> {
        match &self.outline.part(part)?.shape {
            Shape::Mapping { is_flow, entries } => Some((entries, *is_flow)),
            _ => None,
        }
    }

    /// How keys are quoted in a mapping, or in the nearest around it that has some.
    fn key_quotes(&self, part: Part) -> ScalarStyle {
        let quotes = self.outline.around(part).find_map(|part| match &part.shape {
            Shape::Mapping { entries, .. } => entries.last().map(|entry| entry.style),
            _ => None,
        });
        quotes.unwrap_or(ScalarStyle::Plain)
    }

    /// How a value is quoted near a part: texts as keys are where these are, as JSON demands.
    fn quotes_of(&self, part: Part, value: &Scalar) -> ScalarStyle {
        match value {
            Scalar::Text(_) if self.key_quotes(part) == ScalarStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
            Scalar::Text(_) | Scalar::Flag(_) | Scalar::Integer(_) => ScalarStyle::Plain,
        }
    }
}

fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether entries of another mapping count in this one.
fn is_merging(entries: &[Member]) -> bool {
    entries.iter().any(|entry| entry.key == "<<" && entry.style == ScalarStyle::Plain)
}

/// Whether a mapping is a function of a template, as `{"Ref": "Name"}` and `{"Fn::If": […]}`.
fn is_function(entries: &[Member]) -> bool {
    matches!(entries, [entry] if entry.key == "Ref" || entry.key.starts_with("Fn::"))
}

/// Whether a value is an expression of a template, or holds a variable.
fn is_computed(part: &Written) -> bool {
    let is_expression = |text: &str| text.contains('$') || text.contains("{{") || text.starts_with('[');
    part.is_tagged || matches!(&part.shape, Shape::Scalar { text, .. } if is_expression(text))
}
