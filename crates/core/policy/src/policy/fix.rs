//! What mends a broken rule: edits of the model, which whoever knows a platform turns into edits of its files.

use boltseal_model::Position;
use boltseal_yaml::edit::Scalar;
use boltseal_yaml::{Node, Value};
use regex::Regex;

use super::reading::Reading;
use super::{Expression, Message, Path};
use crate::check::Scope;
use crate::functions::compile_pattern;
use crate::schema::Type;

/// One edit of the model, for one subject that breaks the rule.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The structure of the model that its path begins in, as `Container`.
    pub of: String,
    /// Where that stands, if it knows its place.
    pub at: Option<Position>,
    /// The nearest place to what the path leads to.
    pub near: Option<Position>,
    /// The fields from there, as `confinement.non_root`.
    pub field: String,
    /// What is done to what the path leads to.
    pub change: Change,
}

/// What is done to a part of the model.
#[derive(Debug, Clone)]
pub enum Change {
    /// It gets this value.
    Set(Scalar),
    /// A list gets these elements.
    Add(Vec<String>),
    /// It goes; of a list, these elements alone if there are any.
    Remove(Vec<String>),
    /// Parts of its text give way to others.
    Replace(Pattern),
    /// Its text gets this behind it.
    Append(String),
}

/// Which parts of a text give way, and to what.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub(crate) regex: Regex,
    pub(crate) with: String,
}

impl Pattern {
    /// The parts of a text that give way: from which byte to which, and what takes their place.
    pub fn replacements(&self, text: &str) -> Vec<(std::ops::Range<usize>, String)> {
        let found = self.regex.captures_iter(text).filter_map(|captures| {
            let mut new = String::new();
            captures.expand(&self.with, &mut new);
            captures.get(0).map(|whole| (whole.range(), new))
        });
        found.collect()
    }
}

/// An edit as a rule states it.
#[derive(Debug)]
pub(crate) struct Mend {
    pub(crate) of: String,
    pub(crate) path: Path,
    pub(crate) field: String,
    pub(crate) when: Option<Expression>,
    pub(crate) doing: Doing,
}

#[derive(Debug)]
pub(crate) enum Doing {
    Set(Template),
    Add(Vec<Message>),
    Remove(Vec<Message>),
    Replace(Regex, Message),
    Append(Message),
}

/// A value as a rule states it.
#[derive(Debug)]
pub(crate) enum Template {
    Flag(bool),
    Integer(i64),
    Text(Message),
}

/// What an edit can do, with the keys that it needs and those that it may have.
const KINDS: &[(&str, &[&str])] = &[
    ("set", &["path", "value"]),
    ("add", &["path", "values"]),
    ("remove", &["path", "values"]),
    ("replace", &["path", "pattern", "with"]),
    ("append", &["path", "text"]),
];

/// One edit, or a list of them. `None` if something is wrong with one.
pub(super) fn read_all(reading: &mut Reading<'_>, parent: &Node<'_>, scope: &Scope) -> Option<Vec<Mend>> {
    let Some(node) = parent.child("fix") else { return Some(Vec::new()) };
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    // All are read, so that all mistakes are said.
    let edits: Vec<Option<Mend>> = nodes.iter().map(|node| read(reading, node, scope)).collect();
    edits.into_iter().collect()
}

