//! Values of expressions. What comes from the facts is borrowed from them, so that it still knows where it stands.

use core::net::IpAddr;
use std::fmt::{self, Write};
use std::ops::Deref;
use std::rc::Rc;

use crate::facts::{Content, Fact};
use crate::functions::{Cidr, Quantity, Url};

#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(Text<'a>),
    Bytes(Rc<[u8]>),
    /// A type, by its name.
    Kind(&'static str),
    List(Rc<Vec<Value<'a>>>),
    /// Entries in the order in which they were written.
    Map(Rc<Vec<(Value<'a>, Value<'a>)>>),
    /// Anything that comes from the facts; [`Value::plain`] opens it.
    Fact(&'a Fact),
    Optional(Option<Rc<Value<'a>>>),
    Quantity(Quantity),
    Ip(IpAddr),
    Cidr(Cidr),
    Url(Rc<Url>),
    Semver(Rc<semver::Version>),
}

/// A text of the facts or the policy, or one that was made.
#[derive(Debug, Clone)]
pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Owned(Rc<str>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
        }
    }
}

/// A list, wherever its elements are.
#[derive(Debug, Clone)]
pub(crate) enum List<'a> {
    Facts(&'a [Fact]),
    Values(Rc<Vec<Value<'a>>>),
}

impl<'a> List<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Facts(facts) => facts.len(),
            Self::Values(values) => values.len(),
        }
    }

    pub(crate) fn element(&self, index: usize) -> Option<Value<'a>> {
        match self {
            Self::Facts(facts) => facts.get(index).map(Value::Fact),
            Self::Values(values) => values.get(index).cloned(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Value<'a>> + '_ {
        (0..self.len()).filter_map(|index| self.element(index))
    }
}

impl<'a> Value<'a> {
    pub(crate) fn borrowed(text: &'a str) -> Self {
        Self::Text(Text::Borrowed(text))
    }

    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(Text::Owned(text.into()))
    }

    pub(crate) fn list(values: Vec<Self>) -> Self {
        Self::List(Rc::new(values))
    }

    pub(crate) fn some(value: Self) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    /// The same with the scalars of facts as scalars. Lists and mappings of facts stay what they are.
    pub(crate) fn plain(self) -> Self {
        let Self::Fact(fact) = self else { return self };
        match &fact.content {
            Content::Nothing => Self::Null,
            Content::Flag(flag) => Self::Bool(*flag),
            Content::Integer(number) => Self::Int(*number),
            Content::Large(number) => Self::Uint(*number),
            Content::Number(number) => Self::Double(*number),
            Content::Text(text) => Self::borrowed(text),
            Content::List(_) | Content::Tuple(_) | Content::Mapping(_) | Content::Unknown(_) => self,
        }
    }

    /// The list that a plain value is, if it is one.
    pub(crate) fn as_list(&self) -> Option<List<'a>> {
        match self {
            Self::List(values) => Some(List::Values(Rc::clone(values))),
            Self::Fact(Fact { content: Content::List(facts) | Content::Tuple(facts), .. }) => Some(List::Facts(facts)),
            _ => None,
        }
    }

    pub(crate) const fn is_map(&self) -> bool {
        matches!(self, Self::Map(_) | Self::Fact(Fact { content: Content::Mapping(_), .. }))
    }

    /// The name of its type.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Kind(_) => "type",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Ip(_) => "net.IP",
            Self::Cidr(_) => "net.CIDR",
            Self::Url(_) => "kubernetes.URL",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Fact(fact) => match &fact.content {
                Content::Nothing => "null_type",
                Content::Flag(_) => "bool",
                Content::Integer(_) => "int",
                Content::Large(_) => "uint",
                Content::Number(_) => "double",
                Content::Text(_) => "string",
                Content::List(_) | Content::Tuple(_) => "list",
                Content::Mapping(_) => "map",
                Content::Unknown(_) => "unknown",
            },
        }
    }
}

/// Characters of a value that are shown: a message is read by people.
pub(crate) const SHOWN: usize = 500;

/// A value as messages show it: texts as they are, lists with commas, and no more than [`SHOWN`] characters of it.
pub(crate) fn shown(value: &Value<'_>, is_quoted: bool) -> String {
    let mut limited = Limited { text: String::new(), room: SHOWN };
    // What does not fit is left out, and the text says so.
    if write(&mut limited, value, is_quoted, 0).is_err() {
        limited.text.push('…');
    }
    limited.text
}

struct Limited {
    text: String,
    room: usize,
}

impl Write for Limited {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.room = self.room.checked_sub(1).ok_or(fmt::Error)?;
            match character {
                // Whoever writes the facts must not write to the reader's terminal.
                character if character.is_control() => self.text.extend(character.escape_default()),
                character => self.text.push(character),
            }
        }
        Ok(())
    }
}

fn write(out: &mut Limited, value: &Value<'_>, is_quoted: bool, depth: usize) -> fmt::Result {
    // What is deeper is hardly read; free-form facts can be.
    if depth > 8 {
        return out.write_str("…");
    }
    match value.clone().plain() {
        Value::Null => out.write_str("null"),
        Value::Bool(flag) => write!(out, "{flag}"),
        Value::Int(number) => write!(out, "{number}"),
        Value::Uint(number) => write!(out, "{number}"),
        Value::Double(number) => write!(out, "{number}"),
        Value::Text(text) if is_quoted => write!(out, "\"{}\"", &*text),
        Value::Text(text) => out.write_str(&text),
        Value::Bytes(bytes) => out.write_str(&String::from_utf8_lossy(&bytes)),
        Value::Kind(name) => out.write_str(name),
        Value::Optional(None) => out.write_str("optional.none()"),
        Value::Optional(Some(value)) => {
            out.write_str("optional.of(")?;
            write(out, &value, true, depth + 1)?;
            out.write_char(')')
        }
        Value::Quantity(quantity) => write!(out, "{quantity}"),
        Value::Ip(address) => write!(out, "{address}"),
        Value::Cidr(range) => write!(out, "{range}"),
        Value::Url(url) => out.write_str(url.text()),
        Value::Semver(version) => write!(out, "{version}"),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.clone(), value.clone()));
            write_map(out, entries, depth)
        }
        Value::Fact(Fact { content: Content::Mapping(entries), .. }) => {
            write_map(out, entries.iter().map(|(key, fact)| (Value::borrowed(key), Value::Fact(fact))), depth)
        }
        Value::Fact(Fact { content: Content::Unknown(reason), .. }) => write!(out, "unknown ({reason})"),
        value => match value.as_list() {
            Some(list) => write_list(out, &list, is_quoted, depth),
            None => Ok(()),
        },
    }
}

fn write_list(out: &mut Limited, list: &List<'_>, is_quoted: bool, depth: usize) -> fmt::Result {
    if is_quoted {
        out.write_char('[')?;
    }
    for (index, value) in list.iter().enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        write(out, &value, is_quoted, depth + 1)?;
    }
    if is_quoted { out.write_char(']') } else { Ok(()) }
}

fn write_map<'v>(
    out: &mut Limited,
    entries: impl Iterator<Item = (Value<'v>, Value<'v>)>,
    depth: usize,
) -> fmt::Result {
    out.write_char('{')?;
    for (index, (key, value)) in entries.enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        write(out, &key, false, depth + 1)?;
        out.write_str(": ")?;
        write(out, &value, true, depth + 1)?;
    }
    out.write_char('}')
}
