//! Why containerd gives no answer.

use std::path::PathBuf;

/// Why containerd gives no answer, or none that helps.
#[derive(Debug, thiserror::Error)]
pub enum ContainerdError {
    /// The socket does not take a connection.
    #[error("{socket} does not answer; it is open to root only, as containerd makes it")]
    Unreachable {
        /// The socket.
        socket: PathBuf,
        /// What the operating system says.
        #[source]
        source: std::io::Error,
    },
    /// No answer within the time limit.
    #[error("containerd does not answer within {seconds} seconds")]
    Timeout {
        /// The limit.
        seconds: u64,
    },
    /// What answers on the socket does not speak as containerd does.
    #[error("what answers on the socket is not containerd: {detail}")]
    Protocol {
        /// What is wrong with the answer.
        detail: String,
    },
    /// containerd says no.
    #[error("containerd answers {code}: {detail}")]
    Refused {
        /// The status code of gRPC.
        code: u32,
        /// What it says.
        detail: String,
    },
}

impl ContainerdError {
    /// There is no such thing, as gRPC numbers it.
    const NOT_FOUND: u32 = 5;

    /// Whether it says that there is no such thing.
    pub(crate) const fn is_absence(&self) -> bool {
        matches!(self, Self::Refused { code: Self::NOT_FOUND, .. })
    }

    pub(crate) fn protocol(detail: impl std::fmt::Display) -> Self {
        Self::Protocol { detail: one_line(&detail.to_string()) }
    }

    pub(crate) fn refused(code: u32, detail: &str) -> Self {
        Self::Refused { code, detail: one_line(detail) }
    }
}

impl From<h2::Error> for ContainerdError {
    fn from(error: h2::Error) -> Self {
        Self::protocol(error)
    }
}

/// What a server says, as a message shows it.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(300).collect()
}
