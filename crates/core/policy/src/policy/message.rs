//! What a broken rule says: a text with expressions in braces.

use boltseal_model::Limits;

use super::Text;
use super::reading::Complain;
use crate::check::{Complaint, Scope, check};
use crate::evaluate::{Evaluator, SHOWN, Stop, Value, shown};
use crate::program::Node;
use crate::schema::Type;
use crate::syntax::Span;

/// A text with expressions in it.
#[derive(Debug)]
pub(crate) struct Message {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Node, Text),
}

impl Message {
    pub(super) fn read(text: &Text, scope: &Scope, limits: &Limits, mistakes: &mut Complain<'_>) -> Option<Self> {
        let pieces = match pieces(&text.text) {
            Ok(pieces) => pieces,
            Err(complaint) => {
                mistakes.push(text, complaint);
                return None;
            }
        };
        let mut parts = Vec::new();
        let mut is_whole = true;
        for piece in pieces {
            let (start, expression) = match piece {
                Piece::Text(text) => {
                    parts.push(Part::Text(text));
                    continue;
                }
                Piece::Expression(start, expression) => (start, expression),
            };
            let inner = Text { text: expression.to_owned(), origin: text.origin.behind(start) };
            match check(expression, scope, limits) {
                Ok(checked) if matches!(checked.ty, Type::Optional(_)) => {
                    let detail = "this is an optional; end it with `.orValue(…)`".to_owned();
                    mistakes.push(&inner, Complaint { span: checked.node.span, detail });
                    is_whole = false;
                }
                Ok(checked) => parts.push(Part::Value(checked.node, inner)),
                Err(complaints) => {
                    is_whole = false;
                    complaints.into_iter().for_each(|complaint| mistakes.push(&inner, complaint));
                }
            }
        }
        is_whole.then_some(Self { parts })
    }

    /// The text, with what the expressions come to.
    pub(crate) fn shown<'a>(&'a self, evaluator: &mut Evaluator<'a>) -> Result<String, (Stop, &'a Text)> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(node, source) => {
                    let value = evaluator.evaluate(node).map_err(|stop| (stop, source))?;
                    evaluator.steps.take_bytes(SHOWN).map_err(|stop| (stop, source))?;
                    text.push_str(&shown(&value, false));
                }
            }
        }
        Ok(text)
    }
}

/// Bytes of a value in a command. Paths have no more.
const QUOTED: usize = 4_096;

impl Message {
    /// The text as commands, with what the expressions come to quoted for the shell. `None` where a value is one that nobody should
    /// paste into a terminal, as a path with a control character in it.
    pub(crate) fn quoted<'a>(&'a self, evaluator: &mut Evaluator<'a>) -> Result<Option<String>, (Stop, &'a Text)> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(node, source) => {
                    let value = evaluator.evaluate(node).map_err(|stop| (stop, source))?.plain();
                    evaluator.steps.take_bytes(QUOTED).map_err(|stop| (stop, source))?;
                    let word = match &value {
                        Value::Text(word) => word.to_string(),
                        Value::Int(_) | Value::Uint(_) | Value::Bool(_) => shown(&value, false),
                        _ => return Ok(None),
                    };
                    let Some(word) = quoted(&word) else { return Ok(None) };
                    text.push_str(&word);
                }
            }
        }
        Ok(Some(text.trim_end().to_owned()))
    }
}

/// A word as a POSIX shell takes it for one word, whatever is in it.
fn quoted(word: &str) -> Option<String> {
    // Behind a hyphen, a command takes a value for an option.
    if word.len() > QUOTED || word.starts_with('-') || word.chars().any(char::is_control) {
        return None;
    }
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-:@%+=,".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Some(word.to_owned());
    }
    Some(format!("'{}'", word.replace('\'', r"'\''")))
}

enum Piece<'t> {
    Text(String),
    /// With its place in the text.
    Expression(usize, &'t str),
}

/// The parts of a text. A brace that is doubled stands for itself.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Complaint> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let is_doubled = characters.peek().is_some_and(|(_, next)| *next == character);
        match character {
            '{' | '}' if is_doubled => {
                plain.push(character);
                characters.next();
            }
            '{' => {
                let start = at + 1;
                let length = expression_length(text.get(start..).unwrap_or_default()).ok_or_else(|| Complaint {
                    span: Span { start: at, end: start },
                    detail: "a brace that is not closed; a brace itself is `{{`".into(),
                })?;
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Expression(start, text.get(start..start + length).unwrap_or_default()));
                while characters.next_if(|(place, _)| *place <= start + length).is_some() {}
            }
            '}' => {
                let detail = "a brace that is not opened; a brace itself is `}}`".into();
                return Err(Complaint { span: Span { start: at, end: at + 1 }, detail });
            }
            character => plain.push(character),
        }
    }
    pieces.push(Piece::Text(plain));
    Ok(pieces)
}

/// Bytes up to the brace that closes an expression: neither one in quotation marks, nor one that closes a mapping in it.
fn expression_length(text: &str) -> Option<usize> {
    let mut open = 0usize;
    let mut quote = None;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(mark), character) if character == mark => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '{') => open += 1,
            (None, '}') if open == 0 => return Some(at),
            (None, '}') => open -= 1,
            (None, _) => {}
        }
    }
    None
}
