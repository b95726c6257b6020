//! Sets: which rules count, and what they do.

use boltseal_model::{Position, Severity};
use boltseal_yaml::{Node, Value};

use super::reading::Reading;
use super::{Action, Mistake, Policy, glob};
use crate::nearest::hint;

/// A choice of rules.
#[derive(Debug)]
pub struct Set {
    /// Its name, in kebab-case.
    pub id: String,
    /// What it is for.
    pub title: String,
    /// The file that it stands in.
    pub path: String,
    pub(super) at: Position,
    choices: Vec<Choice>,
    excluded: Vec<(String, Position)>,
}

/// Rules that a set takes in, and what it changes of them.
#[derive(Debug)]
struct Choice {
    at: Position,
    /// An id, or a pattern of ids.
    id: Option<String>,
    tag: Option<String>,
    /// This severe or worse.
    severity: Option<Severity>,
    action: Option<Action>,
    /// How severe they are here.
    rated: Option<Severity>,
}

/// A rule as a set has it.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'l> {
    /// The rule.
    pub policy: &'l Policy,
    /// What it does where it is broken.
    pub action: Action,
    /// How bad that is.
    pub severity: Severity,
}

impl<'l> From<&'l Policy> for Rule<'l> {
    fn from(policy: &'l Policy) -> Self {
        Self { policy, action: policy.action, severity: policy.severity }
    }
}

const KEYS: &[&str] = &["set", "title", "rules", "exclude"];
const CHOICE_KEYS: &[&str] = &["id", "tag", "at-least", "action", "severity"];

pub(super) fn severities() -> [(&'static str, Severity); 4] {
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low].map(|severity| (severity.name(), severity))
}

pub(super) fn actions() -> Vec<(&'static str, Action)> {
    Action::ALL.iter().map(|action| (action.name(), *action)).collect()
}

pub(super) fn read(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Set> {
    reading.keys(node, KEYS);
    let id = node.child("set").and_then(|node| reading.identifier(node, "set"));
    let title = reading.needed_text(node, "title");
    let rules = reading.needed(node, "rules");
    let choices = match rules.map(|node| (&node.value, node)) {
        Some((Value::List(nodes), _)) => nodes.iter().filter_map(|node| choice(reading, node)).collect(),
        Some((_, node)) => {
            reading.mistake(node.at, format!("`rules` must be a list, and is {}", node.kind()));
            Vec::new()
        }
        None => Vec::new(),
    };
    let excluded = reading.texts(node, "exclude");
    Some(Set { id: id?, title: title?, path: reading.path.to_owned(), at: node.at, choices, excluded })
}

fn choice(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Choice> {
    let empty = Choice { at: node.at, id: None, tag: None, severity: None, action: None, rated: None };
    if !matches!(node.value, Value::Mapping(_)) {
        return Some(Choice { id: Some(reading.text(node, "rules")?), ..empty });
    }
    reading.keys(node, CHOICE_KEYS);
    let id = node.child("id").and_then(|node| reading.text(node, "id"));
    let tag = node.child("tag").and_then(|node| reading.text(node, "tag"));
    let word =
        |reading: &mut Reading<'_>, key: &str| node.child(key).map(|_| reading.needed_word(node, key, &severities()));
    let (severity, rated) = (word(reading, "at-least"), word(reading, "severity"));
    let action = node.child("action").map(|_| reading.needed_word(node, "action", &actions()));
    if id.is_none() && tag.is_none() && severity.is_none() {
        reading.mistake(node.at, "a choice of rules needs `id`, `tag` or `at-least`");
        return None;
    }
    Some(Choice { id, tag, severity: severity.flatten(), action: action.flatten(), rated: rated.flatten(), ..empty })
}

impl Choice {
    fn takes(&self, policy: &Policy) -> bool {
        self.id.as_ref().is_none_or(|id| glob::matches(id, &policy.id))
            && self.tag.as_ref().is_none_or(|tag| policy.tags.contains(tag))
            && self.severity.is_none_or(|least| policy.severity >= least)
    }
}

impl Set {
    /// The rules that it takes in, in their own order. Of several choices of one rule the last that says something counts.
    pub fn rules<'l>(&self, policies: &'l [Policy]) -> Vec<Rule<'l>> {
        let mut rules = Vec::new();
        for policy in policies {
            if self.excluded.iter().any(|(pattern, _)| glob::matches(pattern, &policy.id)) {
                continue;
            }
            let mut rule = Rule::from(policy);
            let mut is_taken = false;
            for choice in self.choices.iter().filter(|choice| choice.takes(policy)) {
                is_taken = true;
                rule.action = choice.action.unwrap_or(rule.action);
                rule.severity = choice.rated.unwrap_or(rule.severity);
            }
            if is_taken {
                rules.push(rule);
            }
        }
        rules
    }

    /// What it names and nothing is called. A misspelt name would leave a rule out in silence.
    pub fn mistakes(&self, policies: &[Policy]) -> Vec<Mistake> {
        let known: Vec<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
        let mut mistakes = Vec::new();
        let mut complain =
            |at: Position, detail: String| mistakes.push(Mistake { path: self.path.clone(), at, detail });
        for choice in self.choices.iter().filter(|choice| !policies.iter().any(|policy| choice.takes(policy))) {
            let detail = match (&choice.id, &choice.tag) {
                (Some(id), _) => format!("no rule is called `{id}`{}", hint(id, &known)),
                (None, Some(tag)) => format!("no rule has the tag `{tag}`"),
                (None, None) => "no rule is so severe".to_owned(),
            };
            complain(choice.at, detail);
        }
        for (pattern, at) in &self.excluded {
            if !known.iter().any(|id| glob::matches(pattern, id)) {
                complain(*at, format!("no rule is called `{pattern}`{}", hint(pattern, &known)));
            }
        }
        mistakes
    }
}
