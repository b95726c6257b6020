//! Debian's files of licences.
//!
//! Sources: Debian policy, section 12.5; "Machine-readable debian/copyright file", version 1.0 (DEP 5).

use std::collections::BTreeSet;

use boltseal_model::{Ecosystem, Limits, Problems};
use memchr::memmem;

use crate::fields::{Line, lines};
use crate::licence_text::recognise;
use crate::licensee::DEBIAN;
use crate::reading::Reading;
use crate::{Analyzer, File, Inventory, Pattern};

/// Where Debian has the texts of common licences, to which packages refer.
const COMMON: &str = "/usr/share/common-licenses/";

pub(super) static ANALYZER: Analyzer = Analyzer {
    id: "dpkg-copyright",
    title: "Licences of Debian packages",
    files: &[Pattern::InChildOf { folder: DEBIAN, name: "copyright" }],
    sees: "the licences of every group of files in a machine-readable copyright file; in any other, the texts and notices that \
           are recognised, and references to the texts that every Debian system has",
    misses: "which of the source's files went into the package: the licences are those of the whole source, tests and packaging \
             included; in files that are not machine-readable, every other licence",
    ecosystems: &[Ecosystem::Deb],
    evidence: &[],
    source: "Debian Policy 12.5; DEP 5",
    held_to: None,
    parse,
};

fn parse(file: &File<'_>, limits: &Limits) -> (Inventory, Problems) {
    let mut reading = Reading::new(ANALYZER.id, file, limits);
    let text = reading.text();
    match stated(&text) {
        Some(licences) => reading.notice(None, licences),
        None => reading.notice(None, found(file.bytes)),
    }
    reading.finish()
}

/// The licences that a machine-readable file states, in the words of Debian; `None` for a file that is none.
fn stated(text: &str) -> Option<BTreeSet<&str>> {
    let mut lines = lines(text).map(|(_, line)| line).skip_while(|line| *line == Line::Blank);
    // The field had another name in drafts of the format, after which many files are written still.
    match lines.next() {
        Some(Line::Field(name, _))
            if ["format", "format-specification"].iter().any(|first| name.eq_ignore_ascii_case(first)) => {}
        _ => return None,
    }
    let mut all = Licences { is_of_files: true, ..Licences::default() };
    for line in lines {
        match line {
            Line::Blank => all.finish_stanza(),
            Line::Field(name, _) if name.eq_ignore_ascii_case("files") => all.is_of_files = true,
            Line::Field(name, value) if name.eq_ignore_ascii_case("license") && !value.is_empty() => {
                all.stanza.insert(value);
            }
            Line::Field(..) | Line::Continuation | Line::Other(_) => {}
        }
    }
    all.finish_stanza();
    Some(if all.of_files.is_empty() { all.defined } else { all.of_files })
}

/// The licences of a file.
#[derive(Default)]
struct Licences<'a> {
    /// Those of groups of files, and of the whole.
    of_files: BTreeSet<&'a str>,
    /// Those of stanzas that only give a text to a name. What others state may be a choice between several of them.
    defined: BTreeSet<&'a str>,
    /// Those of the stanza that is read.
    stanza: BTreeSet<&'a str>,
    is_of_files: bool,
}

impl Licences<'_> {
    fn finish_stanza(&mut self) {
        let of = if self.is_of_files { &mut self.of_files } else { &mut self.defined };
        of.append(&mut self.stanza);
        self.is_of_files = false;
    }
}

/// The licences whose texts and notices are recognised, and those that the file refers to.
fn found(bytes: &[u8]) -> BTreeSet<&str> {
    let recognised = recognise(bytes);
    let referred = memmem::find_iter(bytes, COMMON).filter_map(|place| {
        let rest = bytes.get(place + COMMON.len()..)?;
        let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b".-+".contains(byte));
        let name = str::from_utf8(rest.get(..end.unwrap_or(rest.len()))?).ok()?.trim_end_matches(['.', '-']);
        // The text of the University of California.
        let name = if name == "BSD" { "BSD-3-Clause" } else { name };
        (!name.is_empty() && !recognised.iter().any(|licence| is_told(name, licence))).then_some(name)
    });
    referred.collect::<BTreeSet<_>>().into_iter().chain(recognised.iter().copied()).collect()
}

/// Whether a licence that is recognised tells more than a reference does: `GPL-2.0-or-later` than `GPL-2`, and than `GPL`.
fn is_told(reference: &str, licence: &str) -> bool {
    let (family, version) = reference.split_once('-').unwrap_or((reference, ""));
    let other = licence.strip_prefix(family).and_then(|rest| rest.strip_prefix('-'));
    other.is_some_and(|other| {
        let rest = other.strip_prefix(version.trim_end_matches(".0"));
        rest.is_some_and(|rest| {
            version.is_empty() || rest.is_empty() || rest.starts_with("-") || rest.starts_with(".0")
        }) || other.ends_with("-or-later")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recognised_tells_more_than_a_reference() {
        for (reference, licence, expected) in [
            ("GPL-2", "GPL-2.0-or-later", true),
            ("GPL-2", "GPL-2.0-only", true),
            ("GPL", "GPL-2.0-only", true),
            ("GPL-3", "GPL-2.0-or-later", true),
            ("GPL-3", "GPL-2.0-only", false),
            ("GPL-2", "LGPL-2.1-only", false),
            ("LGPL-2", "LGPL-2.1-only", false),
            ("LGPL-2.1", "LGPL-2.1-only", true),
            ("Apache-2.0", "Apache-2.0", true),
            ("Artistic", "Artistic-1.0-Perl", true),
            ("MPL-1.1", "MPL-2.0", false),
        ] {
            assert_eq!(is_told(reference, licence), expected, "{reference} {licence}");
        }
    }
}
