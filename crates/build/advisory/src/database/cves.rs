//! Numbers by CVE: fixed rows, sorted, found by halving. So are kept the days on which vulnerabilities became known as
//! exploited, and the likelihoods that they will be.

use std::collections::BTreeMap;

/// Length of a row: the CVE (4 bytes), its number (3 bytes). Little-endian.
pub const ROW_BYTES: usize = 7;
/// Years are counted from here. Six bits hold them, and twenty-six the number within the year.
const FIRST_YEAR: u32 = 1990;
const NUMBER_BITS: u32 = 26;
const VALUE_BITS: u32 = 24;

/// A CVE as a number that sorts as CVEs do; `None` for other identifiers, and for numbers beyond all that were given out.
pub fn key(id: &str) -> Option<u32> {
    let (year, number) = id.strip_prefix("CVE-")?.split_once('-')?;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || number.len() < 4 || !is_number(year) || !is_number(number) {
        return None;
    }
    let year = year.parse::<u32>().ok()?.checked_sub(FIRST_YEAR).filter(|&year| year < 1 << (32 - NUMBER_BITS))?;
    let number = number.parse::<u32>().ok().filter(|&number| number < 1 << NUMBER_BITS)?;
    Some(year << NUMBER_BITS | number)
}

/// The rows of a table. Values that do not fit are cut to the greatest that does.
pub fn put_table(values: &BTreeMap<u32, u32>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * ROW_BYTES);
    for (key, value) in values {
        bytes.extend_from_slice(&key.to_le_bytes());
        bytes.extend(value.min(&((1 << VALUE_BITS) - 1)).to_le_bytes().iter().take(3));
    }
    bytes
}

/// Takes a row apart.
pub fn read_row(row: &[u8]) -> Option<(u32, u32)> {
    let (key, value) = row.split_first_chunk::<4>()?;
    let [low, middle, high] = *value.first_chunk::<3>()?;
    Some((u32::from_le_bytes(*key), u32::from_le_bytes([low, middle, high, 0])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_sort_as_cves_do() {
        let keys: Vec<_> = ["CVE-1999-0001", "CVE-1999-10000", "CVE-2024-0001", "CVE-2024-1000001"].map(key).into();
        assert!(keys.is_sorted() && keys.iter().all(Option::is_some), "{keys:?}");
        for id in [
            "GHSA-5phf-pp7p-vc2r",
            "CVE-2024-1",
            "CVE-1989-0001",
            "CVE-2054-0001",
            "CVE-2024-99999999",
            "CVE-2024-+123",
        ] {
            assert_eq!(key(id), None, "{id}");
        }
    }

    proptest! {
        #[test]
        fn rows_survive_the_round_trip(values in prop::collection::btree_map(any::<u32>(), 0u32..1 << VALUE_BITS, 0..20)) {
            let bytes = put_table(&values);
            let read: BTreeMap<u32, u32> = bytes.chunks(ROW_BYTES).filter_map(read_row).collect();
            prop_assert_eq!(read, values);
        }

        #[test]
        fn never_panics(id: String, row: Vec<u8>) {
            let _ = (key(&id), read_row(&row));
        }
    }
}
