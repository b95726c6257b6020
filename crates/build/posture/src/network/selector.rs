//! Labels, and what is asked of them.

use std::collections::{BTreeMap, BTreeSet};

/// Labels, by name.
pub type Labels = BTreeMap<String, String>;

/// What labels must be like; without requirements, any labels are.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector {
    /// All of them must hold.
    pub requirements: BTreeSet<Requirement>,
}

/// One thing that is asked of labels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// The label has this value: an entry of `matchLabels`.
    Is(String, String),
    /// The label has one of these values.
    In(String, BTreeSet<String>),
    /// The label has none of these values, which is so as well where there is no such label.
    NotIn(String, BTreeSet<String>),
    /// There is such a label.
    Exists(String),
    /// There is no such label.
    DoesNotExist(String),
}

impl Selector {
    /// A selector of these labels.
    pub fn of(labels: &Labels) -> Self {
        let is = |(name, value): (&String, &String)| Requirement::Is(name.clone(), value.clone());
        Self { requirements: labels.iter().map(is).collect() }
    }

    /// Whether labels are what is asked.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|requirement| match requirement {
            Requirement::Is(name, value) => labels.get(name) == Some(value),
            Requirement::In(name, values) => labels.get(name).is_some_and(|value| values.contains(value)),
            Requirement::NotIn(name, values) => labels.get(name).is_none_or(|value| !values.contains(value)),
            Requirement::Exists(name) => labels.contains_key(name),
            Requirement::DoesNotExist(name) => !labels.contains_key(name),
        })
    }

    /// How many comparisons it takes at most.
    pub(crate) fn cost(&self) -> u64 {
        self.requirements.len() as u64 + 1
    }
}
