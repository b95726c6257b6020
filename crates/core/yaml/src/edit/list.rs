//! Elements of lists.

use granit_parser::ScalarStyle;

use super::layout::{dash, is_block_text, line_end, line_start, next_line};
use super::{Editor, Refusal, Scalar, Splice, insert, write};
use crate::outline::{Part, Shape, Written};

impl Editor<'_> {
    /// The texts of the elements of the list under a path of keys that are single values; none where there is no list.
    pub fn texts(&self, base: Part, keys: &[&str]) -> Vec<&str> {
        let Some((_, items)) = self.list(base, keys) else { return Vec::new() };
        items.iter().filter_map(|item| self.element(*item)).collect()
    }

    fn element(&self, item: usize) -> Option<&str> {
        match &self.outline.part(Part(item))?.shape {
            Shape::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    fn list(&self, base: Part, keys: &[&str]) -> Option<(Part, &[usize])> {
        let walk = self.walk(base, keys).ok().filter(|walk| walk.missing.is_empty())?;
        match &self.outline.part(walk.part)?.shape {
            Shape::List { items, .. } => Some((walk.part, items)),
            _ => None,
        }
    }

    /// Puts values behind the last element of the list under a path of keys, or in a new list.
    ///
    /// # Errors
    /// If that would change something else.
    pub fn add(&self, base: Part, keys: &[&str], values: &[Scalar]) -> Result<Vec<Splice>, Refusal> {
        let walk = self.walk(base, keys)?;
        if !walk.missing.is_empty() {
            return self.insert(&walk, insert::Content::List(values));
        }
        let part = self.outline.part(walk.part).ok_or(Refusal::Unexpected)?;
        self.unshared(walk.part)?;
        match &part.shape {
            Shape::List { is_flow, items } if !part.is_tagged => self.behind(part, *is_flow, items, walk.part, values),
            // A key without a value has an empty list.
            Shape::Scalar { text, style: ScalarStyle::Plain } if super::is_nothing(text) && !part.is_tagged => {
                let new = self.fresh(walk.part, values);
                let blank = if part.range.is_empty() { " " } else { "" };
                Ok(vec![Splice::new(part.range.clone(), format!("{blank}{new}"))])
            }
            Shape::Alias => Err(Refusal::Shared),
            Shape::Scalar { .. } | Shape::List { .. } => Err(Refusal::Computed),
            Shape::Mapping { .. } => Err(Refusal::Unexpected),
        }
    }

    fn fresh(&self, part: Part, values: &[Scalar]) -> String {
        let written: Vec<String> =
            values.iter().map(|value| write::scalar(value, self.quotes_of(part, value))).collect();
        format!("[{}]", written.join(if self.layout.is_spaced { ", " } else { "," }))
    }

    fn behind(
        &self,
        list: &Written,
        is_flow: bool,
        items: &[usize],
        part: Part,
        values: &[Scalar],
    ) -> Result<Vec<Splice>, Refusal> {
        let Some(last) = items.last().and_then(|last| self.outline.part(Part(*last))) else {
            let is_blank = self
                .text
                .get(list.range.clone())
                .is_some_and(|text| text.trim_start_matches('[').trim_end_matches(']').trim().is_empty());
            return match is_blank {
                true => Ok(vec![Splice::new(list.range.clone(), self.fresh(part, values))]),
                false => Err(Refusal::Style),
            };
        };
        let quotes = |value: &Scalar| match (&last.shape, value) {
            (Shape::Scalar { style: style @ (ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted), .. }, _) => *style,
            _ => self.quotes_of(part, value),
        };
        let written = values.iter().map(|value| write::scalar(value, quotes(value)));
        let end = last.range.end;
        if !is_flow {
            let within = self.outline.last_within(Part(*items.last().unwrap_or(&0))).ok_or(Refusal::Unexpected)?;
            if is_block_text(within) {
                return Err(Refusal::Style);
            }
            let indent = dash(self.text, last.range.start).ok_or(Refusal::Style)?;
            let new: String =
                written.map(|value| format!("{}{}- {value}", self.layout.newline, " ".repeat(indent))).collect();
            return Ok(vec![Splice::insert(line_end(self.text, end), new)]);
        }
        let rest = self.text.get(end..list.range.end).ok_or(Refusal::Unexpected)?;
        if rest.contains('#') || rest.trim_start().starts_with(',') {
            return Err(Refusal::Style);
        }
        let separator = match self.is_first_of_its_line(last.range.start) {
            true => {
                let start = line_start(self.text, last.range.start);
                let indent = self.text.get(start..last.range.start).unwrap_or_default();
                format!(",{}{indent}", self.layout.newline)
            }
            false => (if self.layout.is_spaced { ", " } else { "," }).to_owned(),
        };
        let new: String = written.map(|value| format!("{separator}{value}")).collect();
        Ok(vec![Splice::insert(end, new)])
    }

    /// Takes elements out of the list under a path of keys; the list itself, and the mappings around it that hold nothing else,
    /// where no element is left. Nothing where none is meant.
    ///
    /// # Errors
    /// If that would change something else.
    pub fn take_out(&self, base: Part, keys: &[&str], is_meant: impl Fn(&str) -> bool) -> Result<Vec<Splice>, Refusal> {
        let walk = self.walk(base, keys)?;
        if !walk.missing.is_empty() {
            return Ok(Vec::new());
        }
        let Some((part, items)) = self.list(base, keys) else { return Err(Refusal::Unexpected) };
        let goes = |index: &usize| self.element(*index).is_some_and(&is_meant);
        let going: Vec<usize> =
            items.iter().enumerate().filter(|(_, item)| goes(item)).map(|(place, _)| place).collect();
        if going.is_empty() {
            return Ok(Vec::new());
        }
        self.unshared(part)?;
        if going.len() == items.len() {
            return self.remove(base, keys);
        }
        let list = self.outline.part(part).ok_or(Refusal::Unexpected)?;
        let ranges: Vec<_> =
            items.iter().filter_map(|item| Some(self.outline.part(Part(*item))?.range.clone())).collect();
        match list.shape {
            Shape::List { is_flow: true, .. } => {
                let range = self.text.get(list.range.clone()).ok_or(Refusal::Unexpected)?;
                if range.contains('#') { Err(Refusal::Style) } else { Ok(without(&ranges, &going)) }
            }
            _ => going.iter().map(|place| self.dashed(ranges.get(*place))).collect(),
        }
    }

    /// Puts a text in place of the first element that is meant, in its quotes, of the list under a path of keys.
    ///
    /// # Errors
    /// If that would change something else, or if there is none.
    pub fn replace(
        &self,
        base: Part,
        keys: &[&str],
        is_meant: impl Fn(&str) -> bool,
        text: &str,
    ) -> Result<Vec<Splice>, Refusal> {
        let (part, items) = self.list(base, keys).ok_or(Refusal::Unexpected)?;
        self.unshared(part)?;
        let meant = items.iter().find(|item| self.element(**item).is_some_and(&is_meant)).ok_or(Refusal::Unexpected)?;
        let element = self.outline.part(Part(*meant)).ok_or(Refusal::Unexpected)?;
        match &element.shape {
            Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => Err(Refusal::Style),
            Shape::Scalar { style, .. } if !element.is_shared => {
                Ok(vec![Splice::new(element.range.clone(), write::scalar(&Scalar::Text(text.to_owned()), *style))])
            }
            _ => Err(Refusal::Shared),
        }
    }

    /// The lines of an element behind a dash.
    fn dashed(&self, range: Option<&std::ops::Range<usize>>) -> Result<Splice, Refusal> {
        let range = range.ok_or(Refusal::Unexpected)?;
        dash(self.text, range.start).ok_or(Refusal::Style)?;
        Ok(self.whole_lines(line_start(self.text, range.start), next_line(self.text, range.end)))
    }

    /// Lines that go. Where the last line of a text without an end goes, so does the end of the one before it.
    pub(super) fn whole_lines(&self, start: usize, end: usize) -> Splice {
        let is_unended = end == self.text.len() && !self.text.ends_with('\n');
        let before = self.text.get(..start).unwrap_or_default();
        let start = match (is_unended, before.strip_suffix('\n')) {
            (true, Some(line)) => line.strip_suffix('\r').unwrap_or(line).len(),
            _ => start,
        };
        Splice::new(start..end, "")
    }
}

/// What goes between brackets with some of the elements, some of which stay: each with the comma behind it, the last ones with
/// that before them.
pub(super) fn without(ranges: &[std::ops::Range<usize>], going: &[usize]) -> Vec<Splice> {
    let mut splices = Vec::new();
    let mut end = ranges.len();
    while let Some(last) = end.checked_sub(1).filter(|last| going.contains(last)) {
        end = last;
    }
    for place in going.iter().filter(|place| **place < end) {
        if let (Some(own), Some(next)) = (ranges.get(*place), ranges.get(place + 1)) {
            splices.push(Splice::new(own.start..next.start, ""));
        }
    }
    if let (Some(stays), Some(last)) = (end.checked_sub(1).and_then(|it| ranges.get(it)), ranges.last())
        && end < ranges.len()
    {
        splices.push(Splice::new(stays.end..last.end, ""));
    }
    splices
}
