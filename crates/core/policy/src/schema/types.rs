//! The types of values.

use std::sync::Arc;

use super::Shape;

/// The type of an expression, as far as it is known before it is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    /// Anything: what is only known when it is evaluated.
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    /// One of these texts.
    Word(Arc<[String]>),
    Bytes,
    Kind,
    List(Box<Type>),
    Map(Box<Type>, Box<Type>),
    /// A structure of the schema, by its index.
    Shape(usize),
    Optional(Box<Type>),
    Quantity,
    Ip,
    Cidr,
    Url,
    Semver,
}

impl Type {
    pub(crate) fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    pub(crate) fn optional(value: Self) -> Self {
        Self::Optional(Box::new(value))
    }

    pub(crate) fn map(key: Self, value: Self) -> Self {
        Self::Map(Box::new(key), Box::new(value))
    }

    pub(crate) const fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Uint | Self::Double)
    }

    pub(crate) const fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Word(_))
    }

    /// Whether a value of this type can be used where the other is asked for, as far as that is known.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dyn, _) | (_, Self::Dyn) => true,
            (left, right) if left.is_text() && right.is_text() => true,
            (Self::List(left), Self::List(right)) | (Self::Optional(left), Self::Optional(right)) => left.fits(right),
            (Self::Map(key, value), Self::Map(other_key, other_value)) => {
                key.fits(other_key) && value.fits(other_value)
            }
            (left, right) => left == right,
        }
    }

    /// Whether values of the two types can be equal. Numbers can, whatever their types are.
    pub(crate) fn compares(&self, other: &Self, shapes: &[Shape]) -> bool {
        match (self, other) {
            (left, right) if left.is_number() && right.is_number() => true,
            (Self::List(left), Self::List(right)) | (Self::Optional(left), Self::Optional(right)) => {
                left.compares(right, shapes)
            }
            (Self::Shape(_), Self::Map(..)) | (Self::Map(..), Self::Shape(_)) => true,
            (Self::Shape(index), text) | (text, Self::Shape(index)) if text.is_text() => {
                shapes.get(*index).is_some_and(|shape| shape.words.is_some())
            }
            (left, right) => left.fits(right),
        }
    }

    /// The one type of values of both.
    pub(crate) fn join(self, other: Self) -> Self {
        match (self, other) {
            (left, right) if left == right => left,
            (left, right) if left.is_text() && right.is_text() => Self::Text,
            (Self::List(left), Self::List(right)) => Self::list(left.join(*right)),
            (Self::Optional(left), Self::Optional(right)) => Self::optional(left.join(*right)),
            (Self::Map(key, value), Self::Map(other_key, other_value)) => {
                Self::map(key.join(*other_key), value.join(*other_value))
            }
            _ => Self::Dyn,
        }
    }

    /// As an error names it.
    pub(crate) fn shown(&self, shapes: &[Shape]) -> String {
        match self {
            Self::Dyn => "dyn".into(),
            Self::Null => "null".into(),
            Self::Bool => "bool".into(),
            Self::Int => "int".into(),
            Self::Uint => "uint".into(),
            Self::Double => "double".into(),
            Self::Text | Self::Word(_) => "string".into(),
            Self::Bytes => "bytes".into(),
            Self::Kind => "type".into(),
            Self::List(element) => format!("list({})", element.shown(shapes)),
            Self::Map(key, value) => format!("map({}, {})", key.shown(shapes), value.shown(shapes)),
            Self::Shape(index) => shapes.get(*index).map_or_else(|| "dyn".into(), |shape| shape.name.clone()),
            Self::Optional(value) => format!("optional({})", value.shown(shapes)),
            Self::Quantity => "Quantity".into(),
            Self::Ip => "IP".into(),
            Self::Cidr => "CIDR".into(),
            Self::Url => "URL".into(),
            Self::Semver => "Semver".into(),
        }
    }
}
