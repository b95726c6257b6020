//! Which licences a text is, by the phrases that are in it.
//!
//! The phrases are data: `content/licences/texts.toml`. What is named is there word for word; where nothing is, nobody
//! guesses. A text may hold several licences.

use std::sync::LazyLock;

use serde::Deserialize;

/// Characters that every phrase has at least, by which it is looked up.
const BEGINNING: usize = 8;

/// Places to look phrases up in, as a power of two: several for each phrase, and few enough for the fastest memory.
const SLOT_BITS: u32 = 10;

const DATA: &str = include_str!("../../../../content/licences/texts.toml");

/// The table; empty if the data cannot be read, which a test excludes.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str::<Data>(DATA).map(|data| Table::new(data.text)).unwrap_or_default());

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    text: Vec<Entry>,
}

/// What tells the text of a licence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    licence: String,
    has: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
}

#[derive(Default)]
struct Table {
    phrases: Vec<String>,
    /// Numbers of phrases, by the [`slot`] of how they begin.
    slots: Vec<Vec<usize>>,
    rules: Vec<Rule>,
}

/// An entry, with numbers of phrases.
struct Rule {
    licence: String,
    /// One of each must be there.
    has: Vec<Vec<usize>>,
    /// None may be there.
    lacks: Vec<usize>,
}

impl Table {
    fn new(entries: Vec<Entry>) -> Self {
        let mut table = Self { slots: vec![Vec::new(); 1 << SLOT_BITS], ..Self::default() };
        for Entry { licence, has, lacks } in entries {
            let any = |phrases: &String| phrases.split('|').map(|phrase| table.number(phrase.trim())).collect();
            let has = has.iter().map(any).collect();
            let lacks = lacks.iter().map(|phrase| table.number(phrase)).collect();
            table.rules.push(Rule { licence, has, lacks });
        }
        table
    }

    /// The number of a phrase, a new one if it is new.
    fn number(&mut self, phrase: &str) -> usize {
        if let Some(number) = self.phrases.iter().position(|known| known == phrase) {
            return number;
        }
        let number = self.phrases.len();
        // A phrase that is too short is found nowhere; a test excludes it.
        if let Some(slot) = slot(phrase.as_bytes()).and_then(|slot| self.slots.get_mut(slot)) {
            slot.push(number);
        }
        self.phrases.push(phrase.to_owned());
        number
    }

    /// Which phrases are among [`words`], by number.
    fn found(&self, words: &[u8]) -> Vec<bool> {
        let mut found = vec![false; self.phrases.len()];
        for place in memchr::memchr_iter(b' ', words) {
            let rest = words.get(place + 1..).unwrap_or_default();
            for number in slot(rest).and_then(|slot| self.slots.get(slot)).into_iter().flatten() {
                if let (Some(phrase), Some(found)) = (self.phrases.get(*number), found.get_mut(*number)) {
                    *found |= rest.strip_prefix(phrase.as_bytes()).is_some_and(|behind| behind.starts_with(b" "));
                }
            }
        }
        found
    }
}

/// Where a text that begins so is looked up; `None` for one that is too short. Multiplying by an odd number mixes the
/// characters into the upper bits.
fn slot(text: &[u8]) -> Option<usize> {
    let beginning = u64::from_le_bytes(*text.first_chunk::<BEGINNING>()?);
    usize::try_from(beginning.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - SLOT_BITS)).ok()
}

/// The licences that a text is, as SPDX expressions, sorted and each once.
pub(crate) fn recognise(text: &[u8]) -> Vec<&'static str> {
    let table = &*TABLE;
    let found = table.found(&words(text));
    let is_found = |number: &usize| found.get(*number).copied().unwrap_or(false);
    let is_there =
        |rule: &&Rule| rule.has.iter().all(|any| any.iter().any(is_found)) && !rule.lacks.iter().any(is_found);
    let mut licences: Vec<&str> = table.rules.iter().filter(is_there).map(|rule| rule.licence.as_str()).collect();
    licences.sort_unstable();
    licences.dedup();
    licences
}

