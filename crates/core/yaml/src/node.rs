//! The tree of a document.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use boltseal_model::{Limits, Position};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use crate::document::{self, Fault, Keys, read};

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Where it begins; for what an alias stands for, where the alias is.
    pub at: Position,
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
    /// Entries in the order of the document; keys may be repeated.
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

/// The tree of one document that begins behind `before` lines. A document that holds nothing is [`Value::Null`].
pub fn tree<'a>(document: &'a str, before: u32, limits: &Limits) -> Result<Node<'a>, Fault> {
    let mut node =
        read(document, before, Keys::Merged, limits, |reader| Spanned::<Raw<'a>>::deserialize(reader).map(node))?;
    node.move_down(before);
    Ok(node)
}

impl<'a> Node<'a> {
    /// The entries, if it is a mapping; none otherwise.
    pub fn entries(&self) -> &[Entry<'a>] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
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

    fn move_down(&mut self, lines: u32) {
        let down = |at: &mut Position| at.line = at.line.saturating_add(if at.line > 0 { lines } else { 0 });
        down(&mut self.at);
        match &mut self.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    down(&mut entry.at);
                    entry.node.move_down(lines);
                }
            }
            Value::List(nodes) => nodes.iter_mut().for_each(|node| node.move_down(lines)),
            Value::Null | Value::Flag(_) | Value::Integer(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
}

/// A value as it is read, before it is told where it stands.
struct Raw<'a>(Value<'a>);

/// A text, borrowed where the document has it as it is.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

fn node(raw: Spanned<Raw<'_>>) -> Node<'_> {
    Node { at: position(&raw.referenced), value: raw.value.0 }
}

fn position(location: &Location) -> Position {
    document::position(0, location.line(), location.column()).unwrap_or_default()
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree).map(Raw)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "such numbers are too large for everything that is read")]
        Ok(i64::try_from(number).map_or(Value::Number(number as f64), Value::Integer))
    }

    /// Programs that turn YAML into JSON write `0.0` as `0`, so that both are the same number.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // Up to this bound every whole number has a form of its own.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within the bound")]
        let value = if number.fract() == 0.0 && number.abs() <= EXACT {
            Value::Integer(number as i64)
        } else {
            Value::Number(number)
        };
        Ok(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(raw) = list.next_element::<Spanned<Raw<'de>>>()? {
            nodes.push(node(raw));
        }
        Ok(Value::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<Key<'de>>>()? {
            let at = position(&key.referenced);
            let raw = map.next_value::<Spanned<Raw<'de>>>()?;
            entries.push(Entry { key: key.value.0, at, node: node(raw) });
        }
        Ok(Value::Mapping(entries))
    }
}
