//! Why a file of a feed was not fetched.

use std::io;
use std::time::Duration;

use boltseal_http::HttpError;

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No answer came.
    #[error("{0}")]
    Unanswered(#[from] HttpError),
    /// The server says no.
    #[error("the server answers with status {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The answer does not fit the question.
    #[error("the server's answer makes no sense: {0}")]
    Senseless(&'static str),
    /// The index of a repository does not lead to its bulletins.
    #[error("the repository at {mirror} does not lead to its bulletins: {detail}")]
    Index {
        /// The repository.
        mirror: String,
        /// What is wrong with its index.
        detail: String,
    },
    /// A redirect leads where nobody answers for what is there.
    #[error("led to {0}, which is not asked: only https is, but for this machine")]
    LedAstray(String),
    /// The connection broke.
    #[error("the connection broke after {bytes} bytes: {detail}")]
    Broken {
        /// Bytes that are here.
        bytes: u64,
        /// What happened.
        detail: String,
    },
    /// It goes on and on.
    #[error("it has more than {0} bytes, which is more than is taken from a feed")]
    TooLarge(u64),
    /// It goes on too slowly.
    #[error("it was not here after {} seconds; the next update goes on after {bytes} bytes", .time.as_secs())]
    TooSlow {
        /// The time that was given to it.
        time: Duration,
        /// Bytes that are here.
        bytes: u64,
    },
    /// What arrived is not what should have.
    #[error("what arrived is damaged or something else: {detail}")]
    Damaged {
        /// What is wrong with it.
        detail: String,
        /// Whether it came in several parts, so that another try in one part may do better.
        is_patchwork: bool,
    },
    /// It cannot be written.
    #[error("cannot write it: {0}")]
    Write(#[source] io::Error),
}

impl FetchError {
    /// Whether another try may do better.
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Unanswered(error) => match error {
                HttpError::HostNotFound | HttpError::Timeout(_) | HttpError::Connection(_) => true,
                HttpError::Address(_) | HttpError::Unencrypted | HttpError::Certificate(_) | HttpError::Tls(_) => false,
            },
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
            Self::Damaged { is_patchwork, .. } => *is_patchwork,
            Self::Senseless(_) | Self::Index { .. } | Self::Broken { .. } => true,
            Self::LedAstray(_) | Self::TooLarge(_) | Self::TooSlow { .. } | Self::Write(_) => false,
        }
    }

    /// How long the server asks to be left alone.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            Self::Unanswered(_)
            | Self::Senseless(_)
            | Self::Index { .. }
            | Self::LedAstray(_)
            | Self::Broken { .. }
            | Self::TooLarge(_)
            | Self::TooSlow { .. }
            | Self::Damaged { .. }
            | Self::Write(_) => None,
        }
    }
}