fn read(reading: &mut Reading<'_>, node: &Node<'_>, scope: &Scope) -> Option<Mend> {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    if !matches!(node.value, Value::Mapping(_)) {
        reading.mistake(node.at, format!("an edit of `fix` must be a mapping, and is {}", node.kind()));
        return None;
    }
    let known: Vec<&str> = kinds.iter().copied().chain(["when"]).collect();
    reading.keys(node, &known);
    let found: Vec<_> = KINDS.iter().filter_map(|(kind, keys)| Some((*kind, *keys, node.child(kind)?))).collect();
    let [(kind, keys, body)] = found.as_slice() else {
        let detail = format!("an edit of `fix` does one thing: `{}`", kinds.join("`, `"));
        reading.mistake(node.at, detail);
        return None;
    };
    let when = node.child("when").map(|node| {
        let text = reading.source(node, "when")?;
        let checked = reading.expression(&text, &text.text, &Type::Bool, "`when`", scope)?;
        Some(Expression { node: checked.node, text })
    });
    reading.keys(body, keys);
    let (path, ty, at) = path(reading, body, scope)?;
    let Some(of) = path.origin(scope).map(str::to_owned) else {
        reading.mistake(at, "an edit begins in a structure of the model, as `container.image` does");
        return None;
    };
    let doing = match *kind {
        "set" => Doing::Set(value(reading, body, &ty, scope)?),
        "add" => Doing::Add(elements(reading, body, &ty, at, scope)?),
        "remove" if body.child("values").is_some() => Doing::Remove(elements(reading, body, &ty, at, scope)?),
        "remove" => Doing::Remove(Vec::new()),
        "replace" => {
            let pattern = pattern(reading, body);
            let with = message(reading, body, "with", scope);
            Doing::Replace(pattern?, with?)
        }
        _ => Doing::Append(message(reading, body, "text", scope)?),
    };
    let when = when.map_or(Some(None), |when| when.map(Some))?;
    Some(Mend { of, field: path.fields(), path, when, doing })
}

fn path(reading: &mut Reading<'_>, body: &Node<'_>, scope: &Scope) -> Option<(Path, Type, Position)> {
    let node = reading.needed(body, "path")?;
    let text = reading.source(node, "path")?;
    let limits = reading.limits;
    let (path, ty) = Path::typed(&text, scope, limits, &mut reading.complain(&text.text))?;
    Some((path, ty, node.at))
}

fn message(reading: &mut Reading<'_>, body: &Node<'_>, key: &str, scope: &Scope) -> Option<Message> {
    let node = reading.needed(body, key)?;
    template(reading, node, key, scope)
}

fn template(reading: &mut Reading<'_>, node: &Node<'_>, key: &str, scope: &Scope) -> Option<Message> {
    let text = reading.source(node, key)?;
    let limits = reading.limits;
    Message::read(&text, scope, limits, &mut reading.complain(&text.text))
}

/// A value that fits what the path leads to.
fn value(reading: &mut Reading<'_>, body: &Node<'_>, ty: &Type, scope: &Scope) -> Option<Template> {
    let node = reading.needed(body, "value")?;
    let (template, is) = match &node.value {
        Value::Flag(flag) => (Template::Flag(*flag), Type::Bool),
        Value::Integer(number) => (Template::Integer(*number), Type::Int),
        _ => (Template::Text(template(reading, node, "value", scope)?), Type::Text),
    };
    // The words of a choice are texts.
    if !(is.fits(ty) || is.is_text() && ty.is_text()) {
        let (is, must) = (is.shown(scope.shapes()), ty.shown(scope.shapes()));
        reading.mistake(node.at, format!("`value` must be {must}, as what `path` leads to, and is {is}"));
        return None;
    }
    Some(template)
}

fn elements(
    reading: &mut Reading<'_>,
    body: &Node<'_>,
    ty: &Type,
    at: Position,
    scope: &Scope,
) -> Option<Vec<Message>> {
    if !Type::list(Type::Text).fits(ty) {
        let is = ty.shown(scope.shapes());
        reading.mistake(at, format!("`values` are elements of a list of texts, and `path` leads to {is}"));
        return None;
    }
    let node = reading.needed(body, "values")?;
    let Value::List(nodes) = &node.value else {
        reading.mistake(node.at, format!("`values` must be a list of texts, and is {}", node.kind()));
        return None;
    };
    let read: Vec<_> = nodes.iter().map(|node| template(reading, node, "values", scope)).collect();
    read.into_iter().collect()
}

fn pattern(reading: &mut Reading<'_>, body: &Node<'_>) -> Option<Regex> {
    let node = reading.needed(body, "pattern")?;
    let text = reading.source(node, "pattern")?;
    match compile_pattern(&text.text, reading.limits.pattern_bytes) {
        Ok(regex) => Some(regex),
        Err(detail) => {
            reading.mistake(node.at, detail);
            None
        }
    }
}
