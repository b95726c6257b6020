//! Expressions in templates of Azure Resource Manager.
//!
//! Source: the documentation of Azure Resource Manager, "Syntax and expressions in ARM templates".

use std::collections::HashMap;

use boltseal_model::ProblemKind;
use boltseal_yaml::{Node, Value};

use crate::reading::{Reading, text, unresolved};

/// Calls within each other that are followed.
const DEEPEST: usize = 20;

/// Texts that the template itself tells; nothing for what whoever deploys it gives, and what must not be shown.
#[derive(Default)]
struct Resolver {
    parameters: HashMap<String, Option<String>>,
    variables: HashMap<String, Option<String>>,
    /// Bytes that expressions may still make.
    room: u64,
    is_exhausted: bool,
}

/// Puts in place of expressions what they give, as far as the template itself tells.
pub(crate) fn resolve(reading: &mut Reading<'_>, template: &mut Node<'_>) {
    let mut resolver = Resolver { room: reading.limits.manifest_file_bytes, ..Resolver::default() };
    resolver.template(template);
    if resolver.is_exhausted {
        reading.problem_at(ProblemKind::TooMany, template.at, "its expressions make it larger than it is");
    }
}

impl Resolver {
    fn template(&mut self, template: &mut Node<'_>) {
        for entry in template.child("parameters").map(Node::counted).unwrap_or_default() {
            let kind = entry.node.child("type").and_then(Node::text).unwrap_or_default().to_ascii_lowercase();
            let default = entry.node.child("defaultValue").filter(|_| !kind.starts_with("secure"));
            let default = default.and_then(|node| text(node, true)).and_then(|text| self.text(&text));
            self.parameters.insert(entry.key.to_lowercase(), default);
        }
        // A variable may use another that stands before it; one behind is not known yet.
        for entry in template.child("variables").map(Node::counted).unwrap_or_default() {
            let value = text(&entry.node, true).and_then(|text| self.text(&text));
            self.variables.insert(entry.key.to_lowercase(), value);
        }
        if let Value::Mapping(entries) = &mut template.value {
            for entry in entries.iter_mut().filter(|entry| entry.key == "resources") {
                self.node(&mut entry.node);
            }
        }
    }

    /// Levels are bounded by the reader of the tree.
    fn node(&mut self, node: &mut Node<'_>) {
        match &mut node.value {
            Value::List(nodes) => nodes.iter_mut().for_each(|node| self.node(node)),
            Value::Mapping(entries) => {
                if entries.iter().any(|entry| entry.key == "$schema") {
                    return self.within(node);
                }
                entries.iter_mut().for_each(|entry| self.node(&mut entry.node));
            }
            Value::Text(text) if text.starts_with('[') => match self.text(text) {
                Some(resolved) => *text = resolved.into(),
                None => *node = unresolved(std::mem::take(text), node.at),
            },
            _ => {}
        }
    }

    /// A template within has parameters of its own.
    fn within(&mut self, template: &mut Node<'_>) {
        let mut inner = Self { room: self.room, ..Self::default() };
        inner.template(template);
        self.room = inner.room;
        self.is_exhausted |= inner.is_exhausted;
    }

