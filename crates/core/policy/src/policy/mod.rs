//! A rule as it is written, and what belongs to it.

mod document;
mod exemption;
mod fix;
mod glob;
mod load;
mod message;
mod origin;
mod path;
mod reading;
mod set;

use std::fmt;

use boltseal_model::{Position, Severity};

pub use exemption::{Excuse, Exemption};
pub use fix::{Change, Edit, Pattern};
pub(crate) use fix::{Doing, Mend, Template};
pub use load::{Library, Loader};
pub(crate) use message::Message;
pub(crate) use origin::Origin;
pub(crate) use path::Path;
pub use set::{Rule, Set};

use crate::check::Scope;
use crate::program::Node;

/// Something wrong in a file of policies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file, as its reader names it.
    pub path: String,
    /// Where in it; line 0 where that is not known.
    pub at: Position,
    /// What is wrong and what is expected, as a lower-case fragment.
    pub detail: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.line == 0 {
            return write!(f, "{}: {}", self.path, self.detail);
        }
        write!(f, "{}:{}:{}: {}", self.path, self.at.line, self.at.column, self.detail)
    }
}

macro_rules! words {
    ($(#[$documentation:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$of])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in policies.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// When a rule is applied.
    Moment {
        /// The image is built.
        Build = "build",
        /// The image is pushed to a registry.
        Push = "push",
        /// The image is pulled.
        Pull = "pull",
        /// The workload is admitted to a platform.
        Admit = "admit",
        /// The workload is deployed.
        Deploy = "deploy",
        /// The container runs.
        Run = "run",
        /// Somebody looks at what is there.
        Audit = "audit",
    }
}

words! {
    /// What a broken rule does.
    Action {
        /// The subject is let through, and somebody is told.
        Warn = "warn",
        /// The subject is refused.
        Deny = "deny",
    }
}

/// A rule, checked and ready to judge.
#[derive(Debug)]
pub struct Policy {
    /// Its name for ever, in kebab-case.
    pub id: String,
    /// What is wrong where it is broken.
    pub title: String,
    /// How bad that is.
    pub severity: Severity,
    /// When it is applied.
    pub moments: Vec<Moment>,
    /// The roots of facts that it names; the first is the subject that it judges.
    pub roots: Vec<String>,
    /// Platforms that it is for; empty for every one.
    pub platforms: Vec<String>,
    /// Words by which sets choose it.
    pub tags: Vec<String>,
    /// What a broken rule does.
    pub action: Action,
    /// What to do about it.
    pub remediation: String,
    /// Benchmarks and standards that demand it.
    pub references: Vec<String>,
    /// The file that it stands in.
    pub path: String,
    /// Where its document begins.
    pub at: Position,
    pub(crate) scope: Scope,
    pub(crate) applies: Option<Expression>,
    pub(crate) binding: Option<Binding>,
    pub(crate) variables: Vec<Node>,
    pub(crate) variable_texts: Vec<Text>,
    pub(crate) when: Expression,
    pub(crate) place: Option<Path>,
    pub(crate) message: Message,
    pub(crate) commands: Option<Message>,
    pub(crate) fix: Vec<Mend>,
    pub(crate) exemptions: Vec<Exemption>,
}

/// What a rule judges one by one.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) list: Expression,
}

/// An expression with its text.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) node: Node,
    pub(crate) text: Text,
}

/// The text of an expression, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

impl Policy {
    /// Exemptions that have ended on a day.
    pub fn expired(&self, today: crate::Day) -> impl Iterator<Item = &Exemption> {
        self.exemptions.iter().filter(move |exemption| exemption.excuse.expires < today)
    }
}
