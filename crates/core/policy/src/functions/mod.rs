//! The functions of the language: those of CEL, and those that Kubernetes adds.
//!
//! Source: the standard definitions of CEL, its extensions `strings`, `sets` and `optionals`, and
//! <https://kubernetes.io/docs/reference/using-api/cel/> for the rest.

mod convert;
mod lists;
mod modes;
mod network;
mod optionals;
mod quantity;
mod regexes;
mod semvers;
mod signature;
mod strings;
mod urls;

use regex::Regex;

pub(crate) use network::Cidr;
pub(crate) use quantity::Quantity;
pub(crate) use regexes::compile_pattern;
pub(crate) use signature::{Outcome, Parameter};
pub(crate) use urls::Url;

use crate::evaluate::{Steps, Stop, Value};

/// One way to call a function.
pub(crate) struct Overload {
    /// Its name, with that of its library before a dot where it has one: `sets.contains`.
    pub(crate) name: &'static str,
    pub(crate) style: Style,
    /// What it takes, the value before the dot of a method first.
    pub(crate) parameters: &'static [Parameter],
    pub(crate) outcome: Outcome,
    pub(crate) run: Run,
}

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `size(list)`
    Global,
    /// `list.size()`
    Method,
}

/// Arguments are plain, and of the types that the overload takes.
pub(crate) type Run = for<'a> fn(&[Value<'a>], &mut Call<'_>) -> Result<Value<'a>, Stop>;

/// What a function has beside its arguments.
pub(crate) struct Call<'c> {
    pub(crate) steps: &'c mut Steps,
    /// The compiled pattern, where it stands in the expression as it is.
    pub(crate) pattern: Option<&'c Regex>,
    pub(crate) pattern_bytes: usize,
}

const fn global(name: &'static str, parameters: &'static [Parameter], outcome: Outcome, run: Run) -> Overload {
    Overload { name, style: Style::Global, parameters, outcome, run }
}

const fn method(name: &'static str, parameters: &'static [Parameter], outcome: Outcome, run: Run) -> Overload {
    Overload { name, style: Style::Method, parameters, outcome, run }
}

/// What a table promises to its functions is not so; only a mistake in a table leads here.
fn mismatch<'a>() -> Result<Value<'a>, Stop> {
    Err(Stop::ty("the function does not take these"))
}

const TABLES: &[&[Overload]] = &[
    convert::TABLE,
    lists::TABLE,
    modes::TABLE,
    network::TABLE,
    optionals::TABLE,
    quantity::TABLE,
    regexes::TABLE,
    semvers::TABLE,
    strings::TABLE,
    urls::TABLE,
];

/// Every function.
pub(crate) fn all() -> impl Iterator<Item = &'static Overload> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// The ways to call a function of a name and style.
pub(crate) fn named(name: &str, style: Style) -> impl Iterator<Item = &'static Overload> {
    all().filter(move |overload| overload.style == style && overload.name == name)
}
