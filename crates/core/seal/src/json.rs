//! JSON from hostile hands, of which every reader must make the same.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Why bytes are not the JSON that they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// More bytes than are read.
    #[error("it has {found} bytes, more than the {limit} that are read")]
    TooLarge {
        /// How many there are.
        found: usize,
        /// How many may be.
        limit: u64,
    },
    /// Nested too deep.
    #[error("it is nested deeper than {limit} levels")]
    TooDeep {
        /// How deep it may be.
        limit: usize,
    },
    /// A key that its object has twice: readers differ in which of them counts.
    #[error("the key {key} stands twice in one object")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// No JSON, or not of the shape that is asked for.
    #[error("{detail} (line {line}, column {column})")]
    Malformed {
        /// What is wrong.
        detail: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let detail = text.split_once(" at line ").map_or(text.as_str(), |(detail, _)| detail);
        Self::Malformed { detail: detail.chars().take(200).collect(), line: error.line(), column: error.column() }
    }
}

/// What a text of JSON may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Bytes.
    pub bytes: u64,
    /// Objects and lists within each other.
    pub depth: usize,
    /// Levels of objects in which keys that differ in case alone count as the same key: the readers of Go hold them for one.
    pub folded: usize,
}

/// Reads what no two readers can understand differently: no key twice, nothing behind the end.
///
/// # Errors
/// When it is larger or deeper than allowed, holds a key twice, is no JSON or has another shape.
pub(crate) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8], bounds: Bounds) -> Result<T, JsonError> {
    check(bytes, bounds)?;
    Ok(serde_json::from_slice(bytes)?)
}

/// A first pass that keeps nothing but the keys of the objects that are open.
fn check(bytes: &[u8], bounds: Bounds) -> Result<(), JsonError> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > bounds.bytes {
        return Err(JsonError::TooLarge { found: bytes.len(), limit: bounds.bytes });
    }
    let fault = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read =
        Level { depth: 0, bounds, fault: &fault }.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    match (fault.into_inner(), read) {
        (Some(fault), _) => Err(fault),
        (None, read) => Ok(read?),
    }
}

#[derive(Clone, Copy)]
struct Level<'f> {
    depth: usize,
    bounds: Bounds,
    fault: &'f RefCell<Option<JsonError>>,
}

impl Level<'_> {
    fn fail<E: serde::de::Error>(self, fault: JsonError) -> E {
        let error = E::custom(&fault);
        *self.fault.borrow_mut() = Some(fault);
        error
    }

    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= self.bounds.depth {
            return Err(self.fail(JsonError::TooDeep { limit: self.bounds.depth }));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while list.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        let mut keys = BTreeSet::new();
        while let Some(Key(key)) = object.next_key()? {
            let folded = if inner.depth <= self.bounds.folded { Cow::Owned(key.to_ascii_lowercase()) } else { key };
            if keys.contains(&folded) {
                return Err(self.fail(JsonError::DuplicateKey { key: quoted(&folded) }));
            }
            keys.insert(folded);
            object.next_value_seed(inner)?;
        }
        Ok(())
    }
}

struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text).map_err(D::Error::custom)
    }
}

/// Hostile text as an error may show it: short, in quotes, with nothing that moves a terminal's cursor.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    let shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    let more = if text.chars().nth(MOST).is_some() { "…" } else { "" };
    format!("\"{shown}{more}\"")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 1_000, depth: 4, folded: 1 };

    #[test]
    fn a_key_that_stands_twice_is_refused_at_every_depth_and_in_every_spelling() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":1}"#,
            r#"{"payload":1,"Payload":1}"#,
            r#"[{"x":[{"a":1,"b":2,"a":3}]}]"#,
        ] {
            let read = read::<Value>(text.as_bytes(), BOUNDS);
            assert!(matches!(read, Err(JsonError::DuplicateKey { .. })), "{text}: {read:?}");
        }
        assert!(read::<Value>(br#"{"x":{"a":1,"A":2}}"#, BOUNDS).is_ok(), "data may have keys that differ in case");
    }

    #[test]
    fn limits_are_errors_that_name_them() {
        assert_eq!(read::<Value>(b"[[[[[1]]]]]", BOUNDS), Err(JsonError::TooDeep { limit: 4 }));
        assert!(read::<Value>(b"[[[[1]]]]", BOUNDS).is_ok());
        let long = vec![b' '; 1_001];
        assert_eq!(read::<Value>(&long, BOUNDS), Err(JsonError::TooLarge { found: 1_001, limit: 1_000 }));
    }

    #[test]
    fn nothing_may_stand_behind_the_end_or_before_the_beginning() {
        for text in ["{}{}", "{} x", "\u{feff}{}", "", "{\"a\":1,}", "NaN", "'a'"] {
            assert!(matches!(read::<Value>(text.as_bytes(), BOUNDS), Err(JsonError::Malformed { .. })), "{text}");
        }
    }

    #[test]
    fn hostile_text_is_shown_short_and_harmless() {
        assert_eq!(quoted("a\u{1b}[2J\"b\n"), r#""a\u{1b}[2J\"b\n""#);
        assert_eq!(quoted(&"x".repeat(1_000)).chars().count(), 83);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read::<Value>(&bytes, BOUNDS);
        }

        #[test]
        fn never_panics_on_what_is_almost_json(text in r#"[\[\]{}":,a-c0-9\\]{0,60}"#) {
            let _ = read::<Value>(text.as_bytes(), BOUNDS);
        }
    }
}
