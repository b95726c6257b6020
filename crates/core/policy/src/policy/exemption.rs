//! What somebody has looked at and answers for, until a day.

use boltseal_yaml::{Node, Value};

use super::reading::Reading;
use super::{Expression, Text};
use crate::Day;
use crate::check::Scope;
use crate::schema::Type;

/// An exemption from a rule.
#[derive(Debug)]
pub struct Exemption {
    /// Who answers for it, why, and how long.
    pub excuse: Excuse,
    /// What it is for; without, for everything that breaks the rule.
    pub(crate) when: Option<Expression>,
}

/// Who answers for an exemption, why, and how long. Without these it would be a hole that nobody remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excuse {
    /// Who answers for it.
    pub owner: String,
    /// Why the finding is of no concern.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Day,
}

const KEYS: &[&str] = &["owner", "reason", "expires", "when"];

/// The exemptions that stand in a rule.
pub(super) fn read_all(reading: &mut Reading<'_>, parent: &Node<'_>, scope: &Scope) -> Vec<Exemption> {
    let Some(node) = parent.child("exemptions") else { return Vec::new() };
    let Value::List(nodes) = &node.value else {
        reading.mistake(node.at, format!("`exemptions` must be a list, and is {}", node.kind()));
        return Vec::new();
    };
    let mut found = Vec::new();
    for node in nodes {
        if !matches!(node.value, Value::Mapping(_)) {
            reading.mistake(node.at, format!("an exemption must be a mapping, and is {}", node.kind()));
            continue;
        }
        reading.keys(node, KEYS);
        let excuse = excuse(reading, node);
        let when = when(reading, node);
        let checked = when.as_ref().map(|text| condition(reading, text, scope));
        if let (Some(excuse), None | Some(Some(_))) = (excuse, &checked) {
            found.push(Exemption { excuse, when: checked.flatten() });
        }
    }
    found
}

/// Who answers, why and how long: all three, or there is no exemption.
pub(super) fn excuse(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Excuse> {
    let owner = reading.needed_text(node, "owner");
    let reason = reading.needed_text(node, "reason");
    let written = reading.needed(node, "expires");
    let expires = written.and_then(|node| {
        let day = node.text().and_then(Day::parse);
        if day.is_none() {
            reading.mistake(node.at, "`expires` must be a day, as 2027-01-31");
        }
        day
    });
    Some(Excuse { owner: owner?, reason: reason?, expires: expires? })
}

pub(super) fn when(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Text> {
    node.child("when").and_then(|node| reading.source(node, "when"))
}

/// What an exemption is for, checked against what its rule names.
pub(super) fn condition(reading: &mut Reading<'_>, text: &Text, scope: &Scope) -> Option<Expression> {
    let checked = reading.expression(text, &text.text, &Type::Bool, "`when`", scope)?;
    Some(Expression { node: checked.node, text: text.clone() })
}
