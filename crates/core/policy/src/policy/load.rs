//! Files of policies, sets and exemptions, read together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use boltseal_model::{Limits, Position};
use boltseal_yaml::{Node, Value, documents, is_blank, tree};

use super::document::NOWHERE;
use super::exemption::{condition, excuse, when};
use super::reading::Reading;
use super::{Excuse, Exemption, Mistake, Policy, Rule, Set, Text, document, glob, set};
use crate::check::Shapes;
use crate::nearest::hint;
use crate::schema::Schemas;

/// What files of policies hold.
#[derive(Debug, Default)]
pub struct Library {
    /// Rules, in the order in which they were read.
    pub policies: Vec<Policy>,
    /// Sets of them.
    pub sets: Vec<Set>,
}

impl Library {
    /// Every rule as it is.
    pub fn rules(&self) -> Vec<Rule<'_>> {
        self.policies.iter().map(Rule::from).collect()
    }
}

/// Reads files, one after the other. A mistake in one document keeps no other from being read.
#[derive(Debug)]
pub struct Loader<'l> {
    schemas: &'l Schemas,
    limits: &'l Limits,
    library: Library,
    mistakes: Vec<Mistake>,
    ids: HashMap<String, (String, Position)>,
    /// Types of roots, by their names.
    shapes: HashMap<Vec<String>, Shapes>,
    exemptions: Vec<Unbound>,
}

/// An exemption in a document of its own, until all rules are there.
#[derive(Debug)]
struct Unbound {
    path: String,
    document: Arc<str>,
    before: u32,
    ids: Vec<(String, Position)>,
    excuse: Excuse,
    when: Option<Text>,
}

const EXEMPTION_KEYS: &[&str] = &["exempt", "owner", "reason", "expires", "when"];

impl<'l> Loader<'l> {
    /// A loader of policies on facts that these schemas describe.
    pub fn new(schemas: &'l Schemas, limits: &'l Limits) -> Self {
        Self {
            schemas,
            limits,
            library: Library::default(),
            mistakes: Vec::new(),
            ids: HashMap::new(),
            shapes: HashMap::new(),
            exemptions: Vec::new(),
        }
    }

    /// Reads a file. `path` is its name in mistakes.
    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        let mistake = |at, detail: String| Mistake { path: path.to_owned(), at, detail };
        if u64::try_from(bytes.len()).is_ok_and(|length| length > self.limits.policy_file_bytes) {
            let detail = format!("larger than {} bytes; nothing of it is read", self.limits.policy_file_bytes);
            return self.mistakes.push(mistake(NOWHERE, detail));
        }
        let Ok(text) = str::from_utf8(bytes).map(|text| text.strip_prefix('\u{feff}').unwrap_or(text)) else {
            return self.mistakes.push(mistake(NOWHERE, "not UTF-8".into()));
        };
        let mut is_empty = true;
        for (count, (before, document)) in documents(text).filter(|(_, text)| !is_blank(text)).enumerate() {
            is_empty = false;
            if count == self.limits.documents_per_file {
                let detail = format!("more than {count} documents; the rest is not read");
                return self.mistakes.push(mistake(Position { line: before, column: 1 }, detail));
            }
            match tree(document, before, self.limits) {
                Ok(node) => self.document(path, document, before, &node),
                Err(fault) => self.mistakes.push(mistake(fault.at.unwrap_or(NOWHERE), fault.detail)),
            }
        }
        if is_empty {
            self.mistakes.push(mistake(NOWHERE, "there is no policy in it".into()));
        }
    }

    fn document(&mut self, path: &str, text: &str, before: u32, node: &Node<'_>) {
        let document: Arc<str> = text.into();
        let mut reading =
            Reading { path, document: Arc::clone(&document), before, limits: self.limits, mistakes: Vec::new() };
        let has = |key: &str| node.entries().iter().any(|entry| entry.key == key);
        if !matches!(node.value, Value::Mapping(_)) {
            reading.mistake(node.at, format!("a policy must be a mapping, and is {}", node.kind()));
        } else if has("set") {
            self.library.sets.extend(set::read(&mut reading, node));
        } else if has("exempt") {
            reading.keys(node, EXEMPTION_KEYS);
            let ids = reading.texts(node, "exempt");
            let when = when(&mut reading, node);
            if let Some(excuse) = excuse(&mut reading, node) {
                self.exemptions.push(Unbound { path: path.to_owned(), document, before, ids, excuse, when });
            }
        } else if has("id") {
            self.policy(&mut reading, node);
        } else {
            reading.mistake(node.at, "neither a policy (`id`), nor a set (`set`), nor an exemption (`exempt`)");
        }
        self.mistakes.append(&mut reading.mistakes);
    }

    fn policy(&mut self, reading: &mut Reading<'_>, node: &Node<'_>) {
        let roots: Vec<&str> = self.schemas.names().collect();
        let (schemas, known) = (self.schemas, &mut self.shapes);
        let mut shapes =
            |names: &[String]| known.entry(names.to_vec()).or_insert_with(|| Shapes::of(names, schemas)).clone();
        let policy = document::read(reading, node, &mut shapes, &roots);
        // A rule that cannot be read takes its id all the same.
        if let Some(id) = node.child("id").filter(|node| node.text().is_some()) {
            let text = id.text().unwrap_or_default().to_owned();
            if let Some((path, at)) = self.ids.get(&text) {
                reading.mistake(id.at, format!("there is a rule `{text}` already, in {path} at {at}"));
                return;
            }
            self.ids.insert(text, (reading.path.to_owned(), id.at));
        }
        self.library.policies.extend(policy);
    }

    /// What was read, and everything that is wrong, in the order of files and lines.
    pub fn finish(mut self) -> (Library, Vec<Mistake>) {
        for exemption in std::mem::take(&mut self.exemptions) {
            self.bind(&exemption);
        }
        // Where a rule could not be read, a set that names it is not at fault.
        let unread = self.ids.len() > self.library.policies.len();
        for set in self.library.sets.iter().filter(|_| !unread) {
            self.mistakes.extend(set.mistakes(&self.library.policies));
        }
        let mut seen = HashSet::new();
        for set in &self.library.sets {
            if !seen.insert(&set.id) {
                let detail = format!("there is a set `{}` already", set.id);
                self.mistakes.push(Mistake { path: set.path.clone(), at: set.at, detail });
            }
        }
        self.mistakes.sort();
        self.mistakes.dedup();
        (self.library, self.mistakes)
    }

    /// Gives an exemption to the rules that it names.
    fn bind(&mut self, exemption: &Unbound) {
        let mut reading = Reading {
            path: &exemption.path,
            document: Arc::clone(&exemption.document),
            before: exemption.before,
            limits: self.limits,
            mistakes: Vec::new(),
        };
        for (pattern, at) in &exemption.ids {
            let mut is_known = self.ids.keys().any(|id| glob::matches(pattern, id));
            for policy in self.library.policies.iter_mut().filter(|policy| glob::matches(pattern, &policy.id)) {
                is_known = true;
                let when = match &exemption.when {
                    Some(text) => match condition(&mut reading, text, &policy.scope) {
                        Some(when) => Some(when),
                        // Without its condition it would let more through than it says.
                        None => continue,
                    },
                    None => None,
                };
                policy.exemptions.push(Exemption { excuse: exemption.excuse.clone(), when });
            }
            if !is_known {
                let known: Vec<&str> = self.ids.keys().map(String::as_str).collect();
                reading.mistake(*at, format!("no rule is called `{pattern}`{}", hint(pattern, &known)));
            }
        }
        self.mistakes.append(&mut reading.mistakes);
    }
}
