//! `os-release`: the distribution and its release.
//!
//! Source: os-release(5).

use boltseal_model::{Distribution, Limits, ProblemKind, Problems};

use crate::reading::{Reading, line_number, quoted};
use crate::{Analyzer, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "os-release",
    title: "Distribution and release",
    files: &[Pattern::Path("etc/os-release"), Pattern::Path("usr/lib/os-release")],
    sees: "the distribution and its release; where both files exist, the one in etc counts",
    misses: "distributions without os-release; the release of Debian testing and unstable, which have none; what a derivative \
             is derived from",
    ecosystems: &[],
    evidence: &[],
    source: "os-release(5)",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let (mut id, mut version, mut name) = (None, None, None);
    let text = reading.text();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((variable, value)) = line.split_once('=') else {
            reading.problem_at(ProblemKind::Malformed, Some(line_number(index)), "is no assignment");
            continue;
        };
        // As in a shell, the last assignment counts.
        let wanted = match variable {
            "ID" => &mut id,
            "VERSION_ID" => &mut version,
            "PRETTY_NAME" => &mut name,
            _ => continue,
        };
        let line = Some(line_number(index));
        match unquote(value) {
            Some(value) => *wanted = reading.optional(variable, Some(&value), line),
            None => reading.problem_at(ProblemKind::Malformed, line, format!("{variable} has an unfinished quotation")),
        }
    }
    match id.map(|id| id.to_lowercase()) {
        Some(id) if id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-')) => {
            reading.distribution(Distribution { id, version, name });
        }
        Some(id) => reading.problem(ProblemKind::Malformed, format!("ID {} is no identifier", quoted(&id))),
        None => reading.problem(ProblemKind::Malformed, "there is no ID, so the distribution is not known"),
    }
    reading.finish()
}

/// The value of an assignment as a shell reads it, up to the end of its only word; `None` when a quotation has no end.
fn unquote(text: &str) -> Option<String> {
    let mut value = String::with_capacity(text.len());
    let mut quotation = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quotation) {
            ('\\', None | Some('"')) => match characters.next() {
                // Within double quotes a backslash stays, unless it stands before a character that is special there.
                Some(next) if quotation.is_none() || matches!(next, '"' | '\\' | '$' | '`') => value.push(next),
                Some(next) => value.extend(['\\', next]),
                None => return None,
            },
            (_, Some(open)) if character == open => quotation = None,
            ('"' | '\'', None) => quotation = Some(character),
            (' ' | '\t' | ';' | '#', None) => break,
            _ => value.push(character),
        }
    }
    quotation.is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_as_in_a_shell() {
        for (text, value) in [
            ("debian", Some("debian")),
            (r#""12""#, Some("12")),
            ("'Alpine Linux v3.19'", Some("Alpine Linux v3.19")),
            (r#""a \"b\" \$c \n""#, Some(r#"a "b" $c \n"#)),
            (r"'a \b'", Some(r"a \b")),
            (r"a\ b", Some("a b")),
            ("12 # a comment", Some("12")),
            ("", Some("")),
            (r#""open"#, None),
            (r"a\", None),
        ] {
            assert_eq!(unquote(text).as_deref(), value, "{text}");
        }
    }
}
