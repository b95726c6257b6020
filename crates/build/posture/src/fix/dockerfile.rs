//! Edits of a Dockerfile: of an instruction as it is written.

use std::ops::Range;

use boltseal_policy::{Change, Edit};
use boltseal_yaml::edit::{Scalar, Splice};

use super::text::Lines;
use crate::dockerfile::{Extent, extents};

/// Fields of the model that flags say.
pub(super) const FLAGS: &[(&str, &str, &str)] = &[
    ("CopyFiles", "mode", "chmod"),
    ("Run", "network", "network"),
    ("Run", "security", "security"),
    ("Stage", "platform", "platform"),
];

/// What an edit does to a Dockerfile: bytes that change, and the number of the instruction that they are of.
pub(super) struct Planned {
    pub(super) splices: Vec<Splice>,
    pub(super) instruction: usize,
}

pub(super) fn planned(text: &str, edit: &Edit) -> Result<Planned, String> {
    let place = edit.near.or(edit.at).ok_or("it is not known where it stands")?;
    let extents = extents(text);
    let instruction = extents.iter().rposition(|extent| extent.at <= place).ok_or("it is of no instruction")?;
    let extent = extents.get(instruction).ok_or("it is of no instruction")?;
    let lines = Lines::of(text);
    let range = lines.byte(text, extent.at).zip(lines.end(extent.last_line)).map(|(start, end)| start..end);
    let range = range.filter(|range| range.start <= range.end).ok_or("it is not known where it stands")?;
    let splices = match &edit.change {
        Change::Replace(pattern) => {
            let written = text.get(range.clone()).unwrap_or_default();
            let found = pattern.replacements(written).into_iter();
            let found = found.map(|(part, new)| (range.start + part.start..range.start + part.end, new));
            found.filter(|(part, _)| !is_comment(text, part)).map(|(range, text)| Splice { range, text }).collect()
        }
        Change::Append(new) => vec![appended(text, range, extent, new)?],
        Change::Remove(values) if values.is_empty() => {
            let token = flag(text, &lines, extent, edit)?;
            let rest = text.get(token.end..).unwrap_or_default();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            vec![Splice { range: token.start..token.end + blanks, text: String::new() }]
        }
        Change::Set(Scalar::Text(value)) => {
            let token = flag(text, &lines, extent, edit)?;
            let written = text.get(token.clone()).unwrap_or_default();
            let Some((name, old)) = written.split_once('=') else { return Err(UNFIT.to_owned()) };
            if old.contains('$') {
                return Err("the value there is only known when it is built".to_owned());
            }
            vec![Splice { range: token.start + name.len() + 1..token.end, text: value.clone() }]
        }
        Change::Set(_) | Change::Add(_) | Change::Remove(_) => return Err(UNFIT.to_owned()),
    };
    if splices.is_empty() {
        return Err("the instruction does not have the words that the edit is for".to_owned());
    }
    Ok(Planned { splices, instruction })
}

const UNFIT: &str = "a Dockerfile has no one place for it";

/// Whether a part of the text begins in a line that is a comment.
fn is_comment(text: &str, part: &Range<usize>) -> bool {
    let before = text.get(..part.start).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default().trim_start().starts_with('#')
}

/// Where a flag stands, name and value.
fn flag(text: &str, lines: &Lines, extent: &Extent, edit: &Edit) -> Result<Range<usize>, String> {
    let known = FLAGS.iter().find(|(of, field, _)| *of == edit.of && *field == edit.field);
    let (_, _, name) = known.ok_or_else(|| UNFIT.to_owned())?;
    let flag = extent.flags.iter().rfind(|flag| flag.name.value == *name).ok_or("it has no such flag")?;
    let start = lines.byte(text, flag.name.at).ok_or("it is not known where it stands")?;
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let written = rest.get(..length).unwrap_or_default();
    // What stands in quotes may hold blanks.
    let is_whole = written.starts_with("--") && !written.contains(['"', '\'', '\\']);
    if is_whole { Ok(start..start + length) } else { Err(UNFIT.to_owned()) }
}

/// Behind the last line of the instruction that says something.
fn appended(text: &str, range: Range<usize>, extent: &Extent, new: &str) -> Result<Splice, String> {
    if !extent.is_shell {
        return Err("the command is no text of a shell in lines of the instruction itself".to_owned());
    }
    let written = text.get(range.clone()).unwrap_or_default();
    let mut end = range.start;
    let mut from = range.start;
    for line in written.split_inclusive('\n') {
        let content = line.trim_end();
        if !content.trim_start().starts_with('#') && !content.is_empty() {
            end = from + content.len();
        }
        from += line.len();
    }
    let last = text.get(..end).and_then(|text| text.rsplit('\n').next()).unwrap_or_default();
    if last.contains('#') || last.ends_with([';', '&', '|', '\\', '`', '(', '{']) {
        return Err("the command ends in a way that nothing can be put behind".to_owned());
    }
    Ok(Splice { range: end..end, text: new.to_owned() })
}
