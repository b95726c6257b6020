//! The tree of a document.

use std::borrow::Cow;
use std::collections::HashSet;

use boltseal_model::Position;

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Where it begins. What an alias stands for is where the alias is, and what is in that where it was written.
    pub at: Position,
    /// The tag that a program gave it, as `!Ref`. The value is read as if it were not there.
    pub tag: Option<Box<str>>,
}

/// A value of YAML or JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing, however it is spelled.
    Null,
    /// True or false, `yes` and `off` included.
    Flag(bool),
    /// A whole number, also one that is spelled as a fraction.
    Integer(i64),
    /// Another number, or one that is too large.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Node<'a>>),
    /// Entries in the order of the document, those of merged mappings where they are merged; keys may be repeated.
    Mapping(Vec<Entry<'a>>),
}

/// An entry of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// Its key.
    pub key: Cow<'a, str>,
    /// Where the key stands.
    pub at: Position,
    /// Its value.
    pub node: Node<'a>,
}

impl<'a> Node<'a> {
    /// A value without a tag.
    pub const fn new(value: Value<'a>, at: Position) -> Self {
        Self { value, at, tag: None }
    }

    /// The entries, if it is a mapping; none otherwise.
    pub fn entries(&self) -> &[Entry<'a>] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The entries that count: of those with the same key the last, in the order of the document.
    pub fn counted(&self) -> Vec<&Entry<'a>> {
        let mut seen = HashSet::with_capacity(self.entries().len());
        let mut counted: Vec<_> = self.entries().iter().rev().filter(|entry| seen.insert(&entry.key)).collect();
        counted.reverse();
        counted
    }

    /// What stands under a key; the last where it is repeated, as readers of JSON take it. Nothing is as good as absent.
    pub fn child(&self, key: &str) -> Option<&Self> {
        let entry = self.entries().iter().rfind(|entry| entry.key == key)?;
        (entry.node.value != Value::Null).then_some(&entry.node)
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What the value is, as an error says it.
    pub const fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Flag(_) => "true or false",
            Value::Integer(_) | Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// Hands every key that stands in its mapping already to `report`, wherever in the tree that is.
    pub fn repeated_keys<'n>(&'n self, report: &mut impl FnMut(&'n Entry<'a>)) {
        match &self.value {
            Value::Mapping(entries) => {
                let mut seen = HashSet::with_capacity(entries.len());
                for entry in entries {
                    if !seen.insert(&entry.key) {
                        report(entry);
                    }
                    entry.node.repeated_keys(report);
                }
            }
            Value::List(nodes) => nodes.iter().for_each(|node| node.repeated_keys(report)),
            Value::Null | Value::Flag(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
}
