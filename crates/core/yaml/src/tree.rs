//! From the events of the parser to a tree. Nothing here calls itself, so that the depth of a document costs no stack.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use boltseal_model::{Limits, Position, ProblemKind};
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use crate::document::{Fault, position, too_deep, too_many};
use crate::node::{Entry, Node, Value};
use crate::scalar::{self, Asked};

/// How often its own length the copies that aliases make may have in all. Every node counts, and every byte of a text.
const COPIES: usize = 4;

/// The tree of one document that begins behind `before` lines. A document that holds nothing is [`Value::Null`].
pub fn tree<'a>(document: &'a str, before: u32, limits: &Limits) -> Result<Node<'a>, Fault> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.flow_nesting_limit = limits.json_depth;
    options.block_nesting_limit = limits.json_depth;
    let mut builder = Builder {
        before,
        depth: limits.json_depth,
        copies: document.len().saturating_mul(COPIES),
        open: Vec::new(),
        anchors: HashMap::new(),
        root: None,
    };
    for event in Parser::new_from_str_with_options(document, options) {
        let (event, span) = event.map_err(|error| builder.broken(&error))?;
        builder.take(event, &span)?;
    }
    Ok(builder.root.unwrap_or(Node::new(Value::Null, Position::default())))
}

/// A node that an alias can stand for, with how deep it is and what a copy costs.
struct Anchored<'a> {
    node: Node<'a>,
    depth: usize,
    cost: usize,
}

/// A list or mapping whose end is not there yet.
struct Open<'a> {
    at: Position,
    tag: Option<Box<str>>,
    anchor: usize,
    /// Levels within it so far.
    depth: usize,
    content: Content<'a>,
}

enum Content<'a> {
    List(Vec<Node<'a>>),
    /// What is merged comes with the number of entries before it.
    Mapping {
        entries: Vec<Entry<'a>>,
        key: Option<Key<'a>>,
        merged: Vec<(usize, Node<'a>)>,
    },
}

/// The key of an entry whose value is not there yet.
struct Key<'a> {
    text: Cow<'a, str>,
    at: Position,
    merges: bool,
}

struct Builder<'a> {
    before: u32,
    depth: usize,
    /// What aliases may still copy.
    copies: usize,
    open: Vec<Open<'a>>,
    anchors: HashMap<usize, Anchored<'a>>,
    root: Option<Node<'a>>,
}

impl<'a> Builder<'a> {
    fn take(&mut self, event: Event<'a>, span: &Span) -> Result<(), Fault> {
        let at = self.at(span);
        match event {
            Event::Scalar(text, style, anchor, tag) if self.expects_key() => {
                let merges =
                    style == ScalarStyle::Plain && text == "<<" && tag.is_none_or(|tag| core(&tag) == Some("merge"));
                if anchor > 0 {
                    self.remember(anchor, &Node::new(Value::Text(text.clone()), at), 0)?;
                }
                self.key(Key { text, at, merges });
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = value(text, style, tag.as_deref()).map_err(|(kind, detail)| fault(kind, at, detail))?;
                self.finish(Node { value, at, tag: own(tag.as_deref()) }, anchor, 0)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(at, anchor, own(tag.as_deref()), Content::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                let content = Content::Mapping { entries: Vec::new(), key: None, merged: Vec::new() };
                self.begin(at, anchor, own(tag.as_deref()), content)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => {
                    let (anchor, depth) = (open.anchor, open.depth);
                    self.finish(close(open)?, anchor, depth)
                }
                None => Err(fault(ProblemKind::Malformed, at, "an end without a beginning")),
            },
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(fault(ProblemKind::Malformed, at, "another document that no marker begins"))
            }
            Event::UnresolvedAlias(_) => Err(fault(ProblemKind::Malformed, at, "an alias without an anchor")),
            // Beginnings and ends of stream and document; comments, which are a variant with a feature of the parser alone.
            _ => Ok(()),
        }
    }

