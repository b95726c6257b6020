//! One instruction: its name, its flags, what follows, and what is embedded.

use boltseal_model::dockerfile::{CommandForm, Flag, Heredoc, Invocation};
use boltseal_model::{Located, Position, ProblemKind};

use super::lines::{Line, Lines};
use super::words;
use crate::reading::Reading;

/// Every instruction, with the flags that it has.
const KEYWORDS: &[(&str, &[&str])] = &[
    ("ADD", &["checksum", "chmod", "chown", "exclude", "keep-git-dir", "link", "unpack"]),
    ("ARG", &[]),
    ("CMD", &[]),
    ("COPY", &["chmod", "chown", "exclude", "from", "link", "parents"]),
    ("ENTRYPOINT", &[]),
    ("ENV", &[]),
    ("EXPOSE", &[]),
    ("FROM", &["platform"]),
    ("HEALTHCHECK", &["interval", "retries", "start-interval", "start-period", "timeout"]),
    ("LABEL", &[]),
    ("MAINTAINER", &[]),
    ("ONBUILD", &[]),
    ("RUN", &["device", "mount", "network", "security"]),
    ("SHELL", &[]),
    ("STOPSIGNAL", &[]),
    ("USER", &[]),
    ("VOLUME", &[]),
    ("WORKDIR", &[]),
];

/// Instructions in which a text may be embedded.
const EMBEDDING: [&str; 3] = ["ADD", "COPY", "RUN"];

/// An instruction of a line.
pub(super) struct Parsed<'l> {
    pub(super) keyword: &'static str,
    pub(super) at: Position,
    pub(super) flags: Vec<Flag>,
    pub(super) line: &'l Line,
    /// Where what follows the flags begins in the line.
    start: usize,
    pub(super) heredocs: Vec<Heredoc>,
    pub(super) is_on_build: bool,
    pub(super) escape: char,
}

impl<'l> Parsed<'l> {
    /// What follows the flags.
    pub(super) fn text(&self) -> &'l str {
        self.line.text.get(self.start..).unwrap_or_default().trim_end()
    }

    pub(super) fn located(&self) -> Located<String> {
        Located::new(self.text().to_owned(), self.line.at(self.start))
    }

    /// Where a byte of the text stands.
    pub(super) fn at(&self, byte: usize) -> Position {
        self.line.at(self.start + byte)
    }

    pub(super) fn flag(&self, name: &str) -> Option<Located<String>> {
        let flag = self.flags.iter().rfind(|flag| flag.name.value == name)?;
        Some(Located::new(flag.value.clone(), flag.name.at))
    }

    /// The words, as a list in JSON or between blanks.
    pub(super) fn words(&self) -> Vec<Located<String>> {
        match words::json(self.text()) {
            Some(found) => found.into_iter().map(|(byte, word)| Located::new(word, self.at(byte))).collect(),
            None => {
                let parts = words::split(self.text(), self.escape, false);
                parts.map(|(byte, word)| Located::new(word.to_owned(), self.at(byte))).collect()
            }
        }
    }

    /// A command, which is for a shell unless it is a list in JSON.
    pub(super) fn invocation(&self) -> Invocation {
        self.invocation_from(0)
    }

    /// A command that begins at a byte of the text.
    pub(super) fn invocation_from(&self, byte: usize) -> Invocation {
        let text = self.text().get(byte..).unwrap_or_default();
        let (form, words) = match words::json(text) {
            Some(found) => {
                let words = found.into_iter().map(|(index, word)| Located::new(word, self.at(byte + index)));
                (CommandForm::Exec, words.collect())
            }
            None if text.is_empty() => (CommandForm::Shell, Vec::new()),
            None => (CommandForm::Shell, vec![Located::new(text.to_owned(), self.at(byte))]),
        };
        Invocation { at: self.at, form, words }
    }
}

/// Reads a line as an instruction, and the lines after it that are embedded in it. Nothing if it is none.
pub(super) fn parse<'l>(reading: &mut Reading<'_>, line: &'l Line, lines: &mut Lines<'_>) -> Option<Parsed<'l>> {
    let mut parsed = head(reading, line, 0, lines.escape)?;
    if parsed.keyword == "ONBUILD" {
        let at = parsed.at;
        let inner = head(reading, line, parsed.start, lines.escape)?;
        if ["FROM", "MAINTAINER", "ONBUILD"].contains(&inner.keyword) {
            let detail = format!("`{}` may not stand behind `ONBUILD`; the instruction is not read", inner.keyword);
            reading.problem_at(ProblemKind::Malformed, at, &detail);
            return None;
        }
        parsed = Parsed { at, is_on_build: true, ..inner };
    }
    if EMBEDDING.contains(&parsed.keyword) && parsed.text().contains("<<") && words::json(parsed.text()).is_none() {
        parsed.heredocs = heredocs(reading, &parsed, lines);
    }
    Some(parsed)
}

