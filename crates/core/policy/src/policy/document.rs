//! From a document to a rule.

use boltseal_model::Position;
use boltseal_yaml::{Node, Value};

use super::reading::Reading;
use super::set::{actions, severities};
use super::{Binding, Expression, Message, Moment, Path, Policy, Text, exemption, fix};
use crate::check::{Scope, Shapes, proven_by};
use crate::nearest::hint;
use crate::schema::Type;

const KEYS: &[&str] = &[
    "id",
    "title",
    "severity",
    "at",
    "on",
    "platforms",
    "tags",
    "applies",
    "for",
    "variables",
    "when",
    "where",
    "action",
    "message",
    "remediation",
    "commands",
    "references",
    "fix",
    "exemptions",
];

/// Reads a rule. `shapes` gives the types of the roots that it names.
pub(super) fn read(
    reading: &mut Reading<'_>,
    node: &Node<'_>,
    shapes: &mut impl FnMut(&[String]) -> Shapes,
    roots: &[&str],
) -> Option<Policy> {
    reading.keys(node, KEYS);
    let id = node.child("id").and_then(|node| reading.identifier(node, "id"));
    let title = reading.needed_text(node, "title");
    let severity = reading.needed_word(node, "severity", &severities());
    let action = reading.needed_word(node, "action", &actions());
    let remediation = reading.needed_text(node, "remediation");
    let moments = moments(reading, node);
    let named = named_roots(reading, node, roots);
    let tags = reading.texts(node, "tags").into_iter().map(|(tag, _)| tag).collect();
    let references = reading.texts(node, "references").into_iter().map(|(reference, _)| reference).collect();
    // Without the roots, everything that names one would be wrong.
    let Some(named) = named else {
        reading.needed(node, "when");
        reading.needed(node, "message");
        return None;
    };
    let mut scope = Scope::new(shapes(&named));
    let platforms = platforms(reading, node, &scope);
    let applies = node.child("applies").map(|node| condition(reading, node, "applies", &scope));
    if let Some(Some(applies)) = &applies {
        scope.given = proven_by(&applies.text.text, reading.limits);
    }
    let binding = match node.child("for").map(|node| binding(reading, node, &mut scope)) {
        Some(None) => {
            // Whatever names the element would be wrong as well.
            reading.needed(node, "when");
            reading.needed(node, "message");
            return None;
        }
        Some(binding) => binding,
        None => None,
    };
    let variables = variables(reading, node, &mut scope);
    let when = reading.needed(node, "when").and_then(|node| condition(reading, node, "when", &scope));
    let place = node.child("where").map(|node| {
        let text = reading.source(node, "where")?;
        let limits = reading.limits;
        Path::read(&text, &scope, limits, &mut reading.complain(&text.text))
    });
    let message = reading.needed(node, "message").and_then(|node| template(reading, node, "message", &scope));
    let commands = node.child("commands").map(|node| template(reading, node, "commands", &scope));
    let fix = fix::read_all(reading, node, &scope);
    let exemptions = exemption::read_all(reading, node, &scope);
    let (variables, variable_texts) = variables?;
    Some(Policy {
        id: id?,
        title: title?,
        severity: severity?,
        moments: moments?,
        roots: named,
        platforms: platforms?,
        tags,
        action: action?,
        remediation: remediation?,
        references,
        path: reading.path.to_owned(),
        at: node.at,
        applies: applies.map_or(Some(None), |applies| applies.map(Some))?,
        binding,
        variables,
        variable_texts,
        when: when?,
        place: place.map_or(Some(None), |place| place.map(Some))?,
        message: message?,
        commands: commands.map_or(Some(None), |commands| commands.map(Some))?,
        fix: fix?,
        exemptions,
        scope,
    })
}

