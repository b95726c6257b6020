//! Keys, tokens and passwords: rules as data, and how they search.
//!
//! A rule names short texts, its anchors, one of which begins every match; the filter finds them. Only there is the rule's
//! regular expression tried, from the anchor on and no farther than its reach, and then what must hold besides: entropy, a
//! checksum, a structure.

pub mod case;
mod check;
mod data;
mod entropy;
mod example;
mod redact;
mod rule;
mod verify;

pub use check::Check;
pub use data::{SecretFile, SecretRule};
pub use redact::redacted;
pub use rule::{Rule, RuleError};
pub use verify::{Liveness, Verify};

/// The files that come with the program: (name, text).
pub static BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/secrets.rs"));
