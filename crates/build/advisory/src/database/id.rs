//! Identifiers of vulnerabilities as few bytes: a tag for the family, then its numbers.

use super::codec::{Cursor, put_number, put_text};

/// Text as it is.
const TAG_TEXT: u8 = 0;
/// `GHSA-xxxx-xxxx-xxxx` as one number of seven bytes, in base 20.
const TAG_GHSA: u8 = 1;
/// Tag of the first entry of [`FAMILIES`].
const TAG_FAMILY: u8 = 2;

/// A family of numbered identifiers.
struct Family {
    prefix: &'static str,
    /// Whether a year stands before the number.
    has_year: bool,
    /// Digits to which the number is padded with zeros.
    width: usize,
}

/// The position is part of the format: append only.
const FAMILIES: [Family; 6] = [
    Family { prefix: "CVE-", has_year: true, width: 4 },
    Family { prefix: "PYSEC-", has_year: true, width: 0 },
    Family { prefix: "RUSTSEC-", has_year: true, width: 4 },
    Family { prefix: "GO-", has_year: true, width: 4 },
    Family { prefix: "NSWG-ECO-", has_year: false, width: 0 },
    Family { prefix: "XSA-", has_year: false, width: 0 },
];

/// Years are counted from here; earlier ones are written as text.
const FIRST_YEAR: u64 = 1990;

/// The alphabet of GitHub's identifiers, whose characters are hard to confuse.
const GHSA_ALPHABET: &[u8; 20] = b"23456789cfghjmpqrvwx";

/// Appends an identifier. Whatever does not come back the same from its compact form is kept as text.
pub fn put_id(bytes: &mut Vec<u8>, id: &str) {
    let start = bytes.len();
    for (tag, family) in (TAG_FAMILY..).zip(&FAMILIES) {
        if put_numbered(bytes, id, tag, family).is_some() && round_trips(bytes.get(start..), id) {
            return;
        }
        bytes.truncate(start);
    }
    if let Some(number) = ghsa_number(id) {
        bytes.push(TAG_GHSA);
        bytes.extend(number.to_le_bytes().iter().take(7));
        if round_trips(bytes.get(start..), id) {
            return;
        }
        bytes.truncate(start);
    }
    bytes.push(TAG_TEXT);
    put_text(bytes, id);
}

fn round_trips(bytes: Option<&[u8]>, id: &str) -> bool {
    bytes.is_some_and(|bytes| read_id(&mut Cursor::new(bytes)).as_deref() == Some(id))
}

fn put_numbered(bytes: &mut Vec<u8>, id: &str, tag: u8, family: &Family) -> Option<()> {
    let mut rest = id.strip_prefix(family.prefix)?;
    bytes.push(tag);
    if family.has_year {
        let (year, number) = rest.split_once('-')?;
        put_number(bytes, year.parse::<u64>().ok()?.checked_sub(FIRST_YEAR)?);
        rest = number;
    }
    put_number(bytes, rest.parse().ok()?);
    Some(())
}

fn ghsa_number(id: &str) -> Option<u64> {
    let mut number = 0u64;
    for byte in id.strip_prefix("GHSA-")?.bytes().filter(|&byte| byte != b'-') {
        let digit = GHSA_ALPHABET.iter().position(|&letter| letter == byte)?;
        number = number.checked_mul(20)?.checked_add(digit as u64)?;
    }
    Some(number)
}

/// Reads an identifier.
pub fn read_id(cursor: &mut Cursor<'_>) -> Option<String> {
    match cursor.byte()? {
        TAG_TEXT => cursor.text().map(str::to_owned),
        TAG_GHSA => {
            let mut number = [0; 8];
            number.iter_mut().zip(cursor.bytes(7)?).for_each(|(to, &from)| *to = from);
            Some(ghsa(u64::from_le_bytes(number)))
        }
        tag => {
            let Family { prefix, has_year, width } = FAMILIES.get(usize::from(tag.checked_sub(TAG_FAMILY)?))?;
            let year = match has_year {
                true => format!("{}-", cursor.number()?.checked_add(FIRST_YEAR)?),
                false => String::new(),
            };
            Some(format!("{prefix}{year}{:0width$}", cursor.number()?))
        }
    }
}

fn ghsa(mut number: u64) -> String {
    let mut letters = [0u8; 12];
    for letter in letters.iter_mut().rev() {
        *letter = usize::try_from(number % 20).ok().and_then(|digit| GHSA_ALPHABET.get(digit)).copied().unwrap_or(b'2');
        number /= 20;
    }
    let mut id = String::from("GHSA");
    for group in letters.chunks(4) {
        id.push('-');
        id.extend(group.iter().map(|&letter| char::from(letter)));
    }
    id
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(id: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_id(&mut bytes, id);
        bytes
    }

    #[test]
    fn known_families_are_short() {
        for (id, length) in [
            ("CVE-2021-28363", 5),
            ("CVE-2021-0001", 3),
            ("PYSEC-2021-59", 3),
            ("RUSTSEC-2016-0001", 3),
            ("GO-2023-1671", 4),
            ("NSWG-ECO-100", 2),
            ("XSA-254", 3),
            ("GHSA-5phf-pp7p-vc2r", 8),
            ("CVE-2021-001", 14),
            ("CVE-2017-17434-1", 18),
        ] {
            let bytes = written(id);
            assert_eq!(bytes.len(), length, "{id}");
            assert_eq!(read_id(&mut Cursor::new(&bytes)).as_deref(), Some(id));
        }
    }

    proptest! {
        #[test]
        fn ids_survive_the_round_trip(
            id in "((CVE|PYSEC|RUSTSEC|GO)-[0-9]{1,5}-[0-9]{1,22}|(NSWG-ECO|XSA)-\\+?[0-9]{1,4}|GHSA(-[2-9cfghjmpqrvwx]{4}){1,4}|.{0,30})",
        ) {
            let bytes = written(&id);
            let mut cursor = Cursor::new(&bytes);
            prop_assert_eq!(read_id(&mut cursor), Some(id));
            prop_assert!(cursor.is_empty());
        }

        #[test]
        fn never_panics(bytes: Vec<u8>) {
            let _ = read_id(&mut Cursor::new(&bytes));
        }
    }
}
