//! Why there is no verdict.

use std::io;

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum ClamdError {
    /// Nobody listens there.
    #[error("no clamd answers there: {0}")]
    Connect(#[source] io::Error),
    /// The connection broke, or nothing came for longer than we wait.
    #[error("clamd did not answer: {0}")]
    Silent(#[source] io::Error),
    /// It hung up before it said anything.
    #[error("clamd hung up without an answer")]
    HungUp,
    /// The bytes are more than it takes.
    #[error("it is larger than the StreamMaxLength of the clamd that was asked")]
    TooLarge,
    /// It says why it cannot say anything.
    #[error("clamd could not look at it: {0}")]
    Refused(String),
    /// It says something else.
    #[error("clamd gave an answer that is none: {0:?}")]
    Unclear(String),
}

impl ClamdError {
    /// Whether it is of the bytes alone, so that others may still be asked for.
    pub const fn is_of_the_bytes(&self) -> bool {
        match self {
            Self::TooLarge | Self::Refused(_) => true,
            Self::Connect(_) | Self::Silent(_) | Self::HungUp | Self::Unclear(_) => false,
        }
    }
}
