//! How packages spell licences: from their words to SPDX expressions.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::Family;

const FAMILIES: &str = include_str!("../../../../../content/licences/families.txt");

/// The table of `content/licences/families.txt`.
struct Table {
    /// SPDX identifiers and our own names, by [`key`] of every spelling.
    names: HashMap<String, &'static str>,
    /// Families by identifier or our own name.
    families: HashMap<&'static str, Family>,
    /// The same, by the [`key`] of what spellings begin with.
    beginnings: Vec<(String, &'static str)>,
    /// SPDX identifiers of additions, by [`key`] of every spelling.
    additions: HashMap<String, &'static str>,
    /// Additions that let other software link.
    linking: HashSet<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(FAMILIES));

impl Table {
    fn read(text: &'static str) -> Self {
        let mut table = Self {
            names: HashMap::new(),
            beginnings: Vec::new(),
            families: HashMap::new(),
            additions: HashMap::new(),
            linking: HashSet::new(),
        };
        let mut family = None;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                family = section.parse().ok();
                continue;
            }
            let (name, spellings) = line.split_once('=').unwrap_or((line, ""));
            let name = name.trim();
            let names = match family {
                Some(family) => {
                    table.families.insert(name, family);
                    &mut table.names
                }
                None => {
                    table.linking.insert(name);
                    &mut table.additions
                }
            };
            for spelling in spellings.split('|').chain([name]) {
                match spelling.trim().strip_suffix('*') {
                    Some(beginning) => table.beginnings.push((key(beginning) + " ", name)),
                    None => drop(names.insert(key(spelling), name)),
                }
            }
        }
        // What the table does not speak of can still be named as the SPDX list does; the table's word goes first, and an
        // identifier that is in use before one that is deprecated.
        let listed = || spdx::identifiers::LICENSES.iter().map(|license| license.name);
        for name in listed().filter(|name| spdx::license_id(name).is_some_and(|id| !id.is_deprecated())) {
            table.names.entry(key(name)).or_insert(name);
        }
        for addition in spdx::identifiers::EXCEPTIONS {
            table.additions.entry(key(addition.name)).or_insert(addition.name);
        }
        table.names.remove("");
        table
    }
}

/// The family of an SPDX identifier or a name of our own.
pub fn family(name: &str) -> Option<Family> {
    TABLE.families.get(name).copied()
}

/// Whether an addition lets other software link.
pub fn lets_link(addition: &str) -> bool {
    TABLE.linking.contains(addition)
}

/// The SPDX expression that the words of a package mean. What is not recognised becomes a name beginning with `LicenseRef-`,
/// so that the rest of an expression keeps its meaning; `None` where there is no word.
pub fn expression(stated: &str) -> Option<String> {
    // A classifier of PyPI says the licence after the last pair of colons.
    let stated = stated.rsplit("::").next().unwrap_or(stated).trim();
    if let Some(name) = named(stated) {
        return Some(name.to_owned());
    }
    let mut out = String::new();
    let mut words: Vec<&str> = Vec::new();
    let finish = |words: &mut Vec<&str>, out: &mut String| {
        if !words.is_empty() {
            out.push_str(&one(&words.join(" ")));
            words.clear();
        }
    };
    let mut tokens = tokens(stated).peekable();
    while let Some(token) = tokens.next() {
        // In Debian a comma before an operator makes a group of all that stands before it.
        let is_operator = |token: &&str| token.eq_ignore_ascii_case("and") || token.eq_ignore_ascii_case("or");
        if token == "," && tokens.peek().is_some_and(is_operator) {
            finish(&mut words, &mut out);
            out = format!("({out})");
            continue;
        }
        // `Apache License, Version 2.0` is one licence.
        if token == "," && tokens.peek().is_some_and(|next| next.eq_ignore_ascii_case("version")) {
            continue;
        }
        let operator = match token.to_ascii_lowercase().as_str() {
            "and" | "," | ";" | "&" => " AND ",
            "or" | "/" | "|" => " OR ",
            "(" => "(",
            ")" => ")",
            _ => {
                words.push(token);
                continue;
            }
        };
        finish(&mut words, &mut out);
        out.push_str(operator);
    }
    finish(&mut words, &mut out);
    (!out.is_empty()).then_some(out)
}

/// One licence, with its addition where it has one.
fn one(words: &str) -> String {
    if let Some(name) = named(words) {
        return name.to_owned();
    }
    let lower = words.to_ascii_lowercase();
    let with = [" with ", "-with-"].iter().find_map(|with| lower.find(with));
    let parts = with.and_then(|at| Some((words.get(..at)?, words.get(at + 6..)?)));
    if let Some((name, addition)) = parts.and_then(|(licence, addition)| Some((named(licence)?, addition))) {
        return match TABLE.additions.get(&key(addition)) {
            Some(addition) => format!("{name} WITH {addition}"),
            // What the addition allows is not known; the licence still holds.
            None => format!("{name} WITH AdditionRef-{}", plain(addition)),
        };
    }
    variant(words).map_or_else(|| format!("LicenseRef-{}", plain(words)), str::to_owned)
}

