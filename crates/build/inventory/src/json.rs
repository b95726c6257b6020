//! JSON from hostile hands.

use std::borrow::Cow;
use std::fmt;

use boltseal_model::{Limits, Problem, ProblemKind};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::File;
use crate::reading::BYTE_ORDER_MARK;

/// The JSON text of a file: without a byte order mark, and no deeper than the limit.
pub(crate) fn text<'a>(file: &File<'a>, limits: &Limits) -> Result<&'a [u8], Problem> {
    let bytes = file.bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file.bytes);
    if depth_exceeds(bytes, limits.json_depth) {
        let detail = format!("nested deeper than {} levels", limits.json_depth);
        return Err(Problem::at(ProblemKind::TooDeep, file.path, detail));
    }
    Ok(bytes)
}

/// JSON as people and Bun write it, with blanks in the place of comments and trailing commas, so that every value stays
/// where it is.
pub(crate) fn without_comments(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut comma = None;
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        let length = match (byte, after) {
            (b'"', _) => string_length(rest),
            (b'/', [b'/', ..]) => rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()),
            (b'/', [b'*', inner @ ..]) => {
                inner.windows(2).position(|two| two == b"*/").map_or(rest.len(), |end| end.saturating_add(4))
            }
            _ => 1,
        };
        let (token, next) = rest.split_at_checked(length.max(1)).unwrap_or((rest, &[]));
        let is_comment = *byte == b'/' && token.len() > 1;
        if is_comment {
            plain.extend(token.iter().map(|&byte| if byte == b'\n' { byte } else { b' ' }));
        } else {
            if let (b'}' | b']', Some(blank)) = (byte, comma.and_then(|place: usize| plain.get_mut(place))) {
                *blank = b' ';
            }
            if !byte.is_ascii_whitespace() {
                comma = (*byte == b',').then_some(plain.len());
            }
            plain.extend_from_slice(token);
        }
        rest = next;
    }
    plain
}

/// Length of the string that a text begins with, quotes included.
fn string_length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = text.iter().skip(1).position(|&byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |end| end.saturating_add(2))
}

/// The problem that a parser's error is.
pub(crate) fn problem(path: &str, error: &serde_json::Error) -> Problem {
    let kind = match error.classify() {
        Category::Eof => ProblemKind::Truncated,
        Category::Io | Category::Syntax | Category::Data => ProblemKind::Malformed,
    };
    // The parser quotes what it finds where it expects something else, and that may be long.
    let detail: String = error.to_string().chars().take(200).collect();
    Problem::at(kind, path, detail)
}

/// Whether brackets are nested deeper than `limit`. Brackets in strings do not count.
fn depth_exceeds(bytes: &[u8], limit: usize) -> bool {
    let mut depth = 0usize;
    let mut is_string = false;
    let mut is_escaped = false;
    for &byte in bytes {
        if is_escaped {
            is_escaped = false;
            continue;
        }
        match byte {
            b'"' => is_string = !is_string,
            b'\\' => is_escaped = is_string,
            b'{' | b'[' if !is_string => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' if !is_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// The raw values of some members of an object, in the order of their names. A member that is repeated counts as in
/// JavaScript: the last one does.
pub(crate) struct Members<'n, const N: usize>(pub(crate) &'n [&'static str; N]);

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = [None; N];
        while let Some(name) = map.next_key::<Key<'de>>()? {
            match self.0.iter().zip(&mut values).find(|(wanted, _)| **wanted == name.0) {
                Some((_, value)) => *value = Some(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(values)
    }
}

impl<'de, const N: usize> serde::de::DeserializeSeed<'de> for Members<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// The name of a member, borrowed unless it holds escapes.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// The string that a raw value is, if it is one.
pub(crate) fn string(value: Option<&RawValue>) -> Option<Cow<'_, str>> {
    serde_json::from_str(value?.get()).ok().map(|Key(text)| text)
}

/// The raw values of some members of a raw object; `None` if it is none.
pub(crate) fn members<'a, const N: usize>(
    value: &'a RawValue,
    names: &[&'static str; N],
) -> Option<[Option<&'a RawValue>; N]> {
    serde_json::Deserializer::from_str(value.get()).deserialize_map(Members(names)).ok()
}

/// The names of a raw object's members; none if it is no object.
pub(crate) fn names(value: Option<&RawValue>) -> Vec<Cow<'_, str>> {
    let Some(value) = value else { return Vec::new() };
    serde_json::Deserializer::from_str(value.get()).deserialize_map(Names).unwrap_or_default()
}

/// The strings that a raw value holds: itself, or those of a list.
pub(crate) fn strings(value: Option<&RawValue>) -> Vec<Cow<'_, str>> {
    match string(value) {
        Some(text) => vec![text],
        None => {
            let list: Option<Vec<&RawValue>> = value.and_then(|value| serde_json::from_str(value.get()).ok());
            list.unwrap_or_default().into_iter().filter_map(|value| string(Some(value))).collect()
        }
    }
}

/// Reads the names of members.
struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Vec<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        while let Some((Key(name), IgnoredAny)) = map.next_entry()? {
            names.push(name);
        }
        Ok(names)
    }
}

/// Where a raw value begins in the text that it was read from: it borrows from the text, so its address tells.
pub(crate) fn offset(text: &[u8], value: &RawValue) -> Option<usize> {
    (value.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed;

    use super::*;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert!(!depth_exceeds(br#"{"a": [{}]}"#, 3));
        assert!(depth_exceeds(br#"{"a": [{}]}"#, 2));
        assert!(!depth_exceeds(br#"["[[[", "\"[[[", "\\"]"#, 1));
        assert!(depth_exceeds(br#"["\\", []]"#, 1));
        assert!(!depth_exceeds(b"]]][", 1));
        assert!(depth_exceeds("[".repeat(100_000).as_bytes(), 100));
    }

    #[test]
    fn comments_and_trailing_commas_become_blanks() {
        for (text, expected) in [
            ("[1, // a]\n2,]", "[1,      \n2 ]"),
            ("{\"a\": [1, /* x\n, */ ], }", "{\"a\": [1      \n     ]  }"),
            (r#"["//", "/*,]", "\",]",]"#, r#"["//", "/*,]", "\",]" ]"#),
            ("[,,]", "[, ]"),
            ("/* open", "       "),
            ("/", "/"),
            ("\"open,]", "\"open,]"),
        ] {
            let plain = without_comments(text.as_bytes());
            assert_eq!(str::from_utf8(&plain), Ok(expected), "{text}");
        }
    }

    #[test]
    fn the_last_of_repeated_members_counts() {
        let mut reader = serde_json::Deserializer::from_str(r#"{"a": 1, "b": {"a": 3}, "\u0061": "2"}"#);
        let [a, c] = Members(&["a", "c"]).deserialize(&mut reader).unwrap();
        assert_eq!(string(a).as_deref(), Some("2"));
        assert!(c.is_none());
    }

    #[test]
    fn offsets_are_those_of_the_values() {
        let text = "{\n\"a\": 1,\n\n\"b\":\n2}";
        let [b, a] = Members(&["b", "a"]).deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap();
        assert_eq!(offset(text.as_bytes(), a.unwrap()), Some(7));
        assert_eq!(offset(text.as_bytes(), b.unwrap()), Some(16));
    }
}
