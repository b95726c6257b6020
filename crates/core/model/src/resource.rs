//! Objects of a platform that run nothing themselves: roles, network policies, services, secrets.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::workload::WorkloadPlatform;
use crate::{Located, Position, Redacted};

/// An object that is declared.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Resource {
    /// The platform whose declaration it is.
    pub platform: WorkloadPlatform,
    /// What the platform calls it, such as `ClusterRole` and `AWS::ECS::Service`.
    pub kind: String,
    /// The version of the platform's interface that it is written for; empty where there is none.
    pub api_version: String,
    /// Its name; empty where the platform makes one.
    pub name: String,
    /// The part of the platform that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Located<String>>,
    /// Path of the file that declares it.
    pub path: String,
    /// Where its declaration begins.
    pub at: Position,
    /// Labels, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(Located<String>, Located<String>)>,
    /// Annotations, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<(Located<String>, Located<String>)>,
    /// All of the object, a mapping, with the names that the platform gives.
    pub body: Declared,
}

/// A value of an object, whatever its shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Declared {
    /// Nothing.
    Null,
    /// True or false.
    Flag(Located<bool>),
    /// A whole number.
    Integer(Located<i64>),
    /// Another number.
    Number(Located<f64>),
    /// A text.
    Text(Located<String>),
    /// A text or number that must not be shown.
    Hidden(Located<Redacted<String>>),
    /// A text that a template works out when it is deployed.
    Unresolved(Position),
    /// Values in order.
    List(Vec<Self>),
    /// Values by name, each name once.
    Mapping(Vec<(String, Self)>),
}

impl Declared {
    /// What stands under a name of a mapping.
    pub fn child(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Mapping(entries) => entries.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

impl JsonSchema for Declared {
    fn schema_name() -> Cow<'static, str> {
        "Declared".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}

/// A value as a whole: lists and mappings as such, what is in them as a value with its place. What must not be shown says only
/// whether it is empty, and what is not known yet only where it stands.
impl Serialize for Declared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => flag.serialize(serializer),
            Self::Integer(number) => number.serialize(serializer),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::Hidden(hidden) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("at", &hidden.at)?;
                map.serialize_entry("is_empty", &hidden.value.expose().is_empty())?;
                map.end()
            }
            Self::Unresolved(at) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("at", at)?;
                map.end()
            }
            Self::List(values) => serializer.collect_seq(values),
            Self::Mapping(entries) => serializer.collect_map(entries.iter().map(|(name, value)| (name, value))),
        }
    }
}
