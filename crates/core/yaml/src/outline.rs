//! How a document is written: where each of its parts begins and ends, and in which style.

use std::collections::HashMap;
use std::ops::Range;

use boltseal_model::{Limits, Position, ProblemKind};
use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StructureStyle};

use crate::document::{Fault, position};

/// A part of an [`Outline`], by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part(pub(crate) usize);

/// The parts of a document, each before those within it.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    parts: Vec<Written>,
    anchors: HashMap<usize, usize>,
}

/// One part, as it is written.
#[derive(Debug)]
pub(crate) struct Written {
    /// Where it begins, in lines of the document.
    pub(crate) at: Position,
    /// Its bytes, brackets and quotes included. Of what is written in lines, from the first thing in it to the last.
    pub(crate) range: Range<usize>,
    pub(crate) parent: Option<usize>,
    pub(crate) shape: Shape,
    /// Whether a tag says what it is.
    pub(crate) is_tagged: bool,
    /// Whether an alias stands for it elsewhere.
    pub(crate) is_shared: bool,
}

#[derive(Debug)]
pub(crate) enum Shape {
    /// A value, with what it is read to and its quotes.
    Scalar {
        text: String,
        style: ScalarStyle,
    },
    /// What stands for a part elsewhere.
    Alias,
    List {
        is_flow: bool,
        items: Vec<usize>,
    },
    Mapping {
        is_flow: bool,
        entries: Vec<Member>,
    },
}

/// An entry of a mapping.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) style: ScalarStyle,
    pub(crate) at: Position,
    pub(crate) range: Range<usize>,
    pub(crate) value: usize,
}

/// A list or mapping that has not ended yet, and the key whose value is not there yet.
struct Open {
    index: usize,
    key: Option<Member>,
}

