//! What rules, or their silence, come to for one check.

use boltseal_model::text::visible;
use boltseal_policy::Excuse;
use schemars::JsonSchema;
use serde::Serialize;

/// What is said of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Rules looked, and found nothing wrong.
    Pass,
    /// Something is wrong.
    Fail,
    /// It cannot be told: something could not be seen, or a person must judge.
    Unknown,
    /// There is nothing that it is about.
    NotApplicable,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Fail, Self::Unknown, Self::NotApplicable];

    /// As a table names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Unknown => "UNKNOWN",
            Self::NotApplicable => "N/A",
        }
    }
}

/// Why a check has its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reason {
    /// A rule is broken.
    Broken {
        /// The rule.
        rule: String,
        /// What breaks it: the host, a container, an image.
        subject: String,
        /// What is wrong.
        message: String,
    },
    /// A rule is broken, and somebody answers for it.
    Exempt {
        /// The rule.
        rule: String,
        /// What breaks it.
        subject: String,
        /// Who answers for it, why, and until when.
        message: String,
    },
    /// A fact is not known.
    Unseen {
        /// What, and why.
        message: String,
    },
    /// A rule could not be judged.
    Error {
        /// Why not.
        message: String,
    },
    /// A person must judge.
    Person {
        /// What there is to find out.
        message: String,
    },
    /// There is nothing that it is about.
    Absent {
        /// What is not there.
        message: String,
    },
}

impl Reason {
    /// The reason in words.
    pub fn text(&self) -> String {
        match self {
            Self::Broken { subject, message, .. } | Self::Exempt { subject, message, .. } => {
                if subject.is_empty() {
                    message.clone()
                } else {
                    format!("{subject}: {message}")
                }
            }
            Self::Error { message } => format!("could not be judged: {message}"),
            Self::Unseen { message } | Self::Person { message } | Self::Absent { message } => message.clone(),
        }
    }

    /// What becomes of the check.
    pub(crate) const fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Broken { .. } => Some(Verdict::Fail),
            Self::Unseen { .. } | Self::Error { .. } | Self::Person { .. } => Some(Verdict::Unknown),
            Self::Absent { .. } => Some(Verdict::NotApplicable),
            Self::Exempt { .. } => None,
        }
    }
}

/// Who answers for what is broken, in words.
pub(crate) fn excused(message: &str, excuse: &Excuse) -> String {
    let Excuse { owner, reason, expires } = excuse;
    format!("{message} (exempt until {expires}: {reason}, {owner})")
}

/// A name or a reason as it may stand in a report: it may be long, and whoever gave it must not write to the reader's terminal.
pub(crate) fn shown(name: &str) -> String {
    let short: String = name.chars().take(300).collect();
    visible(&short).into_owned()
}
