//! Words of a line: flags, pairs, lists in JSON, embedded texts, and what variables in them stand for.

use std::collections::HashMap;

/// Variables that may stand in a word.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    /// Values by name; without a value where whoever builds it gives one.
    pub(super) values: HashMap<String, Option<String>>,
    /// Whether there are no others: nothing comes from an image that is built upon.
    pub(super) are_all: bool,
}

impl Variables {
    fn get(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(value) => value.as_deref(),
            // The builder itself sets this one.
            None => (self.are_all && name != "PATH").then_some(""),
        }
    }

    fn is_unset(&self, name: &str) -> bool {
        self.are_all && name != "PATH" && !self.values.contains_key(name)
    }
}

/// A part of a text, from a byte to another.
pub(super) type Part<'t> = (usize, &'t str);

/// Parts between blanks. Quotes hold blanks together where `quotes` says so.
pub(super) fn split(text: &str, escape: char, quotes: bool) -> impl Iterator<Item = Part<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let start = from + (rest.len() - rest.trim_start().len());
        let word = text.get(start..)?;
        let end = if quotes { word_end(word, escape) } else { word.find(char::is_whitespace).unwrap_or(word.len()) };
        from = start + end;
        (end > 0).then(|| text.get(start..from)).flatten().map(|word| (start, word))
    })
}

/// A name without quotes and escapes.
pub(super) fn unquoted(name: &str, escape: char) -> String {
    name.chars().filter(|letter| !matches!(letter, '"' | '\'') && *letter != escape).collect()
}

/// Where the first word ends, quotes and what is escaped being part of it.
fn word_end(text: &str, escape: char) -> usize {
    let mut quote = None;
    let mut letters = text.char_indices();
    while let Some((index, letter)) = letters.next() {
        match quote {
            None if letter.is_whitespace() => return index,
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            Some(open) if letter == open => quote = None,
            _ if letter == escape && quote != Some('\'') => {
                letters.next();
            }
            _ => {}
        }
    }
    text.len()
}

/// The texts of a list in JSON, each with where its first letter stands; `None` if it is anything else.
pub(super) fn json(text: &str) -> Option<Vec<(usize, String)>> {
    let mut found = Vec::new();
    let mut letters = Letters { text, at: 0 };
    letters.skip_blanks();
    letters.expect('[')?;
    letters.skip_blanks();
    if letters.expect(']').is_none() {
        loop {
            letters.skip_blanks();
            letters.expect('"')?;
            let start = letters.at;
            found.push((start, letters.json_text()?));
            letters.skip_blanks();
            match letters.next()? {
                ',' => {}
                ']' => break,
                _ => return None,
            }
        }
    }
    letters.skip_blanks();
    letters.next().is_none().then_some(found)
}

struct Letters<'t> {
    text: &'t str,
    at: usize,
}

impl Letters<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn expect(&mut self, expected: char) -> Option<()> {
        (self.peek()? == expected).then(|| self.at += expected.len_utf8())
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    fn json_text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '\\' => match self.next()? {
                    letter @ ('"' | '\\' | '/') => text.push(letter),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    'u' => {
                        let high = self.hexadecimal()?;
                        let code = if (0xD800..0xDC00).contains(&high) && self.text.get(self.at..)?.starts_with("\\u") {
                            self.at += 2;
                            let low = self.hexadecimal()?.checked_sub(0xDC00)?;
                            0x10000 + ((high - 0xD800) << 10) + low
                        } else {
                            high
                        };
                        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    _ => return None,
                },
                letter if letter < ' ' => return None,
                letter => text.push(letter),
            }
        }
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// A name of a variable.
    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(letter) = self.peek().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_') {
            name.push(letter);
            self.next();
        }
        name
    }
}

/// What a word stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expanded {
    /// This text.
    Text(String),
    /// What whoever builds it makes of it; the text before is known.
    Unresolved { before: String },
    /// More than may be made of it.
    TooMuch,
}

/// Resolves quotes, escapes and variables of a word. `room` is how many bytes may be made of variables, `depth` how deep values
/// in place of others may lie within each other.
///
/// Source: the Dockerfile reference, "Environment replacement".
pub(super) fn expand(word: &str, escape: char, variables: &Variables, room: &mut usize, depth: usize) -> Expanded {
    let mut letters = Letters { text: word, at: 0 };
    let mut expander = Expander { escape, variables, room, depth, is_known: true, known: None };
    let mut text = String::new();
    match expander.until(&mut letters, None, 0, &mut text) {
        Some(()) if expander.is_known => Expanded::Text(text),
        Some(()) => {
            text.truncate(expander.known.unwrap_or_default());
            Expanded::Unresolved { before: text }
        }
        None => Expanded::TooMuch,
    }
}

struct Expander<'v> {
    escape: char,
    variables: &'v Variables,
    room: &'v mut usize,
    depth: usize,
    is_known: bool,
    /// How much of the whole text stands before what is not known.
    known: Option<usize>,
}

