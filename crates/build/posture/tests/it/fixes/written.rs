//! A declaration as people and programs write it: in lines or brackets, with comments, in any quotes.

use proptest::prelude::*;
use serde_json::Value;

/// How a file is written. Each choice is the next of a list, over and over.
#[derive(Debug, Clone)]
pub struct Manner {
    choices: Vec<u8>,
    newline: &'static str,
    step: usize,
    /// Whether dashes are further in than their key.
    is_dashed_in: bool,
    is_ended: bool,
    is_json: bool,
    has_mark: bool,
}

pub fn manner() -> impl Strategy<Value = Manner> {
    let newline = prop_oneof![3 => Just("\n"), 1 => Just("\r\n")];
    let flags = (any::<bool>(), prop::bool::weighted(0.8), prop::bool::weighted(0.3), prop::bool::weighted(0.1));
    (prop::collection::vec(any::<u8>(), 40), newline, 2..5_usize, flags).prop_map(
        |(choices, newline, step, (is_dashed_in, is_ended, is_json, has_mark))| Manner {
            choices,
            newline,
            step,
            is_dashed_in,
            is_ended,
            is_json,
            has_mark,
        },
    )
}

impl Manner {
    /// The text of a declaration.
    pub fn written(&self, value: &Value) -> String {
        let mut writer = Writer { manner: self, next: 0, lines: Vec::new() };
        let is_minified = self.is_json && self.choices[0] < 60;
        let text = match (self.is_json, is_minified) {
            (true, true) => value.to_string(),
            (true, false) => {
                writer.json(value);
                writer.lines.join(self.newline)
            }
            (false, _) => {
                writer.block(value, 0);
                writer.lines.join(self.newline)
            }
        };
        format!(
            "{}{text}{}",
            if self.has_mark { "\u{feff}" } else { "" },
            if self.is_ended { self.newline } else { "" }
        )
    }
}

struct Writer<'m> {
    manner: &'m Manner,
    next: usize,
    lines: Vec<String>,
}

impl Writer<'_> {
    /// Whether something is so, one time in as many.
    fn one_in(&mut self, times: u8) -> bool {
        self.next += 1;
        self.manner.choices[self.next % self.manner.choices.len()].is_multiple_of(times)
    }

    fn json(&mut self, value: &Value) {
        let indent = if self.one_in(5) { "\t".to_owned() } else { " ".repeat(self.manner.step) };
        let mut bytes = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
        serde::Serialize::serialize(value, &mut serializer).unwrap();
        self.lines.extend(String::from_utf8(bytes).unwrap().lines().map(str::to_owned));
    }

    fn comment(&mut self) -> &'static str {
        if self.one_in(6) { "  # why, {not}: \"known\"" } else { "" }
    }

    /// In lines, each further in by `indent`.
    fn block(&mut self, value: &Value, indent: usize) {
        let blanks = " ".repeat(indent);
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    if self.one_in(12) {
                        self.lines.push(format!("{blanks}# about {key}"));
                    }
                    let key = if self.one_in(9) { format!("\"{key}\"") } else { key.clone() };
                    self.under(&format!("{blanks}{key}:"), value, indent);
                }
            }
            Value::Array(elements) => {
                for element in elements {
                    let from = self.lines.len();
                    if is_scalar(element) || self.one_in(7) {
                        let written = self.flow(element);
                        let comment = self.comment();
                        self.lines.push(format!("{blanks}- {written}{comment}"));
                        continue;
                    }
                    self.block(element, indent + 2);
                    // The dash stands where the first line is indented, unless that is a comment.
                    match self.lines.get_mut(from).filter(|line| !line.trim_start().starts_with('#')) {
                        Some(line) => line.replace_range(indent..=indent, "-"),
                        None => self.lines.insert(from, format!("{blanks}-")),
                    }
                }
            }
            scalar => {
                let written = self.flow(scalar);
                self.lines.push(format!("{blanks}{written}"));
            }
        }
    }

    fn under(&mut self, key: &str, value: &Value, indent: usize) {
        let is_empty =
            value.as_object().is_some_and(serde_json::Map::is_empty) || value.as_array().is_some_and(Vec::is_empty);
        let comment = self.comment();
        if let Some(text) = value.as_str().filter(|text| is_block(text))
            && self.one_in(6)
        {
            let style = if self.one_in(2) { "|-" } else { ">" };
            self.lines.push(format!("{key} {style}{comment}"));
            self.lines.push(format!("{}{text}", " ".repeat(indent + self.manner.step)));
            return;
        }
        if is_scalar(value) || is_empty || self.one_in(6) {
            let written = self.flow(value);
            self.lines.push(format!("{key} {written}{comment}"));
            return;
        }
        self.lines.push(format!("{key}{comment}"));
        let further = match value {
            Value::Array(_) if !self.manner.is_dashed_in => 0,
            _ => self.manner.step,
        };
        self.block(value, indent + further);
    }

    /// In one line.
    fn flow(&mut self, value: &Value) -> String {
        let pad = if self.one_in(3) { " " } else { "" };
        match value {
            Value::Object(members) if !members.is_empty() => {
                let written: Vec<String> =
                    members.iter().map(|(key, value)| format!("{key}: {}", self.flow(value))).collect();
                format!("{{{pad}{}{pad}}}", written.join(", "))
            }
            Value::Array(elements) if !elements.is_empty() => {
                let written: Vec<String> = elements.iter().map(|element| self.flow(element)).collect();
                format!("[{pad}{}{pad}]", written.join(", "))
            }
            Value::String(text) if is_plain(text) && !self.one_in(3) => text.clone(),
            Value::String(text) if !text.contains(char::is_control) && self.one_in(2) => {
                format!("'{}'", text.replace('\'', "''"))
            }
            other => other.to_string(),
        }
    }
}

/// Whether a text may stand behind `|`. The sign `>` adds an end of a line, which the texts of names and images must not have.
fn is_block(text: &str) -> bool {
    text.contains(' ') && text.trim() == text
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Whether a text may stand without quotes, and is longer than any word that means something else.
fn is_plain(text: &str) -> bool {
    text.len() > 5
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "/.-".contains(letter))
}