/// The words as a name within an expression.
fn plain(words: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '.';
    words.chars().map(|character| if plain(character) { character } else { '-' }).collect()
}

fn named(words: &str) -> Option<&'static str> {
    TABLE.names.get(&key(words)).copied()
}

/// The name of the variants of a licence that differ in the holder or a sentence.
fn variant(words: &str) -> Option<&'static str> {
    let key = key(words);
    TABLE.beginnings.iter().find(|(beginning, _)| key.starts_with(beginning)).map(|(_, name)| *name)
}

/// Words, and the signs that separate licences. "or later" belongs to the licence before it.
fn tokens(stated: &str) -> impl Iterator<Item = &str> {
    let sign = |character: char| matches!(character, '(' | ')' | ',' | ';' | '/' | '|' | '&');
    let blank = |character: char| character.is_whitespace() || character == '_';
    let split = |word| if "and/or".eq_ignore_ascii_case(word) { vec!["or"] } else { split_keeping(word, sign) };
    let words: Vec<&str> = stated.split(blank).flat_map(split).collect();
    let later = |words: &[&str], at: usize| {
        let is = |at: usize, any: &[&str]| {
            words.get(at).is_some_and(|word| any.iter().any(|it| word.eq_ignore_ascii_case(it)))
        };
        is(at, &["or"]) && is(at + 1, &["later", "newer", "any"])
    };
    let joins: Vec<bool> = (0..words.len()).map(|at| later(&words, at)).collect();
    words.into_iter().zip(joins).map(|(word, joins)| if joins { "or-later" } else { word })
}

fn split_keeping(word: &str, sign: impl Fn(char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = word;
    while let Some(at) = rest.find(&sign) {
        let (before, from) = rest.split_at(at);
        let (found, after) = from.split_at(from.chars().next().map_or(0, char::len_utf8));
        parts.extend([before, found]);
        rest = after;
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    parts
}

/// A spelling without what makes no difference: case, punctuation, filling words, and a last `.0` of a version.
fn key(spelling: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let separates = |character: char| !(character.is_alphanumeric() || matches!(character, '.' | '+'));
    for word in spelling.to_lowercase().split(separates) {
        for part in letters_and_numbers(word.trim_matches('.')) {
            match part.as_str() {
                "" | "the" | "license" | "licence" | "licensed" | "under" | "version" | "only" | "or" | "any" | "v" => {
                }
                "later" | "newer" => {
                    if let Some(last) = words.last_mut().filter(|last| !last.ends_with('+')) {
                        last.push('+');
                    }
                }
                _ => words.push(part),
            }
        }
    }
    words.dedup();
    words.join(" ")
}

/// `gplv2.0+` as `gpl` and `2+`.
fn letters_and_numbers(word: &str) -> Vec<String> {
    let Some(digit) = word.find(|character: char| character.is_ascii_digit()) else { return vec![word.to_owned()] };
    let (letters, number) = word.split_at(digit);
    if number.contains(|character: char| character.is_alphabetic()) {
        return vec![word.to_owned()];
    }
    let (number, plus) = number.strip_suffix('+').map_or((number, ""), |number| (number, "+"));
    let mut number = number;
    while let Some(shorter) = number.strip_suffix(".0") {
        number = shorter;
    }
    let letters = letters.strip_suffix('v').unwrap_or(letters);
    vec![letters.to_owned(), format!("{number}{plus}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_difference_is_left_out() {
        for (a, b) in [
            ("The Apache License, Version 2.0", "apache-2"),
            ("GPLv2+", "GPL version 2.0 or later"),
            ("LGPL2.1", "LGPL-2.1-only"),
            ("BSD-3-Clause", "bsd 3 clause"),
        ] {
            assert_eq!(key(a), key(b));
        }
        assert_ne!(key("GPL-2"), key("GPL-2+"));
        assert_ne!(key("ZPL-2.0"), key("ZPL-2.1"));
    }

    #[test]
    fn every_identifier_of_the_table_is_on_the_spdx_list() {
        for name in TABLE.families.keys().filter(|name| !name.starts_with("LicenseRef-")) {
            assert!(spdx::license_id(name).is_some_and(|id| !id.is_deprecated()), "{name}");
        }
        for name in &TABLE.linking {
            assert!(spdx::exception_id(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_identifier_is_its_own_spelling() {
        for name in TABLE.families.keys() {
            assert_eq!(named(name), Some(*name));
        }
    }

    #[test]
    fn no_spelling_stands_for_two_licences() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for line in FAMILIES.lines().filter(|line| !line.starts_with(['#', '['])) {
            let (name, spellings) = line.split_once('=').unwrap_or((line, ""));
            for spelling in
                spellings.split('|').filter(|spelling| !spelling.ends_with("* ")).map(key).filter(|key| !key.is_empty())
            {
                let before = seen.insert(spelling.clone(), name.trim());
                assert!(before.is_none_or(|before| before == name.trim()), "{spelling}: {before:?} and {name}");
            }
        }
    }
}
