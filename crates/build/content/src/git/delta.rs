//! An object as its difference from another.

use std::ops::Range;

/// Bytes around new ones that are searched with them: a secret of which a part is new, and what stands around it. The longest
/// private keys have about as many.
const AROUND: usize = 4 << 10;

/// A version that was put together.
#[derive(Debug, Default)]
pub struct Version {
    /// The whole.
    pub bytes: Vec<u8>,
    /// Where it differs from the other, with what is around, in order and apart from each other.
    pub new: Vec<Range<usize>>,
}

/// The bytes that a difference says its version has.
pub fn size(delta: &[u8]) -> Option<u64> {
    let mut rest = delta;
    number(&mut rest)?;
    number(&mut rest)
}

/// Puts a version together from another and the difference; `None` if that is malformed or of something else.
pub fn apply(base: &[u8], delta: &[u8]) -> Option<Version> {
    let mut rest = delta;
    if number(&mut rest)? != base.len() as u64 {
        return None;
    }
    let size = usize::try_from(number(&mut rest)?).ok()?;
    let mut version = Version::default();
    let mut inserted: Vec<Range<usize>> = Vec::new();
    while let Some((&operation, after)) = rest.split_first() {
        rest = after;
        let start = version.bytes.len();
        if operation & 0x80 == 0 {
            // Zero is reserved.
            let (bytes, after) =
                rest.split_at_checked(usize::from(operation)).filter(|(bytes, _)| !bytes.is_empty())?;
            version.bytes.extend_from_slice(bytes);
            rest = after;
            inserted.push(start..version.bytes.len());
        } else {
            let offset = sparse_number(&mut rest, operation & 0x0f)?;
            let length = match sparse_number(&mut rest, operation >> 4 & 0x07)? {
                0 => 0x1_0000,
                length => length,
            };
            version.bytes.extend_from_slice(base.get(offset..offset.checked_add(length)?)?);
            // What was apart in the other now stands together.
            inserted.push(start..start);
        }
        if version.bytes.len() > size {
            return None;
        }
    }
    if version.bytes.len() != size {
        return None;
    }
    for Range { start, end } in inserted {
        let (start, end) = (start.saturating_sub(AROUND), end.saturating_add(AROUND).min(size));
        match version.new.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => version.new.push(start..end),
        }
    }
    Some(version)
}

/// A number of seven bits a byte, the lowest first.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A number whose bytes, the lowest first, are there where the mask has a bit and zero elsewhere.
fn sparse_number(rest: &mut &[u8], mask: u8) -> Option<usize> {
    let mut number = 0_usize;
    for place in (0..4).filter(|place| mask >> place & 1 == 1) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= usize::from(byte) << (8 * place);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_version_is_put_together_and_what_is_new_is_known() {
        let base = "x".repeat(20_000);
        // The first 15,000 bytes of the other, and five new ones in their middle.
        let copy = |offset: u16, length: u16| {
            let ([a, b], [c, d]) = (offset.to_le_bytes(), length.to_le_bytes());
            [0x80 | 0x30 | 0x03, a, b, c, d]
        };
        let sizes = [0xa0, 0x9c, 0x01, 0x9d, 0x75];
        let delta = [&sizes[..], &copy(0, 10_000), &[5], b"token", &copy(10_000, 5_000)].concat();
        assert_eq!(size(&delta), Some(15_005));
        let version = apply(base.as_bytes(), &delta).unwrap();
        assert_eq!(version.bytes.len(), 15_005);
        assert_eq!(&version.bytes[9_999..10_006], b"xtokenx");
        assert_eq!(version.new, [0..AROUND, 10_000 - AROUND..10_005 + AROUND]);
        assert!(apply(b"another", &delta).is_none());
        assert!(apply(base.as_bytes(), &delta[..delta.len() - 5]).is_none(), "shorter than it says");
    }

    proptest! {
        #[test]
        fn nothing_panics(base in prop::collection::vec(any::<u8>(), 0..40), rest in prop::collection::vec(any::<u8>(), 0..40)) {
            let delta = [&[u8::try_from(base.len()).unwrap(), 40][..], &rest].concat();
            if let Some(version) = apply(&base, &delta) {
                prop_assert_eq!(version.bytes.len(), 40);
                prop_assert!(version.new.iter().all(|part| part.end <= 40));
            }
            let _ = size(&rest);
        }
    }
}
