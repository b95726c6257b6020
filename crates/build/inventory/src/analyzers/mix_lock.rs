//! `mix.lock`.
//!
//! Source: Mix's documentation, "mix deps", and Hex's `Hex.Utils.lock`: an Elixir map from the name of each dependency to
//! `{:hex, NAME, VERSION, CHECKSUM, MANAGERS, DEPENDENCIES, REPOSITORY, OUTER_CHECKSUM}`, older ones shorter, or to
//! `{:git, ADDRESS, COMMIT, OPTIONS}`.

use boltseal_model::{Digest, Ecosystem, Limits, ProblemKind, Problems};

use crate::lines::LineCounter;
use crate::reading::{Reading, quoted};
use crate::{Analyzer, Evidence, File, Inventory, Pattern, integrity};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "mix-lock",
    title: "Elixir and Erlang packages locked by Mix",
    // Dependencies below deps have lock files of their authors; nobody installs from them.
    files: &[Pattern::NameOutside { folder: "deps", name: "mix.lock" }],
    sees: "every package of Hex that the file locks, with its digest and the packages that it needs; one from git is \
           reported as unpinned",
    misses: "whether a package is compiled in; folders beside the project; Elixir and Erlang themselves; releases without \
             the lock file",
    ecosystems: &[Ecosystem::Hex],
    evidence: &[Evidence::Requested],
    source: "Mix's documentation, mix deps, and Hex's Hex.Utils.lock",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    let mut lines = LineCounter::new(text.as_bytes());
    let mut entry = Entry::default();
    let mut depth = 0usize;
    let mut is_ended = false;
    for (offset, token) in tokens(&text) {
        if reading.is_full() {
            return reading.finish();
        }
        if is_ended {
            reading.problem_at(ProblemKind::Malformed, lines.at(offset), "does not belong to the map");
            break;
        }
        match token {
            Token::Open => depth = depth.saturating_add(1),
            Token::Close if depth == TUPLE => {
                std::mem::take(&mut entry).finish(&mut reading);
                depth = MAP;
            }
            Token::Close => {
                depth = depth.saturating_sub(1);
                is_ended = depth == 0;
            }
            Token::Comma if depth == TUPLE => entry.element = entry.element.saturating_add(1),
            Token::Text(key) if depth == MAP => {
                entry = Entry { key, line: lines.at(offset), ..Entry::default() };
            }
            Token::Text(text) | Token::Atom(text) => entry.add(depth, text),
            Token::Comma | Token::Other => {}
            Token::Unclosed => break,
        }
        // The name of a dependency is the first element of its tuple.
        entry.is_first = matches!(token, Token::Open);
    }
    if !text.trim_start().starts_with("%{") && !text.trim().is_empty() {
        reading.problem(ProblemKind::Malformed, "is no map");
    } else if depth != 0 {
        reading.problem(ProblemKind::Truncated, "the map has no end");
    }
    reading.finish()
}

/// Brackets around the elements of the map, of an entry's tuple, and of the tuples in its list of dependencies.
const MAP: usize = 1;
const TUPLE: usize = 2;
const DEPENDENCY: usize = 4;

/// Places in the tuple of a package from Hex.
const KIND: usize = 0;
const NAME: usize = 1;
const VERSION: usize = 2;
const DEPENDENCIES: usize = 5;
const CHECKSUM: usize = 7;

/// One locked dependency.
#[derive(Default)]
struct Entry<'a> {
    key: &'a str,
    line: Option<u32>,
    element: usize,
    is_first: bool,
    kind: &'a str,
    name: &'a str,
    version: &'a str,
    dependencies: Vec<&'a str>,
    digest: Option<Digest>,
}

impl<'a> Entry<'a> {
    fn add(&mut self, depth: usize, text: &'a str) {
        match (depth, self.element) {
            (TUPLE, KIND) => self.kind = text,
            (TUPLE, NAME) => self.name = text,
            (TUPLE, VERSION) => self.version = text,
            (TUPLE, CHECKSUM) => self.digest = integrity::sha256(text),
            (DEPENDENCY, DEPENDENCIES) if self.is_first => self.dependencies.push(text),
            _ => {}
        }
    }

    fn finish(self, reading: &mut Reading<'_>) {
        match self.kind {
            "hex" => {
                let dependencies = reading.relations("dependency", self.line, self.dependencies);
                if let Some(package) = reading.package(Ecosystem::Hex, self.name, self.version, self.line) {
                    package.dependencies = dependencies;
                    package.digests.extend(self.digest);
                }
            }
            "git" => {
                let detail = format!("{} comes from git and has no version", quoted(self.key));
                reading.problem_at(ProblemKind::Unpinned, self.line, detail);
            }
            _ => {
                let detail = format!("{} comes from no known kind of source", quoted(self.key));
                reading.problem_at(ProblemKind::Unsupported, self.line, detail);
            }
        }
    }
}

/// What an Elixir term is written with, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    Comma,
    /// A string, without its quotes and with its escapes.
    Text(&'a str),
    /// An atom, without its colon.
    Atom(&'a str),
    Other,
    /// A string without an end.
    Unclosed,
}

/// The tokens of a text, each with its offset.
fn tokens(text: &str) -> impl Iterator<Item = (usize, Token<'_>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '%');
        let offset = text.len() - rest.len();
        let (token, length) = match *rest.as_bytes().first()? {
            b'{' | b'[' => (Token::Open, 1),
            b'}' | b']' => (Token::Close, 1),
            b',' => (Token::Comma, 1),
            b'"' => string(rest),
            b':' if rest.starts_with(":\"") => {
                let (token, length) = string(rest.get(1..).unwrap_or_default());
                (if let Token::Text(text) = token { Token::Atom(text) } else { token }, length.saturating_add(1))
            }
            b':' => {
                let name = word(rest.get(1..).unwrap_or_default());
                (if name.is_empty() { Token::Other } else { Token::Atom(name) }, name.len().saturating_add(1))
            }
            _ => (Token::Other, word(rest).len().max(rest.chars().next().map_or(1, char::len_utf8))),
        };
        rest = rest.get(length..).unwrap_or_default();
        Some((offset, token))
    })
}

/// The letters, digits and underscores that a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '@' | '?' | '!'));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The string that a text begins with, and its length with the quotes.
fn string(text: &str) -> (Token<'_>, usize) {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    match end.and_then(|end| text.get(1..end.saturating_add(1))) {
        Some(inner) => (Token::Text(inner), inner.len().saturating_add(2)),
        None => (Token::Unclosed, text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_parted_into_tokens() {
        let found: Vec<_> = tokens(r#"%{"a": {:"b-c", "x\"y"}, é: nil, :d"#).map(|(_, token)| token).collect();
        let expected = [
            Token::Open,
            Token::Text("a"),
            Token::Other,
            Token::Open,
            Token::Atom("b-c"),
            Token::Comma,
            Token::Text("x\\\"y"),
            Token::Close,
            Token::Comma,
            Token::Other,
            Token::Other,
            Token::Other,
            Token::Comma,
            Token::Atom("d"),
        ];
        assert_eq!(found, expected);
        assert_eq!(tokens("\"a").last(), Some((0, Token::Unclosed)));
    }
}