impl Outline {
    /// The outline of one document.
    pub(crate) fn of(document: &str, limits: &Limits) -> Result<Self, Fault> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = limits.json_depth;
        options.block_nesting_limit = limits.json_depth;
        let (mut outline, mut open) = (Self::default(), Vec::new());
        for event in Parser::new_from_str_with_options(document, options) {
            let (event, span) = event.map_err(|error| broken(error.kind().to_string()))?;
            outline.take(document, event, &span, &mut open)?;
        }
        Ok(outline)
    }

    fn take(&mut self, document: &str, event: Event<'_>, span: &Span, open: &mut Vec<Open>) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let range = range(span)?;
                let at = at(span);
                match open.last_mut() {
                    Some(Open { index, key }) if key.is_none() && self.is_mapping(*index) => {
                        *key = Some(Member { key: text.into_owned(), style, at, range, value: 0 });
                        // An alias for a key is no part that is changed.
                        Ok(())
                    }
                    _ => {
                        let shape = Shape::Scalar { text: text.into_owned(), style };
                        self.add(document, open, at, range, shape, anchor, tag.is_some()).map(|_| ())
                    }
                }
            }
            Event::Alias(anchor) => {
                if let Some(part) = self.anchors.get(&anchor).and_then(|index| self.parts.get_mut(*index)) {
                    part.is_shared = true;
                }
                let (at, range) = (at(span), range(span)?);
                match open.last_mut() {
                    Some(Open { index, key }) if key.is_none() && self.is_mapping(*index) => {
                        *key = Some(Member { key: String::new(), style: ScalarStyle::Plain, at, range, value: 0 });
                        Ok(())
                    }
                    _ => self.add(document, open, at, range, Shape::Alias, 0, false).map(|_| ()),
                }
            }
            Event::SequenceStart(style, anchor, tag) => {
                let shape = Shape::List { is_flow: style == StructureStyle::Flow, items: Vec::new() };
                self.begin(document, open, span, shape, anchor, tag.is_some())
            }
            Event::MappingStart(style, anchor, tag) => {
                let shape = Shape::Mapping { is_flow: style == StructureStyle::Flow, entries: Vec::new() };
                self.begin(document, open, span, shape, anchor, tag.is_some())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { index, .. }) = open.pop() else { return Err(broken("an end without a beginning")) };
                let end = range(span)?.end;
                let last = self.last_of(index).and_then(|last| self.parts.get(last)).map(|last| last.range.end);
                let Some(part) = self.parts.get_mut(index) else { return Ok(()) };
                part.range.end = match &part.shape {
                    Shape::List { is_flow: true, .. } | Shape::Mapping { is_flow: true, .. } => end,
                    // What ends by indentation ends for the parser where the next thing begins.
                    _ => last.unwrap_or(part.range.end),
                };
                Ok(())
            }
            Event::UnresolvedAlias(_) => Err(broken("an alias without an anchor")),
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        document: &str,
        open: &mut Vec<Open>,
        span: &Span,
        shape: Shape,
        anchor: usize,
        is_tagged: bool,
    ) -> Result<(), Fault> {
        if open.last().is_some_and(|last| last.key.is_none() && self.is_mapping(last.index)) {
            return Err(broken("a key must be a text"));
        }
        let index = self.add(document, open, at(span), range(span)?, shape, anchor, is_tagged)?;
        open.push(Open { index, key: None });
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "what is known of a part when it begins")]
    fn add(
        &mut self,
        document: &str,
        open: &mut [Open],
        at: Position,
        mut range: Range<usize>,
        shape: Shape,
        anchor: usize,
        is_tagged: bool,
    ) -> Result<usize, Fault> {
        let index = self.parts.len();
        let parent = open.last().map(|open| open.index);
        if let Some(Open { index: parent, key }) = open.last_mut() {
            let key = key.take();
            // Nothing at all stands right behind the colon, wherever the parser noticed that it is missing.
            if let (Shape::Scalar { style: ScalarStyle::Plain, .. }, Some(key), true) = (&shape, &key, range.is_empty())
            {
                let colon = document.get(key.range.end..).and_then(|rest| rest.find(':'));
                let after = colon.map_or(key.range.end, |colon| key.range.end + colon + 1);
                range = after..after;
            }
            match (self.parts.get_mut(*parent).map(|part| &mut part.shape), key) {
                (Some(Shape::List { items, .. }), _) => items.push(index),
                (Some(Shape::Mapping { entries, .. }), Some(key)) => entries.push(Member { value: index, ..key }),
                _ => return Err(broken("a value without a key")),
            }
        }
        if anchor > 0 {
            self.anchors.insert(anchor, index);
        }
        self.parts.push(Written { at, range, parent, shape, is_tagged, is_shared: false });
        Ok(index)
    }

    fn is_mapping(&self, index: usize) -> bool {
        matches!(self.parts.get(index).map(|part| &part.shape), Some(Shape::Mapping { .. }))
    }

    fn last_of(&self, index: usize) -> Option<usize> {
        match &self.parts.get(index)?.shape {
            Shape::List { items, .. } => items.last().copied(),
            Shape::Mapping { entries, .. } => entries.last().map(|entry| entry.value),
            Shape::Scalar { .. } | Shape::Alias => None,
        }
    }

    pub(crate) fn part(&self, part: Part) -> Option<&Written> {
        self.parts.get(part.0)
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = (Part, &Written)> {
        self.parts.iter().enumerate().map(|(index, part)| (Part(index), part))
    }

    /// The part itself, and those around it.
    pub(crate) fn around(&self, part: Part) -> impl Iterator<Item = &Written> {
        std::iter::successors(self.parts.get(part.0), |part| self.parts.get(part.parent?))
    }

    /// The last value within a part, or itself.
    pub(crate) fn last_within(&self, part: Part) -> Option<&Written> {
        let mut index = part.0;
        while let Some(last) = self.last_of(index) {
            index = last;
        }
        self.parts.get(index)
    }
}

fn at(span: &Span) -> Position {
    position(0, span.start.line() as u64, (span.start.col() as u64).saturating_add(1)).unwrap_or_default()
}

fn range(span: &Span) -> Result<Range<usize>, Fault> {
    span.byte_range().ok_or_else(|| broken("a part without a place"))
}

fn broken(detail: impl Into<String>) -> Fault {
    Fault { kind: ProblemKind::Malformed, at: None, detail: detail.into() }
}
