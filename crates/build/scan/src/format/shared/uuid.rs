//! Names for documents.

/// A UUID of version 8 (RFC 9562, section 5.8) that depends on the content alone: the same content has the same name.
///
/// It is a name and no proof: FNV-1a in 128 bits tells documents apart, and does not withstand somebody who wants two of them
/// to bear one name. Nothing may be decided by it.
pub fn uuid(content: &[u8]) -> String {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = content.iter().fold(BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
    // Four bits say the version, two the variant.
    let named = hash & !(0xf << 76) & !(0x3 << 62) | (0x8 << 76) | (0x2 << 62);
    let hex = format!("{named:032x}");
    let mut out = String::with_capacity(36);
    for (index, digit) in hex.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_form_and_version_of_the_standard() {
        // FNV-1a in 128 bits of "a" is d228cb696f1a8caf78912b704e4a8964, as its authors' test vectors say.
        assert_eq!(uuid(b"a"), "d228cb69-6f1a-8caf-b891-2b704e4a8964");
    }

    #[test]
    fn contents_that_differ_have_different_names() {
        assert_ne!(uuid(b"one"), uuid(b"two"));
        assert_eq!(uuid(b"one"), uuid(b"one"));
    }
}
