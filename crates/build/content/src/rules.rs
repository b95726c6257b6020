//! What is looked for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base64_text;
use crate::filter::{Filter, Literal};
use crate::malware::clamav::Sums;
use crate::malware::{self, Fault, Hashes, HashesError, Yara};
use crate::secret::{self, Rule, SecretFile};

/// Which kinds of things are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sought {
    /// Files that do harm.
    pub malware: bool,
    /// Keys, tokens and passwords.
    pub secrets: bool,
}

/// Why a literal is in the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The secret rule with this index begins so.
    Secret(usize),
    /// A secret rule's anchor, in base64.
    Base64,
    /// A pattern of malware may match: the rule by its place among the demands, and the pattern's bit.
    Malware(u32, u8),
}

/// Rules, ready to search.
#[derive(Debug)]
pub struct Rules {
    pub(crate) filter: Filter,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) secrets: Vec<Rule>,
    pub(crate) yara: Option<Yara>,
    pub(crate) known: Vec<Known>,
    pub(crate) sums: Sums,
}

/// A list of the digests of known malware.
pub struct Known {
    /// Its name, for people.
    pub name: String,
    /// What [`Hashes::open`] reads.
    pub bytes: Box<dyn AsRef<[u8]> + Send + Sync>,
}

impl fmt::Debug for Known {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Known").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Rules {
    /// Puts together compiled rules for malware and rules for secrets.
    pub fn new(yara: Option<Yara>, secrets: Vec<Rule>) -> Self {
        let (mut literals, mut reasons) = (Vec::new(), Vec::new());
        let mut add = |bytes: &[u8], any_case, reason| {
            literals.push(Literal { bytes: bytes.into(), any_case });
            reasons.push(reason);
        };
        for (index, rule) in secrets.iter().enumerate() {
            for anchor in &rule.anchors {
                add(anchor.as_bytes(), rule.any_case, Reason::Secret(index));
                // What may be of either case is a word, and words in base64 are no secrets yet.
                if !rule.any_case {
                    base64_text::encodings(anchor.as_bytes()).for_each(|text| add(&text, false, Reason::Base64));
                }
            }
        }
        for it in yara.iter().flat_map(Yara::literals) {
            add(&it.literal.bytes, it.literal.any_case, Reason::Malware(it.rule, it.pattern));
        }
        Self { filter: Filter::new(literals), reasons, secrets, yara, known: Vec::new(), sums: Sums::default() }
    }

    /// The rules that come with the program. YARA rules are compiled, which takes a while: see [`Yara::store`].
    pub fn built_in(sought: Sought) -> (Self, Vec<Fault>) {
        let (yara, mut faults) = match sought.malware {
            true => Yara::compile(malware::BUILT_IN.iter().copied()),
            false => Yara::compile([]),
        };
        let files = secret::BUILT_IN.iter().filter(|_| sought.secrets);
        let (secrets, more) = secrets(files.copied());
        faults.extend(more);
        (Self::new(sought.malware.then_some(yara), secrets), faults)
    }

    /// Adds a list of digests: the SHA-256 of every file will be looked up in it.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn know(&mut self, list: Known) -> Result<(), HashesError> {
        Hashes::open((*list.bytes).as_ref())?;
        self.known.push(list);
        Ok(())
    }

    /// Adds the lines of a `.hdb` or `.hsb` file of ClamAV.
    pub fn know_sums(&mut self, file: &str, text: &str) -> Vec<Fault> {
        self.sums.add(file, text)
    }

    /// How many rules there are: those for malware, those for secrets, and lists of digests.
    pub fn count(&self) -> usize {
        self.secrets.len() + self.known.len() + self.yara.as_ref().map_or(0, Yara::count)
    }

    /// Whether there are rules for malware.
    pub const fn seek_malware(&self) -> bool {
        self.yara.is_some()
    }

    /// The rules for secrets.
    pub fn secrets(&self) -> &[Rule] {
        &self.secrets
    }
}

/// Rules for secrets from files, given as (name, text). What is no rule is a fault and does not stop the others.
pub fn secrets<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Vec<Rule>, Vec<Fault>) {
    let (mut rules, mut faults) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let fault = |line, reason: String| Fault { file: name.to_owned(), line, reason };
        match toml::from_str::<SecretFile>(text) {
            Ok(file) => {
                for data in &file.rules {
                    let line = line_of_id(text, &data.id);
                    match Rule::new(&file, data) {
                        Ok(rule) => rules.push(rule),
                        Err(error) => faults.push(fault(line, error.to_string())),
                    }
                }
            }
            Err(error) => {
                let line = error.span().and_then(|span| crate::line_of(text.as_bytes(), span.start));
                faults.push(fault(line, error.message().to_owned()));
            }
        }
    }
    (rules, faults)
}

/// The line that names a rule.
fn line_of_id(text: &str, id: &str) -> Option<u32> {
    let line = format!("id = {id:?}");
    text.lines().position(|it| it.trim() == line).and_then(|index| u32::try_from(index + 1).ok())
}
