//! Exit codes, documented in `docs/reference/exit-codes.md`.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything was read, and nothing stands against the subject.
    Clean,
    /// The decision is deny: findings at or over the threshold.
    Denied,
    /// The command line or the configuration is wrong, or names something that is not there.
    Usage,
    /// Something could not be fully read, so that silence means nothing.
    Incomplete,
    /// We could not do our job.
    Internal,
}

impl Exit {
    /// How two things ended together: what tells more about them wins.
    ///
    /// A denial stands whatever else could not be read; what we could not do at all stands above both.
    pub fn and(self, other: Self) -> Self {
        const MOST_FIRST: [Exit; 5] = [Exit::Internal, Exit::Denied, Exit::Usage, Exit::Incomplete, Exit::Clean];
        MOST_FIRST.into_iter().find(|exit| [self, other].contains(exit)).unwrap_or(self)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Denied => 1,
            Exit::Usage => 2,
            Exit::Incomplete => 3,
            Exit::Internal => 4,
        })
    }
}
