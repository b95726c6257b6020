//! Forms in which a report is written. One file each.

mod cyclonedx;
mod json;
mod sarif;
mod shared;
mod table;

use boltseal_model::Report;

/// How to write for a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether the output understands colours.
    pub color: bool,
    /// Columns of the terminal; `None` where lines may be as long as they like.
    pub width: Option<u16>,
}

/// One form.
#[derive(Debug)]
pub struct Format {
    /// The word after `--format`.
    pub id: &'static str,
    /// What it is for, in a line.
    pub title: &'static str,
    /// Writes a report. The same report and style give the same text.
    pub write: fn(&Report, Style) -> String,
}

/// Every form, sorted by id.
pub static ALL: &[&Format] = &[&cyclonedx::FORMAT, &json::FORMAT, &sarif::FORMAT, &table::FORMAT];

/// The form with this id.
pub fn find(id: &str) -> Option<&'static Format> {
    ALL.iter().find(|format| format.id == id).copied()
}
