//! The file that is being read: its bytes become values, and whatever goes wrong becomes a problem that names it.

pub mod csaf;
pub mod osv;
pub mod oval;
pub mod xml;

use boltseal_model::{Limits, Problem, ProblemKind, Problems};
use serde::de::DeserializeOwned;
use serde_saphyr::{Options, budget::BudgetBreach};

use crate::advisory::Advisory;
use crate::import::{Exploited, Imported, Likelihood, Skip};
use crate::lifecycle::Lifecycle;

/// Nesting of YAML that is followed: publishers need seven levels, and each one costs the parser stack.
const YAML_DEPTH: usize = 64;

/// A document, or an array of them.
#[derive(Debug, Clone)]
pub enum Shape<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Shape<T> {
    /// All of them.
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// What has been read from one file so far.
pub struct File<'l> {
    path: String,
    pub limits: &'l Limits,
    imported: Imported,
    problems: Problems,
    is_full: bool,
}

impl<'l> File<'l> {
    pub fn new(path: &str, limits: &'l Limits) -> Self {
        let (imported, problems) = (Imported::default(), Problems::default());
        Self { path: path.to_owned(), limits, imported, problems, is_full: false }
    }

    pub fn finish(self) -> (Imported, Problems) {
        (self.imported, self.problems)
    }

    pub fn problem(&mut self, kind: ProblemKind, detail: impl Into<String>) {
        self.problems.push(Problem::at(kind, self.path.clone(), detail));
    }

    pub fn skip(&mut self, reason: Skip) {
        self.imported.skip(reason);
    }

    /// Adds an advisory, in the order in which equal ones are equal: aliases and ranges sorted, each once.
    pub fn add(&mut self, mut advisory: Advisory) {
        if !self.has_room(self.imported.advisories.len()) {
            return;
        }
        advisory.aliases.retain(|alias| *alias != advisory.id && !alias.is_empty());
        advisory.aliases.sort();
        advisory.aliases.dedup();
        advisory.ranges.sort();
        advisory.ranges.dedup();
        self.imported.advisories.push(advisory);
    }

    /// Adds a vulnerability that is exploited.
    pub fn add_exploited(&mut self, exploited: Exploited) {
        if self.has_room(self.imported.exploited.len()) {
            self.imported.exploited.push(exploited);
        }
    }

    /// Adds the likelihood of an exploit.
    pub fn add_likelihood(&mut self, likelihood: Likelihood) {
        if self.has_room(self.imported.likelihoods.len()) {
            self.imported.likelihoods.push(likelihood);
        }
    }

    /// Adds the life cycle of a product.
    pub fn add_lifecycle(&mut self, lifecycle: Lifecycle) {
        if self.has_room(self.imported.lifecycles.len()) {
            self.imported.lifecycles.push(lifecycle);
        }
    }

    /// Whether another fact may be added to so many; the first that may not is a problem.
    fn has_room(&mut self, count: usize) -> bool {
        let limit = self.limits.advisories_per_file;
        let has_room = count < limit;
        if !has_room && !std::mem::replace(&mut self.is_full, true) {
            self.problem(ProblemKind::TooMany, format!("more than {limit} advisories, the rest is left out"));
        }
        has_room
    }

    /// `None`, and a problem, when there are more items than a limit allows.
    pub fn within(&mut self, count: usize, limit: usize, what: impl Fn() -> String) -> Option<()> {
        if count > limit {
            self.problem(ProblemKind::TooMany, format!("{}, more than {limit}; it is left out", what()));
            return None;
        }
        Some(())
    }

    /// The file as text.
    pub fn text<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b str> {
        let bytes = self.sized(bytes)?;
        let text = std::str::from_utf8(bytes);
        if text.is_err() {
            self.problem(ProblemKind::Malformed, "not UTF-8");
        }
        text.ok()
    }

    /// The file as JSON.
    pub fn json<T: DeserializeOwned>(&mut self, bytes: &[u8]) -> Option<Shape<T>> {
        let bytes = self.sized(bytes)?;
        let is_array = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        let parsed = match is_array {
            true => serde_json::from_slice(bytes).map(Shape::Many),
            false => serde_json::from_slice(bytes).map(Shape::One),
        };
        parsed.map_err(|error| self.json_problem(&error)).ok()
    }

    fn json_problem(&mut self, error: &serde_json::Error) {
        let detail = error.to_string();
        let kind = if error.is_eof() {
            ProblemKind::Truncated
        } else if detail.starts_with("recursion limit") {
            ProblemKind::TooDeep
        } else {
            ProblemKind::Malformed
        };
        self.problem(kind, detail);
    }

    /// The file as YAML. Anchors cannot make it larger than it is.
    pub fn yaml<T: DeserializeOwned>(&mut self, bytes: &[u8]) -> Option<T> {
        let text = self.text(bytes)?;
        let nodes = bytes.len().saturating_add(1);
        let mut options = Options::default();
        options.with_snippet = false;
        options.budget = serde_saphyr::budget! {
            max_depth: YAML_DEPTH,
            flow_nesting_limit: YAML_DEPTH,
            max_documents: 1,
            max_nodes: nodes,
            max_events: nodes.saturating_mul(2).saturating_add(16),
            max_total_scalar_bytes: nodes.saturating_mul(2),
        };
        match serde_saphyr::from_str_with_options(text, options) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(yaml_kind(&error), first_line(&error.to_string()));
                None
            }
        }
    }

    /// The YAML between the two lines of hyphens at the head of a Markdown file.
    pub fn front_matter<T: DeserializeOwned>(&mut self, bytes: &[u8]) -> Option<T> {
        let text = self.text(bytes)?;
        let body = text.strip_prefix("---").map(|rest| rest.trim_start_matches(['\r', '\n']));
        let Some(head) = body.and_then(|body| body.split_once("\n---")).map(|(head, _)| head) else {
            self.problem(ProblemKind::Truncated, "no YAML between lines of hyphens at the head");
            return None;
        };
        self.yaml(head.as_bytes())
    }

    fn sized<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let limit = self.limits.advisory_bytes;
        if bytes.len() as u64 > limit {
            self.problem(ProblemKind::TooLarge, format!("{} bytes, more than {limit}", bytes.len()));
            return None;
        }
        Some(bytes)
    }
}

fn yaml_kind(error: &serde_saphyr::Error) -> ProblemKind {
    match error {
        serde_saphyr::Error::AliasError { error, .. } => yaml_kind(error),
        serde_saphyr::Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => ProblemKind::TooDeep,
        serde_saphyr::Error::Budget { .. } => ProblemKind::TooMany,
        // The parser looks ahead, and may meet its own limit of nesting before the budget does. It has no variant for that.
        error if error.to_string().starts_with("recursion limit") => ProblemKind::TooDeep,
        _ => ProblemKind::Malformed,
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