fn moments(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Vec<Moment>> {
    reading.needed(node, "at")?;
    let words: Vec<(&str, Moment)> = Moment::ALL.iter().map(|moment| (moment.name(), *moment)).collect();
    let written = reading.texts(node, "at");
    let found: Vec<Moment> =
        written.iter().filter_map(|(text, at)| reading.word(text, *at, "moment", &words)).collect();
    (!found.is_empty() && found.len() == written.len()).then_some(found)
}

fn named_roots(reading: &mut Reading<'_>, node: &Node<'_>, roots: &[&str]) -> Option<Vec<String>> {
    reading.needed(node, "on")?;
    let written = reading.texts(node, "on");
    let mut found = Vec::new();
    for (name, at) in &written {
        if !roots.contains(&name.as_str()) {
            reading.mistake(*at, format!("there are no facts called `{name}`{}", hint(name, roots)));
        } else if found.contains(name) {
            reading.mistake(*at, format!("`{name}` is there twice"));
        } else {
            found.push(name.clone());
        }
    }
    (!found.is_empty() && found.len() == written.len()).then_some(found)
}

/// A platform that is misspelt would make a rule that never applies.
fn platforms(reading: &mut Reading<'_>, node: &Node<'_>, scope: &Scope) -> Option<Vec<String>> {
    let written = reading.texts(node, "platforms");
    let Some((_, first)) = written.first() else { return node.child("platforms").is_none().then(Vec::new) };
    let words = match scope.subject_field("platform").map(|field| &field.ty) {
        Some(Type::Word(words)) => words.iter().map(String::as_str).collect::<Vec<_>>(),
        Some(Type::Text) => return Some(written.into_iter().map(|(name, _)| name).collect()),
        _ => {
            reading.mistake(*first, "these facts have no `platform`");
            return None;
        }
    };
    let mut found = Vec::new();
    for (name, at) in written {
        match words.contains(&name.as_str()) {
            true => found.push(name),
            false => {
                reading.mistake(at, format!("there is no platform `{name}`{}", hint(&name, &words)));
                return None;
            }
        }
    }
    Some(found)
}

/// `name in list`.
fn binding(reading: &mut Reading<'_>, node: &Node<'_>, scope: &mut Scope) -> Option<Binding> {
    let whole = reading.source(node, "for")?;
    let parted = part(&whole.text);
    let Some((name, skipped, rest)) = parted else {
        reading.mistake(node.at, "`for` names an element and a list: `container in workload.containers`");
        return None;
    };
    let text = Text { text: rest.to_owned(), origin: whole.origin.behind(skipped) };
    let wanted = Type::list(Type::Dyn);
    let checked = reading.expression(&text, &whole.text, &wanted, "what `for` goes through", scope)?;
    let element = match checked.ty {
        Type::List(element) => *element,
        _ => Type::Dyn,
    };
    // What is known of something else of this name is not known of the element.
    scope.given.retain(|path| path.split('\u{0}').next() != Some(name));
    scope.binding = Some((name.to_owned(), element));
    Some(Binding { name: name.to_owned(), list: Expression { node: checked.node, text } })
}

/// The name, the bytes before the list, and the list.
fn part(text: &str) -> Option<(&str, usize, &str)> {
    let trimmed = text.trim_start();
    let end = trimmed.find(|character: char| !character.is_ascii_alphanumeric() && character != '_')?;
    let (name, rest) = trimmed.split_at_checked(end)?;
    let list = rest.trim_start().strip_prefix("in")?;
    let is_parted = list.starts_with(char::is_whitespace) && name.starts_with(|first: char| !first.is_ascii_digit());
    is_parted.then_some((name, text.len() - list.len(), list))
}

/// Variables in the order in which they stand: one can use those before it.
fn variables(
    reading: &mut Reading<'_>,
    parent: &Node<'_>,
    scope: &mut Scope,
) -> Option<(Vec<crate::program::Node>, Vec<Text>)> {
    let Some(node) = parent.child("variables") else { return Some((Vec::new(), Vec::new())) };
    let Value::Mapping(entries) = &node.value else {
        reading
            .mistake(node.at, format!("`variables` must be a mapping of names to expressions, and is {}", node.kind()));
        return None;
    };
    let (mut nodes, mut texts, mut is_whole) = (Vec::new(), Vec::new(), true);
    for entry in entries {
        let name: &str = &entry.key;
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
        if !is_name {
            reading.mistake(entry.at, format!("`{name}` is no name of a variable: letters, digits and `_`"));
        }
        if scope.variables.iter().any(|(known, _)| known == name) {
            reading.mistake(entry.at, format!("`{name}` is there twice"));
        }
        let text = reading.source(&entry.node, name);
        let checked =
            text.as_ref().and_then(|text| reading.expression(text, &text.text, &Type::Dyn, "a variable", scope));
        // What is wrong in one is no reason to complain of every use.
        let ty = checked.as_ref().map_or(Type::Dyn, |checked| checked.ty.clone());
        scope.variables.push((name.to_owned(), ty));
        match (text, checked) {
            (Some(text), Some(checked)) if is_name => {
                texts.push(text);
                nodes.push(checked.node);
            }
            _ => is_whole = false,
        }
    }
    is_whole.then_some((nodes, texts))
}

/// A text with expressions in braces.
fn template(reading: &mut Reading<'_>, node: &Node<'_>, key: &str, scope: &Scope) -> Option<Message> {
    let text = reading.source(node, key)?;
    let limits = reading.limits;
    Message::read(&text, scope, limits, &mut reading.complain(&text.text))
}

fn condition(reading: &mut Reading<'_>, node: &Node<'_>, key: &str, scope: &Scope) -> Option<Expression> {
    let text = reading.source(node, key)?;
    let checked = reading.expression(&text, &text.text, &Type::Bool, &format!("`{key}`"), scope)?;
    Some(Expression { node: checked.node, text })
}

/// Where something is that has no place of its own.
pub(super) const NOWHERE: Position = Position { line: 0, column: 0 };
