//! Texts of licences beside the records of installed packages.
//!
//! Sources: npm's documentation, "package.json", "license"; PyPA's "Recording installed projects".

use boltseal_model::{Ecosystem, HeldTo, Limits, Problems};

use crate::licence_text::recognise;
use crate::reading::Reading;
use crate::{Analyzer, File, Inventory, Pattern};

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "licence-file",
    title: "Texts of licences",
    files: &[Pattern::Licence],
    sees: "which of some sixty licences the text is, for packages that state none themselves, or only in which file it lies",
    misses: "every other licence; terms that somebody adds to a text or takes from it; whether the whole text of a GNU licence \
             is meant with later versions; a choice between several texts, which all seem to hold; licences of what a package \
             brings along, in folders below it",
    ecosystems: &[Ecosystem::Npm, Ecosystem::Pypi],
    evidence: &[],
    source: "content/licences/texts.toml",
    held_to: Some(HeldTo {
        what: "the texts of the SPDX list",
        tests: &["crates/build/inventory/src/licence_text.rs::the_texts_of_the_spdx_list_are_told_apart"],
    }),
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    reading.notice(None, recognise(file.bytes));
    reading.finish()
}
