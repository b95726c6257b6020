//! What licences ask of those who pass software on.

use std::fmt;
use std::str::FromStr;

/// A family of licences. The order is that of how much they ask, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Nothing.
    PublicDomain,
    /// To keep the notices.
    Permissive,
    /// To pass on changes to the licensed files or library under the same licence.
    WeakCopyleft,
    /// To pass on everything that is made of it under the same licence.
    StrongCopyleft,
    /// The same, already when users reach it over a network.
    NetworkCopyleft,
    /// Not to sell it, compete with it, or use it at all without another agreement: no free software.
    SourceAvailable,
    /// Nobody knows: no licence is stated, or none that is recognised.
    Unknown,
}

impl Family {
    /// Every family, in order.
    pub const ALL: [Self; 7] = [
        Self::PublicDomain,
        Self::Permissive,
        Self::WeakCopyleft,
        Self::StrongCopyleft,
        Self::NetworkCopyleft,
        Self::SourceAvailable,
        Self::Unknown,
    ];

    /// The word used in reports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PublicDomain => "public-domain",
            Self::Permissive => "permissive",
            Self::WeakCopyleft => "weak-copyleft",
            Self::StrongCopyleft => "strong-copyleft",
            Self::NetworkCopyleft => "network-copyleft",
            Self::SourceAvailable => "source-available",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that names no family.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no family of licences")]
pub struct ParseFamilyError;

impl FromStr for Family {
    type Err = ParseFamilyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|family| family.name() == text).ok_or(ParseFamilyError)
    }
}
