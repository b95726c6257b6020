//! Functions of CloudFormation.

use std::collections::HashMap;

use boltseal_model::ProblemKind;
use boltseal_yaml::{Node, Value};

use crate::reading::{Reading, is_unresolved, text, unresolved};

/// What every deployment has, and what rules seldom ask for. It stays in a text as it is written, so that the rest is known.
const PSEUDO: [&str; 6] =
    ["AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"];

/// Texts of parameters with a default value; nothing for those without, and those that must not be shown.
struct Resolver {
    parameters: HashMap<String, Option<String>>,
    /// Bytes that may still be made of parameters.
    room: u64,
    is_exhausted: bool,
}

/// Puts in place of functions what they give, as far as the template itself tells.
pub(crate) fn resolve(reading: &mut Reading<'_>, template: &mut Node<'_>) {
    let mut parameters = HashMap::new();
    for entry in template.child("Parameters").map(Node::counted).unwrap_or_default() {
        let is_secret = entry.node.child("NoEcho").and_then(|node| text(node, true)).is_some_and(|it| it == "true");
        // The default of these is the name under which another service keeps the value.
        let kind = entry.node.child("Type").and_then(Node::text).unwrap_or_default();
        let is_kept_elsewhere = kind.starts_with("AWS::SSM::Parameter::Value");
        let default = entry.node.child("Default").filter(|_| !is_secret && !is_kept_elsewhere);
        let default = default.and_then(|node| text(node, true));
        parameters.insert(entry.key.clone().into_owned(), default);
    }
    let mut resolver = Resolver { parameters, room: reading.limits.manifest_file_bytes, is_exhausted: false };
    let at = template.at;
    if let Value::Mapping(entries) = &mut template.value {
        for entry in entries.iter_mut().filter(|entry| entry.key != "Parameters") {
            resolver.node(&mut entry.node);
        }
    }
    if resolver.is_exhausted {
        reading.problem_at(ProblemKind::TooMany, at, "its parameters make it larger than it is");
    }
}

impl Resolver {
    /// Levels are bounded by the reader of the tree.
    fn node(&mut self, node: &mut Node<'_>) {
        match &mut node.value {
            Value::List(nodes) => nodes.iter_mut().for_each(|node| self.node(node)),
            Value::Mapping(entries) => entries.iter_mut().for_each(|entry| self.node(&mut entry.node)),
            // What another service knows is put there when the template is deployed.
            Value::Text(text) if text.contains("{{resolve:") => *node = unresolved(std::mem::take(text), node.at),
            _ => {}
        }
        let Some((name, argument)) = function(node) else { return };
        let at = node.at;
        let given = match name.as_str() {
            "Ref" => argument.text().map(|name| self.reference(name)),
            "Sub" => Some(self.substitute(&argument)),
            "Join" => Some(self.join(&argument)),
            // What a condition is, is said elsewhere; it is a name here.
            "Condition" => return,
            _ => None,
        };
        *node = match given {
            Some(Given::Text(text)) => match self.room.checked_sub(text.len() as u64) {
                Some(room) => {
                    self.room = room;
                    Node::new(Value::Text(text.into()), at)
                }
                None => {
                    self.is_exhausted = true;
                    unresolved(format!("!{name}"), at)
                }
            },
            Some(Given::Nothing) => Node::new(Value::Null, at),
            Some(Given::Unknown) | None => unresolved(expression(&name, &argument), at),
        };
    }

    fn reference(&self, name: &str) -> Given {
        if name == "AWS::NoValue" {
            return Given::Nothing;
        }
        if PSEUDO.contains(&name) {
            return Given::Text(format!("${{{name}}}"));
        }
        match self.parameters.get(name) {
            Some(Some(text)) => Given::Text(text.clone()),
            _ => Given::Unknown,
        }
    }

    /// A text with `${names}`, which may come with values of their own.
    fn substitute(&self, argument: &Node<'_>) -> Given {
        let (pattern, own) = match &argument.value {
            Value::List(nodes) => (nodes.first(), nodes.get(1)),
            _ => (Some(argument), None),
        };
        let Some(pattern) = pattern.filter(|node| !is_unresolved(node)).and_then(Node::text) else {
            return Given::Unknown;
        };
        let mut own_texts = HashMap::new();
        for entry in own.map(Node::entries).unwrap_or_default() {
            own_texts.insert(&*entry.key, text(&entry.node, true).filter(|_| !is_unresolved(&entry.node)));
        }
        let mut made = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            made.push_str(before);
            let Some((name, after)) = after.split_once('}') else { return Given::Unknown };
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                made.push_str("${");
                made.push_str(literal);
                made.push('}');
                continue;
            }
            match own_texts.get(name) {
                Some(Some(text)) => made.push_str(text),
                Some(None) => return Given::Unknown,
                None => match self.reference(name) {
                    Given::Text(text) => made.push_str(&text),
                    Given::Nothing | Given::Unknown => return Given::Unknown,
                },
            }
            // Before it is paid for it must not grow without bounds.
            if made.len() as u64 > self.room {
                return Given::Text(made);
            }
        }
        made.push_str(rest);
        Given::Text(made)
    }

    /// Texts with another between.
    fn join(&self, argument: &Node<'_>) -> Given {
        let Value::List(nodes) = &argument.value else { return Given::Unknown };
        let [delimiter, Node { value: Value::List(parts), tag: None, .. }] = nodes.as_slice() else {
            return Given::Unknown;
        };
        let Some(delimiter) = text(delimiter, true).filter(|_| !is_unresolved(delimiter)) else {
            return Given::Unknown;
        };
        let mut made = String::new();
        for (index, part) in parts.iter().enumerate() {
            let Some(text) = text(part, true).filter(|_| !is_unresolved(part)) else { return Given::Unknown };
            if index > 0 {
                made.push_str(&delimiter);
            }
            made.push_str(&text);
            if made.len() as u64 > self.room {
                break;
            }
        }
        Given::Text(made)
    }
}

/// What a function gives.
enum Given {
    Text(String),
    Nothing,
    Unknown,
}

/// The function that a value is, by its tag or as a mapping with one entry, and its argument.
fn function<'a>(node: &Node<'a>) -> Option<(String, Node<'a>)> {
    if is_unresolved(node) {
        return None;
    }
    if let Some(name) = node.tag.as_deref().and_then(|tag| tag.strip_prefix('!')) {
        return Some((name.to_owned(), Node::new(node.value.clone(), node.at)));
    }
    let [entry] = node.entries() else { return None };
    let name = if entry.key == "Ref" { "Ref" } else { entry.key.strip_prefix("Fn::")? };
    Some((name.to_owned(), entry.node.clone()))
}

/// The function as it is written, or as much of it as tells which it is.
fn expression(name: &str, argument: &Node<'_>) -> String {
    let argument = match &argument.value {
        Value::Text(text) => text.chars().take(200).collect(),
        Value::List(nodes) => {
            let words: Vec<&str> = nodes.iter().take(2).filter_map(Node::text).collect();
            words.join(".").chars().take(200).collect()
        }
        _ => String::new(),
    };
    format!("!{name} {argument}")
}
