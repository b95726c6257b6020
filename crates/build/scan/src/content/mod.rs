//! The search for malware and secrets: its rules, and what becomes of what it finds.

mod configuration;
mod findings;
mod integrity;
mod kept;
mod lists;
mod liveness;
mod load;
mod scanner;
mod search;
mod sources;
mod trial;

use boltseal_content::{Hit, Rules};
use boltseal_model::Problem;
use serde::{Deserialize, Serialize};

pub use boltseal_content::Sought;
pub use boltseal_content::malware::Fault;
pub(crate) use configuration::{conceal_instructions, in_configuration};
pub(crate) use findings::findings;
pub(crate) use integrity::{INTEGRITY_RULES, Program, integrity, lends_rights};
pub use lists::{Packed, pack};
pub use liveness::Verifier;
pub use load::load;
pub(crate) use scanner::clamd_rule;
pub use scanner::{ClamdScanner, FileScanner};
pub(crate) use search::Search;
pub use sources::LoadError;
pub use trial::{Trial, check, test};

/// What is searched for.
#[derive(Debug)]
pub struct Content {
    /// The rules.
    pub rules: Rules,
    /// A digest of their texts: what was found in a layer before is believed only if these found it.
    pub digest: String,
    /// Who else judges every file.
    pub scanner: Option<Box<dyn FileScanner>>,
    /// Who asks whether secrets still open something.
    pub verifier: Option<Verifier>,
}

impl Content {
    /// By what the search is known for which something was kept; `None` where it is not known whether it would find the same
    /// again.
    pub fn identity(&self) -> Option<String> {
        if self.verifier.is_some() {
            // What opens something today may not tomorrow, and nothing is kept that secrets could be asked about by.
            return None;
        }
        match &self.scanner {
            Some(scanner) => Some(format!("{} and {}", self.digest, scanner.identity()?)),
            None => Some(self.digest.clone()),
        }
    }

    /// What kept files from being searched as the user wishes.
    pub fn trouble(&self) -> Option<Problem> {
        self.scanner.as_ref().and_then(|scanner| scanner.trouble())
    }
}

/// What was found in one file of one layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spotted {
    /// Path of the file in the subject.
    pub path: String,
    /// What was found, sorted by place.
    pub hits: Vec<Hit>,
}