/// Name and flags of the instruction that begins at a byte of a line.
fn head<'l>(reading: &mut Reading<'_>, line: &'l Line, byte: usize, escape: char) -> Option<Parsed<'l>> {
    let text = line.text.get(byte..).unwrap_or_default();
    let at = line.at(byte);
    let name = text.split(char::is_whitespace).next().unwrap_or_default();
    let Some((keyword, known)) = KEYWORDS.iter().find(|(keyword, _)| keyword.eq_ignore_ascii_case(name)) else {
        let name: String = name.chars().take(40).collect();
        let hint = if text.contains("{{") { "; a template must be rendered first" } else { "" };
        reading.problem_at(ProblemKind::Unsupported, at, &format!("there is no instruction {name:?}{hint}"));
        return None;
    };
    let mut flags = Vec::new();
    let mut start = skip_blanks(&line.text, byte + name.len());
    while let Some((_, word)) = words::split(line.text.get(start..).unwrap_or_default(), escape, true)
        .next()
        .filter(|(_, word)| word.starts_with("--"))
    {
        let at = line.at(start);
        start = skip_blanks(&line.text, start + word.len());
        let Some(flag) = word.get(2..).filter(|flag| !flag.is_empty()) else { break };
        let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
        if !known.contains(&name) {
            let name: String = name.chars().take(40).collect();
            reading.problem_at(ProblemKind::Unsupported, at, &format!("`{keyword}` has no flag `--{name}`"));
        }
        flags.push(Flag { name: Located::new(name.to_owned(), at), value: value.to_owned() });
    }
    Some(Parsed { keyword, at, flags, line, start, heredocs: Vec::new(), is_on_build: false, escape })
}

fn skip_blanks(text: &str, byte: usize) -> usize {
    let rest = text.get(byte..).unwrap_or_default();
    byte + (rest.len() - rest.trim_start().len())
}

/// The texts that the words of an instruction announce, in their order.
///
/// Source: the Dockerfile reference, "Here-Documents".
fn heredocs(reading: &mut Reading<'_>, parsed: &Parsed<'_>, lines: &mut Lines<'_>) -> Vec<Heredoc> {
    let announced: Vec<_> = words::split(parsed.text(), parsed.escape, true)
        .filter_map(|(byte, word)| announcement(word).map(|(name, expands, drops)| (byte, name, expands, drops)))
        .collect();
    let mut found = Vec::new();
    for (byte, name, expands, drops_tabs) in announced {
        let at = parsed.at(byte);
        let mut body = String::new();
        let mut first = None;
        let is_ended = loop {
            let Some((number, raw)) = lines.raw() else { break false };
            let line = if drops_tabs { raw.trim_start_matches('\t') } else { raw };
            if line == name {
                break true;
            }
            first = first.or(Some(Position { line: number, column: 1 }));
            body.push_str(line);
            body.push('\n');
        };
        if !is_ended {
            reading.problem_at(ProblemKind::Truncated, at, &format!("nothing ends what begins with `<<{name}`"));
        }
        found.push(Heredoc { name, expands, body: Located::new(body, first.unwrap_or(at)) });
    }
    found
}

/// What a word announces: the line that ends it, whether variables are resolved, and whether leading tabs are dropped.
pub(super) fn announcement(word: &str) -> Option<(String, bool, bool)> {
    let rest = word.trim_start_matches(|letter: char| letter.is_ascii_digit()).strip_prefix("<<")?;
    let (drops_tabs, quoted) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let name: String = quoted.chars().filter(|letter| !matches!(letter, '"' | '\'' | '\\')).collect();
    let is_name = !name.is_empty() && !name.contains(['<', '>', '|', ';', '&', '(', ')', '$']);
    is_name.then(|| (name.clone(), name == quoted, drops_tabs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_announce_what_is_embedded() {
        for (word, expected) in [
            ("<<EOF", Some(("EOF", true, false))),
            ("<<-'E F'", Some(("E F", false, true))),
            ("3<<\"E\"", Some(("E", false, false))),
            ("<<", None),
            ("<<<EOF", None),
            ("a<<EOF", None),
            ("<<-", None),
        ] {
            let expected = expected.map(|(name, expands, drops)| (name.to_owned(), expands, drops));
            assert_eq!(announcement(word), expected, "{word}");
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(KEYWORDS.is_sorted());
    }
}
