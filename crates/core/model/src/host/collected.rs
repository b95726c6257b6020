//! A fact, or why nobody knows it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What was found out, or why it was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collected<T> {
    /// What was found out.
    Known(T),
    /// Why it was not.
    Unknown(Unknown),
}

/// Why a fact is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unknown {
    /// The reason, as a lower-case fragment: `/etc/ssh/sshd_config: permission denied`.
    pub unknown: String,
}

impl<T> Collected<T> {
    /// A fact that is not known.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self::Unknown(Unknown { unknown: reason.into() })
    }

    /// The fact, if it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// The same of another type.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Collected<U> {
        match self {
            Self::Known(value) => Collected::Known(make(value)),
            Self::Unknown(reason) => Collected::Unknown(reason),
        }
    }
}

/// Facts that nobody collected are not known.
impl<T> Default for Collected<T> {
    fn default() -> Self {
        Self::unknown("not collected")
    }
}

impl<T: Serialize> Serialize for Collected<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unknown(unknown) => unknown.serialize(serializer),
        }
    }
}

/// A mapping with `unknown` alone is what is not known; everything else is the fact.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Collected<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(PhantomData))
    }
}

struct Either<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
    type Value = Collected<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fact, or a mapping with the reason under `unknown`")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        T::deserialize(serde::de::value::BoolDeserializer::new(value)).map(Collected::Known)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        T::deserialize(serde::de::value::I64Deserializer::new(value)).map(Collected::Known)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        T::deserialize(serde::de::value::U64Deserializer::new(value)).map(Collected::Known)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        T::deserialize(serde::de::value::StrDeserializer::new(value)).map(Collected::Known)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Self::Value, A::Error> {
        T::deserialize(serde::de::value::SeqAccessDeserializer::new(access)).map(Collected::Known)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let Some(first) = access.next_key::<String>()? else {
            return T::deserialize(MapAccessDeserializer::new(access)).map(Collected::Known);
        };
        if first == "unknown" {
            let unknown = access.next_value()?;
            return match access.next_key::<IgnoredAny>()? {
                None => Ok(Collected::Unknown(Unknown { unknown })),
                Some(_) => Err(A::Error::custom("beside `unknown` nothing is known")),
            };
        }
        T::deserialize(MapAccessDeserializer::new(Again { first: Some(first), rest: access })).map(Collected::Known)
    }
}

/// A mapping the first key of which was looked at.
struct Again<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Again<A> {
    type Error = A::Error;

    fn next_key_seed<K: serde::de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => seed.deserialize(serde::de::value::StringDeserializer::new(first)).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: serde::de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

/// Rules are checked against what the fact is where it is known.
impl<T: JsonSchema> JsonSchema for Collected<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Thing {
        word: Collected<String>,
        list: Collected<Vec<i64>>,
        inner: Collected<Inner>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        flag: Collected<bool>,
    }

    #[test]
    fn what_is_unknown_is_written_in_place_of_the_fact_and_read_back() {
        let thing = Thing {
            word: Collected::unknown("permission denied"),
            list: Collected::Known(vec![1]),
            inner: Collected::Known(Inner { flag: Collected::Known(true) }),
        };
        let text = serde_json::to_string(&thing).unwrap();
        assert_eq!(text, r#"{"word":{"unknown":"permission denied"},"list":[1],"inner":{"flag":true}}"#);
        assert_eq!(serde_json::from_str::<Thing>(&text).unwrap(), thing);
        let absent: Thing = serde_json::from_str("{}").unwrap();
        assert_eq!(absent.word, Collected::unknown("not collected"));
        assert!(serde_json::from_str::<Thing>(r#"{"inner":{"unknown":"x","flag":true}}"#).is_err());
    }
}