impl Expander<'_> {
    /// Resolves until a letter that ends it, or to the end. Nothing if there is no room for it.
    fn until(&mut self, letters: &mut Letters<'_>, end: Option<char>, level: usize, text: &mut String) -> Option<()> {
        if level > self.depth {
            return None;
        }
        let mut is_quoted = false;
        while let Some(letter) = letters.next() {
            match letter {
                letter if Some(letter) == end && !is_quoted => return Some(()),
                '"' => is_quoted = !is_quoted,
                '\'' if !is_quoted => {
                    while let Some(letter) = letters.next().filter(|letter| *letter != '\'') {
                        text.push(letter);
                    }
                }
                '$' => {
                    let before = text.len();
                    self.variable(letters, level, text)?;
                    if level == 0 && !self.is_known {
                        self.known = self.known.or(Some(before));
                    }
                }
                letter if letter == self.escape => match letters.next() {
                    // Between quotes only these lose the escape.
                    Some(next) if is_quoted && next != '"' && next != '$' && next != self.escape => {
                        text.push(letter);
                        text.push(next);
                    }
                    Some(next) => text.push(next),
                    None => {}
                },
                letter => text.push(letter),
            }
        }
        Some(())
    }

    fn variable(&mut self, letters: &mut Letters<'_>, level: usize, text: &mut String) -> Option<()> {
        if letters.expect('{').is_none() {
            let name = letters.name();
            if name.is_empty() {
                text.push('$');
                return Some(());
            }
            return self.value(&name, text);
        }
        let name = letters.name();
        let asks_for_text = letters.expect(':').is_some();
        let operator = letters.next();
        // It may be given, or be of the image that is built upon.
        let value = self.variables.get(&name);
        let is_set = value.map(|value| !self.variables.is_unset(&name) && (!value.is_empty() || !asks_for_text));
        let mut word = String::new();
        match operator {
            Some('}') if !asks_for_text => return self.value(&name, text),
            Some('-' | '+' | '?') => {}
            _ => {
                // Patterns, and what is no variable at all.
                self.is_known = false;
                return self.until(letters, Some('}'), level + 1, &mut word);
            }
        }
        let was_known = self.is_known;
        self.until(letters, Some('}'), level + 1, &mut word)?;
        match (operator, is_set) {
            (Some('-'), Some(true)) | (Some('?'), Some(true)) => {
                self.is_known = was_known;
                self.value(&name, text)
            }
            (Some('+'), Some(false)) => {
                self.is_known = was_known;
                Some(())
            }
            // What nobody gives has the value that stands in its place.
            (Some('-'), Some(false) | None) | (Some('+'), Some(true)) => self.push(&word, text),
            _ => {
                self.is_known = false;
                Some(())
            }
        }
    }

    fn value(&mut self, name: &str, text: &mut String) -> Option<()> {
        let variables = self.variables;
        match variables.get(name) {
            Some(value) => self.push(value, text),
            None => {
                self.is_known = false;
                Some(())
            }
        }
    }

    fn push(&mut self, value: &str, text: &mut String) -> Option<()> {
        *self.room = self.room.checked_sub(value.len())?;
        text.push_str(value);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(word: &str) -> Expanded {
        let variables = [("a", Some("x")), ("empty", Some("")), ("given", None)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.map(str::to_owned)));
        let variables = Variables { values: variables.into(), are_all: false };
        expand(word, '\\', &variables, &mut 100, 4)
    }

    #[test]
    fn nothing_else_is_set_where_nothing_is_built_upon() {
        let variables = Variables { are_all: true, ..Variables::default() };
        for (word, expected) in [("a${b}c", "ac"), ("${b-x}", "x"), ("${b:+x}", ""), ("${b:-$c}", "")] {
            assert_eq!(expand(word, '\\', &variables, &mut 100, 4), Expanded::Text(expected.to_owned()), "{word}");
        }
        assert_eq!(expand("$PATH:/x", '\\', &variables, &mut 100, 4), Expanded::Unresolved { before: String::new() });
    }

    #[test]
    fn variables_are_resolved_as_the_reference_says() {
        for (word, expected) in [
            ("$a", "x"),
            ("${a}y", "xy"),
            ("$ab", "?"),
            ("\\$a", "$a"),
            ("'$a'", "$a"),
            ("\"$a b\"", "x b"),
            ("\"\\n\\\"\"", "\\n\""),
            ("${none:-y}", "y"),
            ("${empty:-y}", "y"),
            ("${empty-y}", ""),
            ("${a:-$given}", "x"),
            ("${a:+y}", "y"),
            ("${empty:+y}", ""),
            ("${given:-${a}z}", "xz"),
            ("${given:+y}", "?"),
            ("${a:?no}", "x"),
            ("${a#x}", "?"),
            ("p/$given", "?"),
            ("$", "$"),
            ("${a:-\"}\"}", "x"),
            ("${none:-\"}\"}", "}"),
        ] {
            match resolved(word) {
                Expanded::Text(text) => assert_eq!(text, expected, "{word}"),
                other => assert_eq!(expected, "?", "{word}: {other:?}"),
            }
        }
        assert_eq!(resolved("p/$given/$a"), Expanded::Unresolved { before: "p/".into() });
        assert_eq!(resolved("${a:-${a:-${a:-${a:-${a:-y}}}}}"), Expanded::TooMuch);
        assert_eq!(resolved(&"$a".repeat(101)), Expanded::TooMuch);
    }

    #[test]
    fn only_a_list_of_texts_is_one() {
        let texts = |text| json(text).map(|found| found.into_iter().map(|(_, text)| text).collect::<Vec<_>>());
        assert_eq!(texts(r#" [ "a b" , "\u00e9\ud83d\ude00\n" ] "#).unwrap(), ["a b", "é😀\n"]);
        assert_eq!(json("[]").unwrap(), []);
        for other in ["['a']", "[\"a\"", "[\"a\",]", "[1]", "[\"a\"] b", "", "[\"\\x\"]", "[\"\\ud800\\u0020\"]"] {
            assert_eq!(json(other), None, "{other}");
        }
    }

    #[test]
    fn quotes_hold_words_together() {
        let words = |text| split(text, '\\', true).map(|(_, word)| word).collect::<Vec<_>>();
        assert_eq!(words(r#" a="b c" d\ e 'f " g'  "#), [r#"a="b c""#, r"d\ e", r#"'f " g'"#]);
        assert_eq!(split(" a  'b c'", '\\', false).collect::<Vec<_>>(), [(1, "a"), (4, "'b"), (7, "c'")]);
    }
}
