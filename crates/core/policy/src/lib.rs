//! The one policy language: rules in YAML, with conditions in CEL, over facts of any kind.
//!
//! [`Facts`] are a tree of what is known of a subject, made of any type that serialises, whose values know where they stand; a
//! [`Schema`] says what such a tree can hold. A [`Loader`] reads files to a [`Library`] of [`Policy`]s and [`Set`]s, checks every
//! expression against the schemas, and gives a [`Mistake`] with line and column for whatever is wrong. [`judge`] holds a
//! [`Subject`] to rules and [`decide`] says what their [`Judgement`]s come to; [`Policy::explain`] says why.
//!
//! Expressions are evaluated here, not by the crate `cel`, which has no bound on its steps and cannot say what decided; tests hold
//! the two to each other. The reasons are in `docs/decisions/0012-own-evaluator-of-cel.md`.
//!
//! Invariant: any bytes at all give policies and mistakes. A rule takes a bounded number of steps for a subject. What cannot be judged
//! is an [`Outcome::Error`], which counts as broken, never as passed.
//!
//! Deliberately absent: opening files, the clock, and every notion of what the facts are about.

mod check;
mod day;
mod evaluate;
mod explain;
mod facts;
mod functions;
mod judge;
mod nearest;
mod policy;
mod program;
mod schema;
mod syntax;

pub mod cases;

pub use day::Day;
pub use evaluate::ErrorKind;
pub use explain::Explanation;
pub use facts::{Facts, FactsError};
pub use judge::{Breach, Judgement, Mended, Outcome, Reason, RuleError, Ruling, Subject, decide, judge};
pub use policy::{
    Action, Change, Edit, Excuse, Exemption, Library, Loader, Mistake, Moment, Pattern, Policy, Rule, Set,
};
pub use schema::{FieldDocumentation, Schema, Schemas};