/// The words of a text in small letters, with a blank before and behind each: what else stands between words, as a comment's
/// signs or a frame, makes no difference.
fn words(text: &[u8]) -> Vec<u8> {
    let mut words = Vec::with_capacity(text.len() + 2);
    words.push(b' ');
    for word in text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        words.extend_from_slice(word);
        words.push(b' ');
    }
    words.make_ascii_lowercase();
    words
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_phrase_of_the_data_can_be_found() {
        let data: Data = toml::from_str(DATA).unwrap();
        assert!(data.text.is_sorted_by_key(|entry| entry.licence.to_lowercase()));
        for entry in &data.text {
            let phrases = entry.has.iter().flat_map(|phrases| phrases.split('|')).map(str::trim);
            for phrase in phrases.chain(entry.lacks.iter().map(String::as_str)) {
                assert!(phrase.len() >= BEGINNING, "{phrase}");
                assert_eq!(words(phrase.as_bytes()), format!(" {phrase} ").into_bytes());
            }
            assert!(!entry.has.is_empty(), "{}", entry.licence);
        }
    }

    /// Texts of the SPDX list that differ from another by a condition or a few words, and ask for nothing of another family.
    const VARIANTS: &[(&str, &[&str])] = &[
        ("Artistic-1.0", &["Artistic-dist", "NBPL-1.0", "OLDAP-1.1"]),
        ("Artistic-1.0-Perl", &["Artistic-1.0-cl8"]),
        (
            "BSD-2-Clause",
            &[
                "BSD-2-Clause-Darwin",
                "BSD-2-Clause-first-lines",
                "BSD-2-Clause-pkgconf-disclaimer",
                "BSD-2-Clause-pos-unchanged",
                "Linux-OpenIB",
                "Minpack",
                "Mup",
                "libutil-David-Nugent",
            ],
        ),
        (
            "BSD-3-Clause",
            &[
                "AMPAS",
                "BSD-3-Clause-HP",
                "BSD-3-Clause-Open-MPI",
                "BSD-3-Clause-Tso",
                "BSD-3-Clause-flex",
                "BSD-Mark-Modifications",
                "Intel",
                "UCAR",
            ],
        ),
        ("BSD-4-Clause", &["BSD-4-Clause-UC", "Caldera", "Caldera-no-preamble"]),
        ("ISC", &["ISC-Veillard", "OSSP", "pkgconf"]),
        ("MIT", &["DocBook-XML", "MIT-Click", "MIT-STK", "MIT-Wu", "Xnet"]),
        ("MPL-2.0", &["MPL-2.0-no-copyleft-exception"]),
        ("OFL-1.1", &["OFL-1.1-RFN", "OFL-1.1-no-RFN"]),
        ("Python-2.0", &["Python-2.0.1"]),
        ("Unlicense", &["Unlicense-libwhirlpool"]),
        ("X11", &["SGI-B-2.0", "X11-no-permit-persons", "X11-swapped"]),
        ("Zlib", &["Cube", "zlib-acknowledgement"]),
    ];

    /// SPDX lists each licence with its text. Each that the data names is recognised by its own, and by no other but its
    /// variants.
    #[test]
    fn the_texts_of_the_spdx_list_are_told_apart() {
        let named: BTreeSet<&str> = TABLE.rules.iter().map(|rule| rule.licence.as_str()).collect();
        for (name, text) in spdx::text::LICENSE_TEXTS {
            if spdx::license_id(name).is_some_and(spdx::LicenseId::is_deprecated) {
                continue;
            }
            let variant = VARIANTS.iter().find(|(_, variants)| variants.contains(name)).map(|(licence, _)| *licence);
            // The text is the same, so it does not tell.
            let only = name.strip_suffix("-or-later").map(|stem| format!("{stem}-only"));
            let meant = only.as_deref().or(variant).unwrap_or(name);
            let expected: &[&str] = if named.contains(meant) { &[meant] } else { &[] };
            assert_eq!(recognise(text.as_bytes()), expected, "{name}");
        }
        let is_listed = |name: &&&str| spdx::text::LICENSE_TEXTS.iter().any(|(listed, _)| listed == *name);
        let unlisted: Vec<_> = named.iter().filter(|name| !is_listed(name)).copied().collect();
        assert_eq!(unlisted, ["Apache-2.0 WITH LLVM-exception", "LicenseRef-Commons-Clause"]);
    }

    #[test]
    fn notices_name_what_the_text_of_the_licence_does_not_tell() {
        let gnu = |kind: &str, version: &str| {
            format!(
                " * This program is free software; you can redistribute it and/or modify\n * it under the terms of the GNU \
                 {kind} Public License as\n * published by the Free Software Foundation; {version}."
            )
        };
        for (text, expected) in [
            (
                gnu("General", "either version 2 of the\n * License, or (at your option) any later version"),
                "GPL-2.0-or-later",
            ),
            (gnu("General", "either version 2, or (at your option) any later version"), "GPL-2.0-or-later"),
            (
                gnu("General", "either version 3 of the License, or (at your option) any later version"),
                "GPL-3.0-or-later",
            ),
            (gnu("General", "version 2 of the License"), "GPL-2.0-only"),
            (gnu("Lesser General", "either version 2.1 of the License, or any later version"), "LGPL-2.1-or-later"),
            (gnu("Lesser General", "version 2.1 of the License"), "LGPL-2.1-only"),
            (gnu("Library General", "either version 2 of the License, or any later version"), "LGPL-2.0-or-later"),
            (gnu("Lesser General", "either version 3 of the License, or any later version"), "LGPL-3.0-or-later"),
            (gnu("Affero General", "either version 3 of the License, or any later version"), "AGPL-3.0-or-later"),
            ("# Licensed under the Apache License, Version 2.0 (the \"License\")".into(), "Apache-2.0"),
            ("LLVM Exceptions to the Apache 2.0 License".into(), "Apache-2.0 WITH LLVM-exception"),
            (
                "\u{201c}Commons Clause\u{201d} License Condition v1.0. Licensed under the Apache License, Version 2.0"
                    .into(),
                "LicenseRef-Commons-Clause",
            ),
        ] {
            assert_eq!(recognise(text.as_bytes()), [expected], "{text}");
        }
    }

    #[test]
    fn quiet_where_a_licence_is_only_spoken_of() {
        for text in [
            "",
            "MIT",
            "See the file COPYING for the terms, or the GNU General Public License.",
            "This software is not under the MIT License. All rights reserved.",
            "Permission is hereby granted, free of charge, to any person obtaining a copy of the questionnaire.",
            "Redistributions of source code must retain the above copyright notice. Nothing else is granted.",
            "The Apache License has a version 2.0, and the Mozilla Public License too.",
        ] {
            assert_eq!(recognise(text.as_bytes()), [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_search_for_each_phrase(parts in prop::collection::vec((0..100usize, "[ ,.a-z]{0,3}"), 0..8)) {
            let text: String = parts
                .iter()
                .map(|(number, rest)| TABLE.phrases.get(*number).cloned().unwrap_or_default() + rest)
                .collect();
            let words = String::from_utf8(words(text.as_bytes())).unwrap();
            let found = TABLE.found(words.as_bytes());
            for (phrase, found) in TABLE.phrases.iter().zip(found) {
                prop_assert_eq!(found, words.contains(&format!(" {phrase} ")), "{}", phrase);
            }
        }
    }
}
