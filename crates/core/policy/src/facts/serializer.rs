//! From a type of the model to facts.
//!
//! The depth of what is serialised is that of its type, or is bounded by whoever read it: readers of free-form values stop at
//! `Limits::json_depth`.

use std::borrow::Cow;

use boltseal_model::Position;
use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

use super::{Content, Entries, Fact, FactsError};

/// The structure whose value stands for it.
const LOCATED: &str = "Located";
/// The structure that says why nobody knows the value in whose place it stands, in its only field.
const UNKNOWN: &str = "Unknown";
/// The field that says where a structure stands.
const AT: &str = "at";

pub(super) struct FactSerializer;

type Result<T> = std::result::Result<T, FactsError>;

impl Serializer for FactSerializer {
    type Ok = Fact;
    type Error = FactsError;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Mapping;
    type SerializeStruct = Structure;
    type SerializeStructVariant = Structure;

    fn serialize_bool(self, value: bool) -> Result<Fact> {
        Ok(Fact::new(Content::Flag(value)))
    }

    fn serialize_i8(self, value: i8) -> Result<Fact> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Fact> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Fact> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Fact> {
        Ok(Fact::new(Content::Integer(value)))
    }

    fn serialize_u8(self, value: u8) -> Result<Fact> {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Fact> {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Fact> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Fact> {
        Ok(Fact::new(i64::try_from(value).map_or(Content::Large(value), Content::Integer)))
    }

    fn serialize_f32(self, value: f32) -> Result<Fact> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<Fact> {
        Ok(Fact::new(Content::Number(value)))
    }

    fn serialize_char(self, value: char) -> Result<Fact> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Fact> {
        Ok(Fact::new(Content::Text(value.into())))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Fact> {
        Err(FactsError::new("bytes are no fact"))
    }

    fn serialize_none(self) -> Result<Fact> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Fact> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Fact> {
        Ok(Fact::new(Content::Nothing))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Fact> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Fact> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Fact> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Fact> {
        Ok(under(variant, value.serialize(Self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<List> {
        Ok(List { variant: None, facts: Vec::with_capacity(length.unwrap_or_default().min(1_024)) })
    }

    fn serialize_tuple(self, length: usize) -> Result<List> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<List> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<List> {
        Ok(List { variant: Some(variant), facts: Vec::new() })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Mapping> {
        Ok(Mapping { key: None, at: None, entries: Vec::new() })
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Structure> {
        let meaning = match name {
            LOCATED => Meaning::Located,
            UNKNOWN => Meaning::Unknown,
            _ => Meaning::Itself,
        };
        Ok(Structure { variant: None, meaning, at: None, entries: Vec::with_capacity(length) })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Structure> {
        let entries = Vec::with_capacity(length);
        Ok(Structure { variant: Some(variant), meaning: Meaning::Itself, at: None, entries })
    }
}

/// A variant that holds something is a mapping with its name alone.
fn under(variant: &'static str, fact: Fact) -> Fact {
    let at = fact.at;
    Fact { content: Content::Mapping(Entries::of(vec![(Cow::Borrowed(variant), fact)])), at }
}

pub(super) struct List {
    variant: Option<&'static str>,
    facts: Vec<Fact>,
}

impl List {
    fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Result<()> {
        self.facts.push(value.serialize(FactSerializer)?);
        Ok(())
    }

    fn finish(self) -> Fact {
        let list = match pairs(&self.facts) {
            true => Content::Mapping(Entries::of(self.facts.into_iter().filter_map(entry).collect())),
            false => Content::List(self.facts),
        };
        let fact = Fact::new(list);
        match self.variant {
            Some(variant) => under(variant, fact),
            None => fact,
        }
    }
}

/// Whether every element is a tuple of two, the first of which is a text.
fn pairs(facts: &[Fact]) -> bool {
    let is_pair = |fact: &Fact| match &fact.content {
        Content::Tuple(parts) => matches!(parts.as_slice(), [name, _] if name.text().is_some()),
        _ => false,
    };
    !facts.is_empty() && facts.iter().all(is_pair)
}

fn entry(pair: Fact) -> Option<(Cow<'static, str>, Fact)> {
    let Content::Tuple(parts) = pair.content else { return None };
    let [name, mut value] = <[Fact; 2]>::try_from(parts).ok()?;
    value.at = value.at.or(name.at);
    match name.content {
        Content::Text(text) => Some((Cow::Owned(text.into()), value)),
        _ => None,
    }
}

impl SerializeSeq for List {
    type Ok = Fact;
    type Error = FactsError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.push(value)
    }

    fn end(self) -> Result<Fact> {
        Ok(self.finish())
    }
}

/// The parts of one value, which are not the elements of a list.
impl SerializeTuple for List {
    type Ok = Fact;
    type Error = FactsError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.push(value)
    }

    fn end(self) -> Result<Fact> {
        Ok(Fact::new(Content::Tuple(self.facts)))
    }
}

impl SerializeTupleStruct for List {
    type Ok = Fact;
    type Error = FactsError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.push(value)
    }

    fn end(self) -> Result<Fact> {
        Ok(Fact::new(Content::Tuple(self.facts)))
    }
}

impl SerializeTupleVariant for List {
    type Ok = Fact;
    type Error = FactsError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.push(value)
    }

    fn end(self) -> Result<Fact> {
        let fact = Fact::new(Content::Tuple(self.facts));
        Ok(match self.variant {
            Some(variant) => under(variant, fact),
            None => fact,
        })
    }
}

pub(super) struct Mapping {
    key: Option<Fact>,
    at: Option<Position>,
    entries: Vec<(Cow<'static, str>, Fact)>,
}

impl SerializeMap for Mapping {
    type Ok = Fact;
    type Error = FactsError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = Some(key.serialize(FactSerializer)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let mut fact = value.serialize(FactSerializer)?;
        let key = self.key.take();
        fact.at = fact.at.or(key.as_ref().and_then(|key| key.at));
        match key.map(|key| key.content) {
            // What writes itself as a mapping may say where it stands, as a structure does.
            Some(Content::Text(name)) if &*name == AT && place(&fact).is_some() => {
                self.at = place(&fact).filter(|at| at.line > 0);
                Ok(())
            }
            Some(Content::Text(name)) => {
                self.entries.push((Cow::Owned(name.into()), fact));
                Ok(())
            }
            _ => Err(FactsError::new("a key that is no text")),
        }
    }

    fn end(self) -> Result<Fact> {
        Ok(Fact { content: Content::Mapping(Entries::of(self.entries)), at: self.at })
    }
}

/// What a structure stands for.
enum Meaning {
    Itself,
    /// Its value.
    Located,
    /// A value that nobody knows.
    Unknown,
}

pub(super) struct Structure {
    variant: Option<&'static str>,
    meaning: Meaning,
    at: Option<Position>,
    entries: Vec<(Cow<'static, str>, Fact)>,
}

impl Structure {
    fn field(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Result<()> {
        let fact = value.serialize(FactSerializer)?;
        if name == AT
            && let Some(at) = place(&fact)
        {
            // A reader that does not know the place says line 0.
            self.at = (at.line > 0).then_some(at);
            return Ok(());
        }
        if fact.content != Content::Nothing {
            self.entries.push((Cow::Borrowed(name), fact));
        }
        Ok(())
    }

    fn finish(mut self) -> Fact {
        let content = match self.meaning {
            Meaning::Itself => Content::Mapping(Entries::of(self.entries)),
            // `None` in a `Located` is nothing, and stands somewhere.
            Meaning::Located => self.entries.pop().map_or(Content::Nothing, |(_, fact)| fact.content),
            Meaning::Unknown => match self.entries.pop().map(|(_, fact)| fact.content) {
                Some(Content::Text(reason)) => Content::Unknown(reason),
                _ => Content::Unknown("for no reason that is said".into()),
            },
        };
        let fact = Fact { content, at: self.at };
        match self.variant {
            Some(variant) => under(variant, fact),
            None => fact,
        }
    }
}

/// The position that a fact is, if it is one. What a file holds under such names knows its own place, and is none.
fn place(fact: &Fact) -> Option<Position> {
    let Content::Mapping(entries) = &fact.content else { return None };
    let number = |name| match entries.find(name)? {
        Fact { content: Content::Integer(number), at: None } => u32::try_from(*number).ok(),
        _ => None,
    };
    (entries.len() == 2).then_some(Position { line: number("line")?, column: number("column")? })
}

impl SerializeStruct for Structure {
    type Ok = Fact;
    type Error = FactsError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.field(name, value)
    }

    fn end(self) -> Result<Fact> {
        Ok(self.finish())
    }
}

impl SerializeStructVariant for Structure {
    type Ok = Fact;
    type Error = FactsError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.field(name, value)
    }

    fn end(self) -> Result<Fact> {
        Ok(self.finish())
    }
}
