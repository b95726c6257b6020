//! What functions take and give.

use crate::evaluate::Value;
use crate::schema::Type;

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameter {
    Any,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    /// A list of anything.
    List,
    /// A list of lists.
    Lists,
    /// A list of what has an order.
    Ordered,
    /// A list of numbers.
    Numbers,
    /// A list of texts.
    Texts,
    Map,
    Optional,
    Quantity,
    Ip,
    Cidr,
    Url,
    Semver,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Dyn,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Kind,
    Texts,
    /// An element of the list that is the first argument.
    Element,
    /// An optional of the first argument.
    OptionalOfFirst,
    /// An optional without a value.
    OptionalNone,
    /// What the optional that is the first argument holds.
    Held,
    Quantity,
    Ip,
    Cidr,
    Url,
    Semver,
    /// The parameters of a URL.
    Query,
}

impl Parameter {
    /// Whether a value of a type can be an argument, as far as that is known.
    pub(crate) fn takes(self, ty: &Type) -> bool {
        if *ty == Type::Dyn {
            return true;
        }
        match self {
            Self::Any => true,
            Self::Bool => *ty == Type::Bool,
            Self::Int => *ty == Type::Int,
            Self::Uint => *ty == Type::Uint,
            Self::Double => *ty == Type::Double,
            Self::Text => ty.is_text(),
            Self::Bytes => *ty == Type::Bytes,
            Self::List => matches!(ty, Type::List(_)),
            Self::Lists => matches!(ty, Type::List(element) if matches!(**element, Type::Dyn | Type::List(_))),
            Self::Ordered => matches!(ty, Type::List(element) if has_order(element)),
            Self::Numbers => matches!(ty, Type::List(element) if **element == Type::Dyn || element.is_number()),
            Self::Texts => matches!(ty, Type::List(element) if **element == Type::Dyn || element.is_text()),
            Self::Map => matches!(ty, Type::Map(..)),
            Self::Optional => matches!(ty, Type::Optional(_)),
            Self::Quantity => *ty == Type::Quantity,
            Self::Ip => *ty == Type::Ip,
            Self::Cidr => *ty == Type::Cidr,
            Self::Url => *ty == Type::Url,
            Self::Semver => *ty == Type::Semver,
        }
    }

    /// Whether a plain value can be an argument.
    pub(crate) fn holds(self, value: &Value<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Bool => matches!(value, Value::Bool(_)),
            Self::Int => matches!(value, Value::Int(_)),
            Self::Uint => matches!(value, Value::Uint(_)),
            Self::Double => matches!(value, Value::Double(_)),
            Self::Text => matches!(value, Value::Text(_)),
            Self::Bytes => matches!(value, Value::Bytes(_)),
            // What the elements are, the function sees.
            Self::List | Self::Lists | Self::Ordered | Self::Numbers | Self::Texts => value.as_list().is_some(),
            Self::Map => value.is_map(),
            Self::Optional => matches!(value, Value::Optional(_)),
            Self::Quantity => matches!(value, Value::Quantity(_)),
            Self::Ip => matches!(value, Value::Ip(_)),
            Self::Cidr => matches!(value, Value::Cidr(_)),
            Self::Url => matches!(value, Value::Url(_)),
            Self::Semver => matches!(value, Value::Semver(_)),
        }
    }

    /// As an error and the reference name it.
    pub(crate) const fn shown(self) -> &'static str {
        match self {
            Self::Any => "dyn",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::Text => "string",
            Self::Bytes => "bytes",
            Self::List => "list",
            Self::Lists => "list of lists",
            Self::Ordered => "list of values with an order",
            Self::Numbers => "list of numbers",
            Self::Texts => "list(string)",
            Self::Map => "map",
            Self::Optional => "optional",
            Self::Quantity => "Quantity",
            Self::Ip => "IP",
            Self::Cidr => "CIDR",
            Self::Url => "URL",
            Self::Semver => "Semver",
        }
    }
}

fn has_order(ty: &Type) -> bool {
    ty.is_number() || ty.is_text() || matches!(ty, Type::Dyn | Type::Bool | Type::Bytes)
}

impl Outcome {
    /// The type of what a call gives, from those of its arguments.
    pub(crate) fn ty(self, arguments: &[Type]) -> Type {
        let first = || arguments.first().cloned().unwrap_or(Type::Dyn);
        match self {
            Self::Dyn => Type::Dyn,
            Self::Bool => Type::Bool,
            Self::Int => Type::Int,
            Self::Uint => Type::Uint,
            Self::Double => Type::Double,
            Self::Text => Type::Text,
            Self::Bytes => Type::Bytes,
            Self::Kind => Type::Kind,
            Self::Texts => Type::list(Type::Text),
            Self::Element => match first() {
                Type::List(element) => *element,
                _ => Type::Dyn,
            },
            Self::OptionalOfFirst => Type::optional(first()),
            Self::OptionalNone => Type::optional(Type::Dyn),
            Self::Held => match first() {
                Type::Optional(value) => *value,
                _ => Type::Dyn,
            },
            Self::Quantity => Type::Quantity,
            Self::Ip => Type::Ip,
            Self::Cidr => Type::Cidr,
            Self::Url => Type::Url,
            Self::Semver => Type::Semver,
            Self::Query => Type::map(Type::Text, Type::list(Type::Text)),
        }
    }
}
