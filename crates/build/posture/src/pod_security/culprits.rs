//! Who in a workload breaks a check.

use std::collections::BTreeSet;

use boltseal_model::workload::Container;
use boltseal_model::{Located, Position};

use super::Refusal;

/// Those who break a check, with what, and where.
#[derive(Debug, Default)]
pub(super) struct Culprits {
    who: Vec<String>,
    values: BTreeSet<String>,
    at: Vec<Position>,
}

impl Culprits {
    /// The pod itself breaks it at a place.
    pub(super) fn pod(&mut self, at: Position) {
        self.add("pod".to_owned(), at);
    }

    /// A container breaks it at a place.
    pub(super) fn container(&mut self, container: &Container, at: Position) {
        self.add(format!("container {:?}", container.name), at);
    }

    /// A volume breaks it at a place.
    pub(super) fn volume(&mut self, name: &str, at: Position) {
        self.add(format!("volume {name:?}"), at);
    }

    /// An annotation breaks it at a place.
    pub(super) fn annotation(&mut self, name: &str, at: Position) {
        self.add(format!("annotation {name:?}"), at);
    }

    /// A value that breaks it, beside those who have it.
    pub(super) fn value(&mut self, value: impl Into<String>) {
        self.values.insert(value.into());
    }

    /// A flag of the container that breaks the check when it is set.
    pub(super) fn container_if(&mut self, container: &Container, flag: Option<&Located<bool>>) {
        if let Some(flag) = flag.filter(|flag| flag.value) {
            self.container(container, flag.at);
        }
    }

    /// Refuses the workload if there is anybody. `what` gets the values, sorted, and says what is wrong with them.
    pub(super) fn refuse(self, reason: &'static str, what: impl FnOnce(&str) -> String) -> Option<Refusal> {
        if self.who.is_empty() {
            return None;
        }
        let values: Vec<String> = self.values.into_iter().collect();
        let detail = format!("{}: {}", self.who.join(", "), what(&values.join(", ")));
        Some(Refusal { reason, detail, at: self.at })
    }

    /// Somebody who is named already is not named again.
    fn add(&mut self, who: String, at: Position) {
        if self.who.last() != Some(&who) {
            self.who.push(who);
        }
        self.at.push(at);
    }
}