    /// Whether the next node is the key of an entry.
    fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.content, Content::Mapping { key: None, .. }))
    }

    fn key(&mut self, key: Key<'a>) {
        if let Some(Open { content: Content::Mapping { key: place, .. }, .. }) = self.open.last_mut() {
            *place = Some(key);
        }
    }

    fn begin(&mut self, at: Position, anchor: usize, tag: Option<Box<str>>, content: Content<'a>) -> Result<(), Fault> {
        if self.expects_key() {
            return Err(fault(ProblemKind::Malformed, at, "a key must be a text"));
        }
        if self.open.len() >= self.depth {
            return Err(fault(ProblemKind::TooDeep, at, too_deep(self.depth)));
        }
        self.open.push(Open { at, tag, anchor, depth: 1, content });
        Ok(())
    }

    /// Puts a whole node, with `depth` levels in it, where it belongs.
    fn finish(&mut self, node: Node<'a>, anchor: usize, depth: usize) -> Result<(), Fault> {
        if anchor > 0 {
            self.remember(anchor, &node, depth)?;
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.depth = open.depth.max(depth + 1);
        match &mut open.content {
            Content::List(nodes) => nodes.push(node),
            Content::Mapping { entries, key, merged } => match key.take() {
                Some(Key { merges: true, .. }) => merged.push((entries.len(), node)),
                Some(Key { text, at, .. }) => entries.push(Entry { key: text, at, node }),
                None => return Err(fault(ProblemKind::Malformed, node.at, "a value without a key")),
            },
        }
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: &Node<'a>, depth: usize) -> Result<(), Fault> {
        let cost = cost(node);
        self.pay(cost, node.at)?;
        self.anchors.insert(anchor, Anchored { node: node.clone(), depth, cost });
        Ok(())
    }

    fn alias(&mut self, anchor: usize, at: Position) -> Result<(), Fault> {
        let Some(Anchored { cost, depth, .. }) = self.anchors.get(&anchor) else {
            return Err(fault(ProblemKind::Malformed, at, "an anchor that holds itself"));
        };
        let (cost, depth) = (*cost, *depth);
        if self.open.len().saturating_add(depth) > self.depth {
            return Err(fault(ProblemKind::TooDeep, at, too_deep(self.depth)));
        }
        self.pay(cost, at)?;
        let copy = self.anchors.get(&anchor).map(|anchored| anchored.node.clone());
        let node = Node { at, ..copy.unwrap_or(Node::new(Value::Null, at)) };
        if !self.expects_key() {
            return self.finish(node, 0, depth);
        }
        match node.value {
            Value::Text(text) => {
                self.key(Key { text, at, merges: false });
                Ok(())
            }
            _ => Err(fault(ProblemKind::Malformed, at, "a key must be a text")),
        }
    }

    fn pay(&mut self, cost: usize, at: Position) -> Result<(), Fault> {
        self.copies = self.copies.checked_sub(cost).ok_or_else(|| fault(ProblemKind::TooMany, at, too_many()))?;
        Ok(())
    }

    /// The parser counts lines from 1 and columns from 0.
    fn at(&self, span: &Span) -> Position {
        let (line, column) = (span.start.line() as u64, span.start.col() as u64);
        position(self.before, line, column.saturating_add(1)).unwrap_or_default()
    }

    fn broken(&self, error: &ScanError) -> Fault {
        let marker = error.marker();
        let at = position(self.before, marker.line() as u64, (marker.col() as u64).saturating_add(1));
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => Fault { kind: ProblemKind::TooDeep, at, detail: too_deep(self.depth) },
            ErrorKind::UnexpectedEof
            | ErrorKind::UnexpectedEofBlockMapping
            | ErrorKind::UnexpectedEofBlockSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::UnclosedQuotedScalar => {
                Fault { kind: ProblemKind::Truncated, at, detail: error.kind().to_string() }
            }
            other => Fault { kind: ProblemKind::Malformed, at, detail: other.to_string() },
        }
    }
}

fn fault(kind: ProblemKind, at: Position, detail: impl Into<String>) -> Fault {
    Fault { kind, at: Some(at), detail: detail.into() }
}

