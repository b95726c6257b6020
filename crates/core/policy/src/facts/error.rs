//! Why a value holds no facts.

use std::fmt::Display;

/// A value that cannot be serialised to facts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no facts: {0}")]
pub struct FactsError(String);

impl FactsError {
    pub(super) fn new(detail: impl Into<String>) -> Self {
        Self(detail.into())
    }
}

impl serde::ser::Error for FactsError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}
