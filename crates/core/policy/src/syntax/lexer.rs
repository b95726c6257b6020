//! The words of an expression.

use super::literal;
use super::{Literal, Span, SyntaxError};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    /// A name in backticks, which only a field can have.
    Quoted(String),
    Literal(Literal),
    /// Digits and point without a sign, as it can only be read with it.
    Number(String),
    Symbol(&'static str),
    End,
}

impl Token {
    /// As an error names it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Name(name) | Self::Quoted(name) => format!("`{name}`"),
            Self::Literal(_) | Self::Number(_) => "a literal".into(),
            Self::Symbol(symbol) => format!("`{symbol}`"),
            Self::End => "the end".into(),
        }
    }
}

/// Longer ones first.
const SYMBOLS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "[", "]", "{", "}", "(", ")", ".", ",", "-", "+", "*", "/", "%", "?", ":", "!",
    "<", ">",
];

/// The tokens of a text; the last is its end.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, SyntaxError> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']).len();
        if blank > 0 {
            start += blank;
            continue;
        }
        if rest.starts_with("//") {
            start += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (token, length) = token(rest).map_err(|(length, detail)| {
            let span = Span { start, end: start + length };
            SyntaxError { span, detail }
        })?;
        found.push((token, Span { start, end: start + length }));
        start += length;
    }
    found.push((Token::End, Span { start: text.len(), end: text.len() }));
    Ok(found)
}

/// The first token and its length, or the length of what is none.
fn token(rest: &str) -> Result<(Token, usize), (usize, String)> {
    if let Some(literal) = literal::quoted(rest) {
        return literal.map(|(literal, length)| (Token::Literal(literal), length));
    }
    let first = rest.chars().next().unwrap_or_default();
    if first.is_ascii_alphabetic() || first == '_' {
        let length = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '_');
        let name = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        let token = match name {
            "true" => Token::Literal(Literal::Bool(true)),
            "false" => Token::Literal(Literal::Bool(false)),
            "null" => Token::Literal(Literal::Null),
            name => Token::Name(name.to_owned()),
        };
        return Ok((token, name.len()));
    }
    let is_number =
        first.is_ascii_digit() || first == '.' && rest.chars().nth(1).is_some_and(|second| second.is_ascii_digit());
    if is_number {
        let length = literal::number_length(rest);
        return Ok((Token::Number(rest.get(..length).unwrap_or_default().to_owned()), length));
    }
    if let Some(inner) = rest.strip_prefix('`') {
        return match inner.split_once('`') {
            Some((name, _)) if !name.is_empty() && !name.contains('\n') => {
                Ok((Token::Quoted(name.to_owned()), name.len() + 2))
            }
            _ => Err((1, "a field in backticks that does not end".into())),
        };
    }
    match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        Some(symbol) => Ok((Token::Symbol(symbol), symbol.len())),
        None => {
            let hint = match first {
                '=' => "; equality is `==`",
                '&' => "; both is `&&`",
                '|' => "; either is `||`",
                _ => "",
            };
            Err((first.len_utf8(), format!("{first:?} begins nothing{hint}")))
        }
    }
}