/// The list or mapping, with what it merges.
///
/// A merged entry gives way to one of the mapping's own that follows it. To one before it, it gives way by the book, and the reader
/// of Kubernetes has it the other way round: such a key is there twice, and the last counts.
fn close(open: Open<'_>) -> Result<Node<'_>, Fault> {
    let (at, tag) = (open.at, open.tag);
    let value = match open.content {
        Content::List(nodes) => Value::List(nodes),
        Content::Mapping { entries, merged, .. } if merged.is_empty() => Value::Mapping(entries),
        Content::Mapping { entries, merged, .. } => Value::Mapping(merge(entries, merged)?),
    };
    Ok(Node { value, at, tag })
}

/// Entries and what is merged between them, in the order in which they stand.
fn merge<'a>(entries: Vec<Entry<'a>>, merged: Vec<(usize, Node<'a>)>) -> Result<Vec<Entry<'a>>, Fault> {
    let last: HashMap<Cow<'a, str>, usize> =
        entries.iter().enumerate().map(|(index, entry)| (entry.key.clone(), index)).collect();
    let mut whole = Vec::with_capacity(entries.len());
    let mut own = entries.into_iter();
    let mut taken = 0;
    for (before, node) in merged {
        whole.extend(own.by_ref().take(before.saturating_sub(taken)));
        taken = before;
        // Of several mappings the first counts that has a key.
        let mut seen = HashSet::new();
        for entry in mappings(node)?.into_iter().flatten() {
            let is_overridden = last.get(&entry.key).is_some_and(|index| *index >= before);
            if seen.insert(entry.key.clone()) && !is_overridden {
                whole.push(entry);
            }
        }
    }
    whole.extend(own);
    Ok(whole)
}

/// The entries of each mapping that is merged, alone or in a list.
fn mappings(merged: Node<'_>) -> Result<Vec<Vec<Entry<'_>>>, Fault> {
    let nodes = match merged.value {
        Value::List(nodes) => nodes,
        value => vec![Node::new(value, merged.at)],
    };
    let mut found = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node.value {
            Value::Mapping(entries) => found.push(entries),
            _ => return Err(fault(ProblemKind::Malformed, node.at, "`<<` must name mappings")),
        }
    }
    Ok(found)
}

/// What a copy of a node costs. Levels are bounded, so that this may call itself.
fn cost(node: &Node<'_>) -> usize {
    let within = match &node.value {
        Value::Text(text) => text.len(),
        Value::List(nodes) => nodes.iter().map(cost).sum(),
        Value::Mapping(entries) => entries.iter().map(|entry| entry.key.len() + cost(&entry.node)).sum(),
        Value::Null | Value::Flag(_) | Value::Integer(_) | Value::Number(_) => 0,
    };
    within + 1
}

/// The value of a scalar with a style and a tag.
fn value<'a>(text: Cow<'a, str>, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value<'a>, (ProblemKind, String)> {
    let asked = match tag.and_then(core) {
        Some("null") => Asked::Null,
        Some("bool") => Asked::Flag,
        Some("int") => Asked::Integer,
        Some("float") => Asked::Number,
        Some("str") => Asked::Text,
        Some(other) => return Err((ProblemKind::Unsupported, format!("a value of the type `!!{other}`"))),
        // Tags of programs say nothing about the type.
        None if style == ScalarStyle::Plain && tag.is_none_or(|tag| tag.original() != "!") => {
            return Ok(scalar::plain(text));
        }
        None => Asked::Text,
    };
    scalar::asked(asked, text)
        .ok_or_else(|| (ProblemKind::Malformed, "a value that is not of the type of its tag".into()))
}

/// A tag that is not of YAML itself, as it is written.
fn own(tag: Option<&Tag>) -> Option<Box<str>> {
    let tag = tag.filter(|tag| core(tag).is_none())?.original();
    (tag != "!").then(|| tag.into())
}

/// What a tag of YAML itself ends in.
fn core(tag: &Tag) -> Option<&str> {
    (tag.handle() == "tag:yaml.org,2002:").then(|| tag.suffix())
}