    /// What a text stands for, which is an expression if it stands in brackets.
    fn text(&mut self, text: &str) -> Option<String> {
        if let Some(literal) = text.strip_prefix("[[") {
            return Some(format!("[{literal}"));
        }
        let Some(expression) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
            return Some(text.to_owned());
        };
        let mut parser = Parser { rest: expression };
        let value = self.value(&mut parser, 0)?;
        parser.rest.trim().is_empty().then_some(value)
    }

    fn value(&mut self, parser: &mut Parser<'_>, level: usize) -> Option<String> {
        if level > DEEPEST {
            return None;
        }
        if let Some(literal) = parser.literal() {
            return self.pay(literal);
        }
        let name = parser.name()?.to_ascii_lowercase();
        let mut arguments = Vec::new();
        parser.take('(')?;
        if parser.take(')').is_none() {
            loop {
                arguments.push(self.value(parser, level + 1)?);
                if parser.take(',').is_none() {
                    parser.take(')')?;
                    break;
                }
            }
        }
        let made = match (name.as_str(), arguments.as_slice()) {
            ("parameters", [name]) => self.parameters.get(&name.to_lowercase())?.clone()?,
            ("variables", [name]) => self.variables.get(&name.to_lowercase())?.clone()?,
            ("concat", parts) => parts.concat(),
            ("string", [text]) => text.clone(),
            ("tolower", [text]) => text.to_lowercase(),
            ("toupper", [text]) => text.to_uppercase(),
            ("true", []) => "true".to_owned(),
            ("false", []) => "false".to_owned(),
            ("int", [number]) => number.clone(),
            ("format", [pattern, parts @ ..]) => self.format(pattern, parts)?,
            _ => return None,
        };
        self.pay(made)
    }

    /// A text with `{0}` in place of its parts.
    fn format(&mut self, pattern: &str, parts: &[String]) -> Option<String> {
        let mut made = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let (index, after) = after.split_once('}')?;
            made.push_str(before);
            made.push_str(parts.get(index.parse::<usize>().ok()?)?);
            rest = after;
            if made.len() as u64 > self.room {
                break;
            }
        }
        made.push_str(rest);
        Some(made)
    }

    fn pay(&mut self, made: String) -> Option<String> {
        match self.room.checked_sub(made.len() as u64) {
            Some(room) => {
                self.room = room;
                Some(made)
            }
            None => {
                self.is_exhausted = true;
                None
            }
        }
    }
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn take(&mut self, letter: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(letter)?;
        Some(())
    }

    fn name(&mut self) -> Option<&'t str> {
        let rest = self.rest.trim_start();
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let (name, rest) = rest.split_at_checked(end)?;
        self.rest = rest;
        (!name.is_empty()).then_some(name)
    }

    /// A text in quotes, two of which are one in it, or a number.
    fn literal(&mut self) -> Option<String> {
        let rest = self.rest.trim_start();
        let Some(mut rest) = rest.strip_prefix('\'') else {
            let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '-').unwrap_or(rest.len());
            let (number, behind) = rest.split_at_checked(end)?;
            number.parse::<i64>().ok()?;
            self.rest = behind;
            return Some(number.to_owned());
        };
        let mut literal = String::new();
        loop {
            let (part, behind) = rest.split_once('\'')?;
            literal.push_str(part);
            match behind.strip_prefix('\'') {
                Some(behind) => {
                    literal.push('\'');
                    rest = behind;
                }
                None => {
                    self.rest = behind;
                    return Some(literal);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_give_what_the_template_tells() {
        let known = |text: &str| Some(text.to_owned());
        let mut resolver = Resolver { room: 1_000, ..Resolver::default() };
        resolver.parameters.insert("name".into(), known("shop"));
        resolver.parameters.insert("secret".into(), None);
        resolver.variables.insert("tag".into(), known("1.2"));
        for (text, expected) in [
            ("plain", Some("plain")),
            ("[[literal]", Some("[literal]")),
            ("[parameters('name')]", Some("shop")),
            ("[ Parameters( 'NAME' ) ]", Some("shop")),
            ("[concat(parameters('name'), ':', variables('tag'))]", Some("shop:1.2")),
            ("[format('{0}/{1}''s', 'a', toUpper('b'))]", Some("a/B's")),
            ("[int('5')]", Some("5")),
            ("[parameters('secret')]", None),
            ("[resourceGroup().location]", None),
            ("[parameters('name').x]", None),
            ("[concat('a']", None),
            ("[concat('a'", Some("[concat('a'")),
            ("[format('{9}', 'a')]", None),
            ("[true()]", Some("true")),
        ] {
            assert_eq!(resolver.text(text).as_deref(), expected, "{text}");
        }
        assert_eq!(resolver.text(&format!("[{}]", "concat(".repeat(100_000))), None);
        assert!(!resolver.is_exhausted);
        assert_eq!(resolver.text(&format!("[format('{}', '{}')]", "{0}".repeat(50), "x".repeat(50))), None);
        assert!(resolver.is_exhausted);
    }
}
