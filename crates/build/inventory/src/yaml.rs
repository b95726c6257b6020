//! YAML from hostile hands.

use std::fmt;
use std::marker::PhantomData;

use boltseal_model::ProblemKind;
use boltseal_yaml::{documents, read};
use serde::de::{Deserialize, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_saphyr::{Deserializer, Error, Spanned};

use crate::json::Key;
use crate::reading::Reading;

/// Documents read from one file. pnpm writes two; a stream of empty ones would cost a parser for every four bytes.
const DOCUMENTS: usize = 16;

/// A string of the text that is read, and where it stands.
pub(crate) type Text<'a> = Spanned<Key<'a>>;

/// Reads every document of the file. `report` gets each one with the number of lines before it; what it adds to the reading
/// before a damaged spot stays.
pub(crate) fn read_documents<'a>(
    reading: &mut Reading<'a>,
    text: &'a str,
    mut report: impl FnMut(&mut Reading<'a>, u32, Deserializer<'a, '_>) -> Result<(), Error>,
) {
    for (count, (before, document)) in documents(text).enumerate() {
        if count == DOCUMENTS {
            return reading
                .problem(ProblemKind::TooMany, format!("more than {DOCUMENTS} documents; the rest is not read"));
        }
        let limits = reading.limits();
        let result = read(document, before, limits, |reader| report(reading, before, reader));
        if let Err(fault) = result {
            reading.problem_at(fault.kind, fault.at.map(|at| at.line), fault.detail);
        }
    }
}

/// Reads the entries of the mapping at `key` of every document, one after the other.
pub(crate) fn read_entries<'a, T: Deserialize<'a>>(
    reading: &mut Reading<'a>,
    key: &str,
    mut report: impl FnMut(&mut Reading<'a>, Option<u32>, &str, &T),
) {
    let text = match reading.utf8() {
        Ok(text) => text,
        Err((kind, detail)) => return reading.problem(kind, detail),
    };
    read_documents(reading, text, |reading, before, deserializer| {
        let object = Object { reading, before, key: Some(key), report: &mut report, entry: PhantomData };
        object.deserialize(deserializer)
    });
}

/// A whole document, or the mapping at one of its keys.
struct Object<'r, 'a, 'k, T, F> {
    reading: &'r mut Reading<'a>,
    before: u32,
    /// Where the wanted mapping is; `None` in it.
    key: Option<&'k str>,
    report: &'r mut F,
    entry: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>, F: FnMut(&mut Reading<'de>, Option<u32>, &str, &T)> DeserializeSeed<'de>
    for Object<'_, 'de, '_, T, F>
{
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(&mut Reading<'de>, Option<u32>, &str, &T)> Visitor<'de>
    for Object<'_, 'de, '_, T, F>
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading, before, key: wanted, report, entry } = self;
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match wanted {
                None => report(reading, line_of(before, &key), &key.value.0, &map.next_value()?),
                Some(wanted) if key.value.0 == wanted => {
                    let (reading, report) = (&mut *reading, &mut *report);
                    map.next_value_seed(Object { reading, before, key: None, report, entry })?;
                }
                Some(_) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// The line of a text, from 1, in a document that begins behind `before` lines.
pub(crate) fn line_of<T>(before: u32, text: &Spanned<T>) -> Option<u32> {
    let line = text.referenced.line();
    // The parser counts from 1, and says 0 where it does not know.
    (line > 0).then(|| before.saturating_add(u32::try_from(line).unwrap_or(u32::MAX)))
}
