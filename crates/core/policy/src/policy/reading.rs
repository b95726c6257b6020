//! A document while it is read: typed values of its keys, and the mistakes in them.

use std::sync::Arc;

use boltseal_model::{Limits, Position};
use boltseal_yaml::{Node, Value};

use super::origin::Origin;
use super::{Mistake, Text};
use crate::check::{Checked, Complaint, Scope, check_as};
use crate::nearest::{hint, nearest};
use crate::schema::Type;

/// A document while it is read.
pub(super) struct Reading<'r> {
    pub(super) path: &'r str,
    pub(super) document: Arc<str>,
    pub(super) before: u32,
    pub(super) limits: &'r Limits,
    pub(super) mistakes: Vec<Mistake>,
}

/// Where complaints about one value go.
pub(super) struct Complain<'c> {
    pub(super) path: &'c str,
    /// The whole value that the text is a part of.
    pub(super) value: &'c str,
    pub(super) mistakes: &'c mut Vec<Mistake>,
}

impl<'r> Reading<'r> {
    pub(super) fn mistake(&mut self, at: Position, detail: impl Into<String>) {
        self.mistakes.push(Mistake { path: self.path.to_owned(), at, detail: detail.into() });
    }

    /// Complains about keys that mean nothing, and about those that are there twice.
    pub(super) fn keys(&mut self, node: &Node<'_>, known: &[&str]) {
        for (index, entry) in node.entries().iter().enumerate() {
            if !known.contains(&entry.key.as_ref()) {
                // The list of all is long; the page of the format has it.
                let meant = nearest(&entry.key, known).map(|name| format!("; did you mean `{name}`?"));
                self.mistake(entry.at, format!("there is no key `{}` here{}", entry.key, meant.unwrap_or_default()));
            }
            if node.entries().iter().take(index).any(|earlier| earlier.key == entry.key) {
                self.mistake(entry.at, format!("`{}` is there twice", entry.key));
            }
        }
    }

    fn wrong(&mut self, node: &Node<'_>, key: &str, expected: &str) {
        self.mistake(node.at, format!("`{key}` must be {expected}, and is {}", node.kind()));
    }

    /// What stands under a key that must be there.
    pub(super) fn needed<'n, 'a>(&mut self, parent: &'n Node<'a>, key: &str) -> Option<&'n Node<'a>> {
        let node = parent.child(key);
        if node.is_none() {
            self.mistake(parent.at, format!("`{key}` is missing"));
        }
        node
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        match node.text().map(str::trim) {
            Some("") => {
                self.mistake(node.at, format!("`{key}` is empty"));
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                self.wrong(node, key, "a text");
                None
            }
        }
    }

    pub(super) fn needed_text(&mut self, parent: &Node<'_>, key: &str) -> Option<String> {
        let node = self.needed(parent, key)?;
        self.text(node, key)
    }

    /// An identifier: small letters and digits, parted by hyphens.
    pub(super) fn identifier(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        let text = self.text(node, key)?;
        if is_kebab(&text) {
            return Some(text);
        }
        self.mistake(node.at, format!("`{key}` must be in kebab-case, as `host-network`"));
        None
    }

    /// The texts of a list, or of one text, each with its place.
    pub(super) fn texts(&mut self, parent: &Node<'_>, key: &str) -> Vec<(String, Position)> {
        let Some(node) = parent.child(key) else { return Vec::new() };
        let nodes = match &node.value {
            Value::List(nodes) => nodes.as_slice(),
            Value::Text(_) => std::slice::from_ref(node),
            _ => {
                self.wrong(node, key, "a list of texts");
                return Vec::new();
            }
        };
        nodes.iter().filter_map(|node| Some((self.text(node, key)?, node.at))).collect()
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, text: &str, at: Position, key: &str, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.mistake(at, format!("there is no {key} `{text}`{}", hint(text, &known)));
        }
        found
    }

    pub(super) fn needed_word<T: Copy>(&mut self, parent: &Node<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
        let node = self.needed(parent, key)?;
        let text = self.text(node, key)?;
        self.word(&text, node.at, key, words)
    }

    /// A text that expressions stand in.
    pub(super) fn source(&mut self, node: &Node<'_>, key: &str) -> Option<Text> {
        match &node.value {
            Value::Text(text) => Some(Text { text: text.to_string(), origin: self.origin(node.at) }),
            // As YAML has it these are no texts, and as CEL has it they are expressions.
            Value::Flag(flag) => Some(Text { text: flag.to_string(), origin: self.origin(node.at) }),
            _ => {
                self.wrong(node, key, "an expression in CEL; put it in quotation marks or behind `|`");
                None
            }
        }
    }

    fn origin(&self, at: Position) -> Origin {
        Origin { document: Arc::clone(&self.document), before: self.before, at, skipped: 0 }
    }

    /// Where complaints about parts of a value go.
    pub(super) fn complain<'c>(&'c mut self, value: &'c str) -> Complain<'c> {
        Complain { path: self.path, value, mistakes: &mut self.mistakes }
    }

    /// Checks the expression that a text is.
    pub(super) fn expression(
        &mut self,
        text: &Text,
        whole: &str,
        wanted: &Type,
        key: &str,
        scope: &Scope,
    ) -> Option<Checked> {
        match check_as(&text.text, wanted, key, scope, self.limits) {
            Ok(checked) => Some(checked),
            Err(complaints) => {
                let mut sink = self.complain(whole);
                complaints.into_iter().for_each(|complaint: Complaint| sink.push(text, complaint));
                None
            }
        }
    }
}

fn is_kebab(text: &str) -> bool {
    text.split('-').all(|part| {
        !part.is_empty() && part.chars().all(|character| character.is_ascii_lowercase() || character.is_ascii_digit())
    })
}
