//! The entries of a JSON file that lie at given places, read one after the other, so that a large file costs no more than
//! one entry, and that what stands before a damaged spot is kept.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::{self, Key};
use crate::lines::LineCounter;
use crate::reading::Reading;

/// A place: the names of the members on the way to it. [`ANY`] stands for every member of an object and every element of
/// a list.
pub(crate) type Route = &'static [&'static str];

/// Any name.
pub(crate) const ANY: &str = "*";

/// What stands at a place.
pub(crate) struct Entry<'e, 'a> {
    /// Names of the members on the way, the place's own last. An element of a list has an empty one.
    pub(crate) keys: &'e [Cow<'a, str>],
    /// The entry itself.
    pub(crate) value: &'a RawValue,
    text: &'a [u8],
    lines: &'e mut LineCounter<'a>,
}

impl<'a> Entry<'_, 'a> {
    /// The name of the member on the way with this index; empty if there is none.
    pub(crate) fn key(&self, index: usize) -> &str {
        self.keys.get(index).map_or("", |key| key)
    }

    /// The raw values of some members, if the entry is an object.
    pub(crate) fn members<const N: usize>(&self, names: &[&'static str; N]) -> Option<[Option<&'a RawValue>; N]> {
        json::members(self.value, names)
    }

    /// The line of a value in the entry, or else that of the entry. To be asked once, because lines are counted forwards.
    pub(crate) fn line(&mut self, value: Option<&RawValue>) -> Option<u32> {
        json::offset(self.text, value.unwrap_or(self.value)).and_then(|offset| self.lines.at(offset))
    }
}

/// Hands every entry at one of the places to `report`, in the order of the file. Tells whether all of the file was read;
/// where it was not, that is reported.
pub(crate) fn read_entries<'a>(
    reading: &mut Reading<'a>,
    routes: &[Route],
    mut report: impl FnMut(&mut Reading<'a>, &mut Entry<'_, 'a>),
) -> bool {
    let text = match json::text(reading.file(), reading.limits()) {
        Ok(text) => text,
        Err(problem) => {
            reading.add(problem);
            return false;
        }
    };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let mut walk = Walk { reading, text, lines: LineCounter::new(text), keys: Vec::new(), report: &mut report };
    let result = Object { walk: &mut walk, routes: routes.to_vec() }.deserialize(&mut reader);
    let result = result.and_then(|()| reader.end());
    if let Err(error) = &result {
        let problem = json::problem(reading.file().path, error);
        reading.add(problem);
    }
    result.is_ok()
}

/// What stays the same on the way through the file.
struct Walk<'w, 'a, F> {
    reading: &'w mut Reading<'a>,
    text: &'a [u8],
    lines: LineCounter<'a>,
    keys: Vec<Cow<'a, str>>,
    report: &'w mut F,
}

/// One object or list on the way, and what is left of the routes there.
struct Object<'o, 'w, 'a, F> {
    walk: &'o mut Walk<'w, 'a, F>,
    routes: Vec<Route>,
}

impl<'a, F: FnMut(&mut Reading<'a>, &mut Entry<'_, 'a>)> Object<'_, '_, 'a, F> {
    /// What is left of the routes behind a member.
    fn behind(&self, key: &str) -> Vec<Route> {
        let behind = |route: &Route| route.split_first().filter(|(name, _)| **name == ANY || **name == key);
        self.routes.iter().filter_map(|route| behind(route).map(|(_, rest)| rest)).collect()
    }

    /// Reports a value at the end of a route.
    fn report(&mut self, value: &'a RawValue) {
        let Walk { reading, text, lines, keys, report } = &mut *self.walk;
        if !reading.is_full() {
            report(reading, &mut Entry { keys, value, text, lines });
        }
    }
}

impl<'de, F: FnMut(&mut Reading<'de>, &mut Entry<'_, 'de>)> DeserializeSeed<'de> for Object<'_, '_, 'de, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&mut Reading<'de>, &mut Entry<'_, 'de>)> Visitor<'de> for Object<'_, '_, 'de, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    /// `null` stands for an empty object or list, which some writers leave out so.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            let routes = self.behind(&key);
            if routes.is_empty() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            self.walk.keys.push(key);
            if routes.iter().any(|route| route.is_empty()) {
                let value = map.next_value()?;
                self.report(value);
            } else {
                map.next_value_seed(Object { walk: &mut *self.walk, routes })?;
            }
            self.walk.keys.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let routes = self.behind("");
        self.walk.keys.push(Cow::Borrowed(""));
        loop {
            if routes.is_empty() {
                if list.next_element::<IgnoredAny>()?.is_none() {
                    break;
                }
            } else if routes.iter().any(|route| route.is_empty()) {
                let Some(value) = list.next_element()? else { break };
                self.report(value);
            } else if list.next_element_seed(Object { walk: &mut *self.walk, routes: routes.clone() })?.is_none() {
                break;
            }
        }
        self.walk.keys.pop();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use boltseal_model::{Limits, ProblemKind};

    use super::*;
    use crate::File;

    /// Names on the way, value, line.
    type Found = (String, String, Option<u32>);

    fn read(text: &str, routes: &[Route]) -> (Vec<Found>, Vec<ProblemKind>) {
        let (file, limits) = (File { path: "f", bytes: text.as_bytes() }, Limits::default());
        let mut reading = Reading::new("test", &file, &limits);
        let mut found = Vec::new();
        read_entries(&mut reading, routes, |_, entry| {
            let line = entry.line(None);
            found.push((entry.keys.join("."), entry.value.get().to_owned(), line));
        });
        (found, reading.finish().1.iter().map(|problem| problem.kind).collect())
    }

    fn entry(keys: &str, value: &str, line: u32) -> Found {
        (keys.into(), value.into(), Some(line))
    }

    #[test]
    fn routes_lead_through_objects_and_lists() {
        let text = "{\"a\": {\"x\": 1,\n\"y\": [2]}, \"b\": [3,\n4], \"c\": 5}";
        let found = vec![entry("a.x", "1", 1), entry("a.y", "[2]", 2), entry("b.", "3", 2), entry("b.", "4", 3)];
        assert_eq!(read(text, &[&["a", ANY], &["b", ANY]]), (found, vec![]));
        assert_eq!(read(text, &[&["a", "y", ANY]]), (vec![entry("a.y.", "2", 2)], vec![]));
        assert_eq!(read("[[1], [2, 3]]", &[&[ANY, ANY]]).0.len(), 3);
    }

    #[test]
    fn what_stands_before_a_damaged_spot_is_kept() {
        let found = vec![entry("a.", "1", 1)];
        assert_eq!(read("{\"a\": [1, ", &[&["a", ANY]]), (found.clone(), vec![ProblemKind::Truncated]));
        assert_eq!(read("{\"a\": [1, x", &[&["a", ANY]]), (found.clone(), vec![ProblemKind::Malformed]));
        assert_eq!(read("{\"a\": [1]} {}", &[&["a", ANY]]), (found, vec![ProblemKind::Malformed]));
    }

    #[test]
    fn null_is_empty_and_a_number_is_a_problem() {
        assert_eq!(read("{\"a\": null}", &[&["a", ANY]]), (vec![], vec![]));
        assert_eq!(read("{\"a\": 1}", &[&["a", ANY]]), (vec![], vec![ProblemKind::Malformed]));
    }
}
