//! Forms in which reports are written. One file each.

mod cyclonedx;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
mod openvex;
mod sarif;
mod shared;
mod spdx;
mod table;

use boltseal_model::{HeldTo, Report};

#[cfg(test)]
pub(crate) use shared::testing;

/// How to write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether the output understands colours.
    pub color: bool,
    /// Columns of the terminal; `None` where lines may be as long as they like.
    pub width: Option<u16>,
    /// When the document is made, in seconds since 1970, for the forms that demand a time; `None` for the day of the newest
    /// advisory, so that the same report gives the same bytes.
    pub created: Option<u64>,
}

/// How many subjects one document of a form can tell of, and the function that writes it.
///
/// The same reports and style give the same text.
#[derive(Debug, Clone, Copy)]
pub enum Writer {
    /// One: the form has no place for another.
    One(fn(&Report, Style) -> String),
    /// As many as there are, in the order given.
    Many(fn(&[Report], Style) -> String),
}

/// One form.
#[derive(Debug)]
pub struct Format {
    /// The word after `--format`.
    pub id: &'static str,
    /// What it is for, in a line.
    pub title: &'static str,
    /// What it does not tell of a report, so that nobody takes silence for absence.
    pub omits: &'static str,
    /// The specification of the form.
    pub source: &'static str,
    /// What tests hold it to beside golden files: a schema, or a reader of the form.
    pub held_to: Option<HeldTo>,
    /// Writes reports.
    pub writer: Writer,
    /// Writes the bill of materials of a report alone, without findings, where the form is one for that.
    pub sbom: Option<fn(&Report, Style) -> String>,
}

/// Why reports are not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The form tells of one subject.
    #[error("a document in the format {format} describes one target, and {given} are given: run it once for each")]
    OneSubject {
        /// Id of the form.
        format: &'static str,
        /// How many reports there are.
        given: usize,
    },
}

impl Format {
    /// Whether one document tells of as many subjects as this.
    ///
    /// # Errors
    /// When the form has a place for one only.
    pub fn admits(&self, subjects: usize) -> Result<(), FormatError> {
        match self.writer {
            Writer::One(_) if subjects != 1 => Err(FormatError::OneSubject { format: self.id, given: subjects }),
            Writer::One(_) | Writer::Many(_) => Ok(()),
        }
    }

    /// One document of all reports.
    ///
    /// # Errors
    /// When there is not exactly one, and the form has a place for one only.
    pub fn write(&self, reports: &[Report], style: Style) -> Result<String, FormatError> {
        match (self.writer, reports) {
            (Writer::One(write), [report]) => Ok(write(report, style)),
            (Writer::One(_), _) => Err(FormatError::OneSubject { format: self.id, given: reports.len() }),
            (Writer::Many(write), _) => Ok(write(reports, style)),
        }
    }
}

/// Every form, sorted by id.
pub static ALL: &[&Format] = &[
    &cyclonedx::FORMAT,
    &gitlab::FORMAT,
    &html::FORMAT,
    &json::FORMAT,
    &junit::FORMAT,
    &markdown::FORMAT,
    &openvex::FORMAT,
    &sarif::FORMAT,
    &spdx::FORMAT,
    &table::FORMAT,
];

/// The form with this id.
pub fn find(id: &str) -> Option<&'static Format> {
    ALL.iter().find(|format| format.id == id).copied()
}

/// The forms of bills of materials.
pub fn sboms() -> impl Iterator<Item = &'static Format> {
    ALL.iter().copied().filter(|format| format.sbom.is_some())
}
