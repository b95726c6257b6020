//! What is put where nothing was.

use granit_parser::ScalarStyle;

use super::layout::{indent, is_block_text, line_end, line_start};
use super::{Editor, Refusal, Scalar, Splice, Walk, write};
use crate::outline::{Member, Part, Shape, Written};

/// What is new under the last key.
#[derive(Clone, Copy)]
pub(super) enum Content<'v> {
    One(&'v Scalar),
    List(&'v [Scalar]),
}

impl Editor<'_> {
    /// Puts the missing keys and what is under the last of them where they belong.
    pub(super) fn insert(&self, walk: &Walk<'_>, content: Content<'_>) -> Result<Vec<Splice>, Refusal> {
        self.unshared(walk.part)?;
        let part = self.outline.part(walk.part).ok_or(Refusal::Unexpected)?;
        match &part.shape {
            Shape::Mapping { is_flow: true, entries } => self.between_brackets(walk, part, entries, content),
            Shape::Mapping { is_flow: false, entries } => self.in_lines(walk, part, entries, content),
            Shape::Scalar { .. } => self.under_nothing(walk, part, content),
            Shape::Alias | Shape::List { .. } => Err(Refusal::Unexpected),
        }
    }

    /// Behind the last entry that something can be put behind; otherwise before the first.
    fn in_lines(
        &self,
        walk: &Walk<'_>,
        part: &Written,
        entries: &[Member],
        content: Content<'_>,
    ) -> Result<Vec<Splice>, Refusal> {
        let indent = usize::try_from(part.at.column).unwrap_or(1).saturating_sub(1);
        if part.is_tagged || entries.iter().any(|entry| !self.has_plain_colon(entry)) {
            return Err(Refusal::Style);
        }
        let quotes = self.key_quotes(walk.part);
        let lines = self.lines(walk.missing, content, indent, quotes);
        let newline = self.layout.newline;
        let last = entries.iter().rev().find_map(|entry| {
            let last = self.outline.last_within(Part(entry.value))?;
            (!is_block_text(last)).then_some(self.outline.part(Part(entry.value))?.range.end.max(last.range.end))
        });
        if let Some(end) = last {
            let new: String = lines.iter().map(|line| format!("{newline}{line}")).collect();
            return Ok(vec![Splice::insert(line_end(self.text, end), new)]);
        }
        let first = entries.first().ok_or(Refusal::Unexpected)?;
        let new: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
        let new = new.trim_start_matches(' ').to_owned() + &" ".repeat(indent);
        Ok(vec![Splice::insert(first.range.start, new)])
    }

    /// Under a key that has no value.
    fn under_nothing(&self, walk: &Walk<'_>, part: &Written, content: Content<'_>) -> Result<Vec<Splice>, Refusal> {
        let around = part.parent.map(Part).ok_or(Refusal::Unexpected)?;
        let (entries, is_flow) = self.entries(around).ok_or(Refusal::Unexpected)?;
        let entry = entries.iter().find(|entry| Part(entry.value) == walk.part).ok_or(Refusal::Unexpected)?;
        if !self.has_plain_colon(entry) {
            return Err(Refusal::Style);
        }
        let quotes = self.key_quotes(around);
        if is_flow {
            let blank = if part.range.is_empty() { " " } else { "" };
            let new = format!("{blank}{{{}}}", self.inline(walk.missing, content, quotes));
            return Ok(vec![Splice::new(part.range.clone(), new)]);
        }
        let indent = usize::try_from(entry.at.column).unwrap_or(1).saturating_sub(1) + self.layout.step;
        let lines = self.lines(walk.missing, content, indent, quotes);
        let new: String = lines.iter().map(|line| format!("{}{line}", self.layout.newline)).collect();
        let end = line_end(self.text, part.range.end);
        let mut splices = vec![Splice::insert(end, new)];
        if !part.range.is_empty() {
            // The word for nothing goes, with the blank before it.
            let start = entry.range.end.saturating_add(1).min(part.range.start);
            splices.insert(0, Splice::new(start..part.range.end, ""));
        }
        Ok(splices)
    }

    /// Behind the last entry between brackets, in a line of its own where that has one.
    fn between_brackets(
        &self,
        walk: &Walk<'_>,
        part: &Written,
        entries: &[Member],
        content: Content<'_>,
    ) -> Result<Vec<Splice>, Refusal> {
        let quotes = self.key_quotes(walk.part);
        let Some(last) = entries.last() else {
            let inner = part.range.start + 1..part.range.end.saturating_sub(1);
            let is_blank = self.text.get(inner.clone()).is_some_and(|inner| inner.trim().is_empty());
            let new = self.inline(walk.missing, content, quotes);
            return if is_blank { Ok(vec![Splice::new(inner, new)]) } else { Err(Refusal::Style) };
        };
        let end = self.outline.part(Part(last.value)).ok_or(Refusal::Unexpected)?.range.end.max(last.range.end);
        let rest = self.text.get(end..part.range.end.saturating_sub(1)).ok_or(Refusal::Unexpected)?;
        let has_comma = rest.trim_start().starts_with(',');
        let is_own_line = self.is_first_of_its_line(last.range.start);
        if !is_own_line {
            // Whatever else stands there, a comment perhaps, ends what can be put behind it.
            if rest.contains('#') {
                return Err(Refusal::Style);
            }
            let blank = if self.layout.is_spaced { " " } else { "" };
            let new = self.inline(walk.missing, content, quotes);
            return Ok(vec![match has_comma {
                true => Splice::insert(end + rest.find(',').map_or(0, |comma| comma + 1), format!("{blank}{new},")),
                false => Splice::insert(end, format!(",{blank}{new}")),
            }]);
        }
        let indent = indent(self.text, last.range.start);
        let new = format!("{}{}", self.layout.newline, self.bracketed(walk.missing, content, indent, quotes));
        let line = line_end(self.text, end);
        let is_closed_there = line >= part.range.end;
        let behind = if is_closed_there { end } else { line };
        Ok(match (has_comma, behind == end) {
            (true, _) if is_closed_there => return Err(Refusal::Style),
            (true, _) => vec![Splice::insert(behind, new + ",")],
            (false, true) => vec![Splice::insert(end, format!(",{new}"))],
            (false, false) => vec![Splice::insert(end, ","), Splice::insert(behind, new)],
        })
    }

    /// Keys within each other, a line each, and what is under the last.
    fn lines(&self, keys: &[&str], content: Content<'_>, indent: usize, quotes: ScalarStyle) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (depth, key) in keys.iter().enumerate() {
            lines.push(format!("{}{}:", " ".repeat(indent + depth * self.layout.step), write::key(key, quotes)));
        }
        let of_value = value_quotes(quotes);
        match content {
            Content::One(value) => {
                if let Some(last) = lines.last_mut() {
                    last.push(' ');
                    last.push_str(&write::scalar(value, of_value(value)));
                }
            }
            Content::List(values) => {
                let depth = keys.len().saturating_sub(1) * self.layout.step;
                let blank = " ".repeat(indent + depth + self.layout.dash);
                lines.extend(values.iter().map(|value| format!("{blank}- {}", write::scalar(value, of_value(value)))));
            }
        }
        lines
    }

    /// Keys within each other in one line.
    fn inline(&self, keys: &[&str], content: Content<'_>, quotes: ScalarStyle) -> String {
        let blank = if self.layout.is_spaced { " " } else { "" };
        let mut new = self.value(content, quotes);
        for (index, key) in keys.iter().enumerate().rev() {
            new = format!("{}:{blank}{new}", write::key(key, quotes));
            if index > 0 {
                new = format!("{{{new}}}");
            }
        }
        new
    }

    /// Keys within each other between brackets, each in a line of its own.
    fn bracketed(&self, keys: &[&str], content: Content<'_>, indent: &str, quotes: ScalarStyle) -> String {
        let newline = self.layout.newline;
        let blank = self.layout.blank.to_string();
        let blanks = |depth: usize| format!("{indent}{}", blank.repeat(depth * self.layout.step));
        let mut new = String::new();
        let depth = keys.len().saturating_sub(1);
        for (index, key) in keys.iter().enumerate() {
            new += &format!("{}{}: ", blanks(index), write::key(key, quotes));
            if index < depth {
                new += &format!("{{{newline}");
            }
        }
        match content {
            Content::List(values) if self.layout.has_long_lists => {
                let of_value = value_quotes(quotes);
                let item = |value| format!("{newline}{}{}", blanks(depth + 1), write::scalar(value, of_value(value)));
                let items: Vec<String> = values.iter().map(item).collect();
                new += &format!("[{}{newline}{}]", items.join(","), blanks(depth));
            }
            _ => new += &self.value(content, quotes),
        }
        for index in (0..depth).rev() {
            new += &format!("{newline}{}}}", blanks(index));
        }
        new
    }

    fn value(&self, content: Content<'_>, quotes: ScalarStyle) -> String {
        let of_value = value_quotes(quotes);
        match content {
            Content::One(value) => write::scalar(value, of_value(value)),
            Content::List(values) => {
                let written: Vec<String> = values.iter().map(|value| write::scalar(value, of_value(value))).collect();
                format!("[{}]", written.join(if self.layout.is_spaced { ", " } else { "," }))
            }
        }
    }

    /// Whether a colon follows the key, as it does unless `?` is before it.
    fn has_plain_colon(&self, entry: &Member) -> bool {
        let rest = self.text.get(entry.range.end..).unwrap_or_default();
        rest.trim_start_matches([' ', '\t']).starts_with(':')
    }

    pub(super) fn is_first_of_its_line(&self, byte: usize) -> bool {
        let before = self.text.get(line_start(self.text, byte)..byte).unwrap_or_default();
        before.trim().is_empty()
    }
}

/// Texts are quoted where keys are, as JSON demands; other values never.
fn value_quotes(keys: ScalarStyle) -> impl Fn(&Scalar) -> ScalarStyle {
    move |value| match value {
        Scalar::Text(_) if keys == ScalarStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
        Scalar::Text(_) | Scalar::Flag(_) | Scalar::Integer(_) => ScalarStyle::Plain,
    }
}
