//! Extended headers: records `LENGTH KEY=VALUE\n` that override fields of the next member's header.
//!
//! Source: POSIX.1-2024, pax, "pax Extended Header"; GNU tar manual, "Storing Sparse Files".

/// The records that matter to reading a member. A later record of the same key replaces the earlier one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Extended {
    /// `path`, or the name that a sparse member really has.
    pub path: Option<Vec<u8>>,
    /// `linkpath`.
    pub link: Option<Vec<u8>>,
    /// `size` of the stored content.
    pub size: Option<u64>,
    /// Size of a sparse file with its holes. That it is set, even to `None` inside, tells that the member is sparse.
    pub sparse: Option<Option<u64>>,
}

/// Reads the records of one extended header; `None` when they are malformed.
pub fn parse_extended(bytes: &[u8], extended: &mut Extended) -> Option<()> {
    let mut sparse_name = None;
    let mut rest = bytes;
    while !rest.is_empty() {
        let (key, value, after) = split_record(rest)?;
        rest = after;
        // An empty value deletes what an earlier header said; that is then the field of the header block.
        let text = || (!value.is_empty()).then(|| value.to_vec());
        match key {
            b"path" => extended.path = text(),
            b"linkpath" => extended.link = text(),
            b"size" => extended.size = if value.is_empty() { None } else { Some(decimal(value)?) },
            b"GNU.sparse.name" => sparse_name = text(),
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => extended.sparse = Some(Some(decimal(value)?)),
            key if key.starts_with(b"GNU.sparse.") => {
                extended.sparse.get_or_insert(None);
            }
            _ => {}
        }
    }
    if sparse_name.is_some() {
        extended.path = sparse_name;
    }
    Some(())
}

fn split_record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().take(20).position(|&byte| byte == b' ')?;
    let length = usize::try_from(decimal(bytes.get(..space)?)?).ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let body = record.get(space.checked_add(1)?..)?.strip_suffix(b"\n")?;
    let equals = body.iter().position(|&byte| byte == b'=').filter(|&at| at > 0)?;
    Some((body.get(..equals)?, body.get(equals.checked_add(1)?..)?, rest))
}

fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(bytes: &[u8]) -> Option<Extended> {
        let mut extended = Extended::default();
        parse_extended(bytes, &mut extended).map(|()| extended)
    }

    #[test]
    fn values_may_contain_newlines_and_equals_signs() {
        let extended = parse(b"14 path=a\nb=c\n12 size=123\n").unwrap();
        assert_eq!(extended.path.as_deref(), Some(b"a\nb=c".as_slice()));
        assert_eq!(extended.size, Some(123));
    }

    #[test]
    fn a_sparse_member_has_its_own_name_and_size() {
        let extended =
            parse(b"22 GNU.sparse.major=1\n19 path=dir/Sp.0/f\n25 GNU.sparse.name=dir/f\n27 GNU.sparse.realsize=99\n");
        assert_eq!(extended, None, "the last record is one byte longer than it says");
        let extended =
            parse(b"22 GNU.sparse.major=1\n19 path=dir/Sp.0/f\n25 GNU.sparse.name=dir/f\n26 GNU.sparse.realsize=99\n")
                .unwrap();
        assert_eq!(extended.path.as_deref(), Some(b"dir/f".as_slice()));
        assert_eq!(extended.sparse, Some(Some(99)));
    }

    #[test]
    fn malformed_records_are_refused() {
        for bytes in [b"x".as_slice(), b"5 a=b", b"99 a=b\n", b"6 a=bb\n", b"4 =\n", b"11 size=-1\n", b"6 a=b\nrest"] {
            assert_eq!(parse(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
