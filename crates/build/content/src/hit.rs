//! What was found in a file.

use boltseal_model::{FindingKind, Redacted, Severity};
use serde::{Deserialize, Serialize};

/// One thing found in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hit {
    /// Malware or secret.
    pub kind: FindingKind,
    /// Id of the rule.
    pub rule: String,
    /// One line for people.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where inside the file, outermost first: members of archives, and what had to be decoded. Empty for the file itself.
    pub within: Vec<String>,
    /// Line, from 1, of what is searched; absent in what has no lines.
    pub line: Option<u32>,
    /// Column in that line, from 1, in bytes.
    pub column: Option<u32>,
    /// What was seen; of a secret only its first and last characters.
    pub evidence: String,
    /// What to do.
    pub remedy: String,
    /// Where a secret, or the base64 that it is in, lies in the file, as first byte and end; not kept.
    #[serde(skip)]
    pub span: (usize, usize),
    /// The secret itself, where [`Searcher::keeping_secrets`](crate::Searcher::keeping_secrets) asks for it; never kept on disk.
    #[serde(skip)]
    pub secret: Option<Redacted<Vec<u8>>>,
}

impl Hit {
    /// A file that does harm, as a whole.
    pub fn malware(rule: &str, title: &str, severity: Severity, evidence: String, remedy: &str) -> Self {
        Self {
            kind: FindingKind::Malware,
            rule: rule.to_owned(),
            title: title.to_owned(),
            severity,
            within: Vec::new(),
            line: None,
            column: None,
            evidence,
            remedy: remedy.to_owned(),
            span: (0, 0),
            secret: None,
        }
    }

    /// A file whose digest is that of malware.
    pub(crate) fn known(evidence: String) -> Self {
        let title = "is byte for byte a file that is known as malware";
        let remedy = "find out how it came into the image, and build anew without it";
        Self::malware("known-malware-hash", title, Severity::Critical, evidence, remedy)
    }
}
