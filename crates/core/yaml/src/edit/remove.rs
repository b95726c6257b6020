//! Entries of mappings that go.

use super::layout::{is_block_text, line_start, next_line};
use super::list::without;
use super::{Editor, Refusal, Splice};
use crate::outline::{Member, Part};

impl Editor<'_> {
    /// Takes what stands under a path of keys away, key and all, with the mappings around it that hold nothing else, but for the one
    /// that the path begins in. Nothing where nothing is there.
    ///
    /// # Errors
    /// If that would change something else.
    pub fn remove(&self, base: Part, keys: &[&str]) -> Result<Vec<Splice>, Refusal> {
        let walk = self.walk(base, keys)?;
        if !walk.missing.is_empty() {
            return Ok(Vec::new());
        }
        let mut part = walk.part;
        if part == base {
            return Err(Refusal::Unexpected);
        }
        loop {
            let around = self.outline.part(part).and_then(|part| part.parent).map(Part).ok_or(Refusal::Unexpected)?;
            let (entries, is_flow) = self.entries(around).ok_or(Refusal::Unexpected)?;
            if entries.len() == 1 {
                if around == base {
                    return Err(Refusal::Unexpected);
                }
                part = around;
                continue;
            }
            self.unshared(part)?;
            let place = entries.iter().position(|entry| Part(entry.value) == part).ok_or(Refusal::Unexpected)?;
            let key = entries.get(place).map(|entry| &entry.key);
            // What was there before would count again.
            if entries.iter().filter(|entry| Some(&entry.key) == key).count() > 1 {
                return Err(Refusal::Unexpected);
            }
            return if is_flow {
                self.out_of_brackets(around, entries, place)
            } else {
                self.out_of_lines(entries, place)
            };
        }
    }

    fn out_of_brackets(&self, around: Part, entries: &[Member], place: usize) -> Result<Vec<Splice>, Refusal> {
        let range = self.outline.part(around).map(|part| part.range.clone()).ok_or(Refusal::Unexpected)?;
        if self.text.get(range).is_none_or(|text| text.contains('#')) {
            return Err(Refusal::Style);
        }
        let ranges: Vec<_> = entries.iter().map(|entry| entry.range.start..self.end_of(entry)).collect();
        Ok(without(&ranges, &[place]))
    }

    fn out_of_lines(&self, entries: &[Member], place: usize) -> Result<Vec<Splice>, Refusal> {
        let entry = entries.get(place).ok_or(Refusal::Unexpected)?;
        let end = self.end_of(entry);
        if self.is_first_of_its_line(entry.range.start) {
            let last = self.outline.last_within(Part(entry.value)).ok_or(Refusal::Unexpected)?;
            let is_ended = is_block_text(last) && self.text.get(..end).is_some_and(|text| text.ends_with('\n'));
            let end = if is_ended { end } else { next_line(self.text, end) };
            return Ok(vec![self.whole_lines(line_start(self.text, entry.range.start), end)]);
        }
        // It stands behind a dash, where the next entry takes its place.
        let next = entries.get(place + 1).ok_or(Refusal::Unexpected)?;
        let between = self.text.get(end..next.range.start).ok_or(Refusal::Unexpected)?;
        if !between.trim().is_empty() {
            return Err(Refusal::Style);
        }
        Ok(vec![Splice::new(entry.range.start..next.range.start, "")])
    }

    fn end_of(&self, entry: &Member) -> usize {
        self.outline.part(Part(entry.value)).map_or(0, |value| value.range.end).max(entry.range.end)
    }
}
