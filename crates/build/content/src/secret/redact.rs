//! What may be shown of a secret.

/// Its first and last characters, enough to recognise it by for who has it: a sixth of it at either end, and never more than
/// four characters.
pub fn redacted(secret: &[u8]) -> String {
    let text = String::from_utf8_lossy(secret);
    let count = text.chars().count();
    let shown = (count / 6).min(4);
    let first: String = text.chars().take(shown).collect();
    let last: String = text.chars().skip(count - shown).collect();
    format!("{first}…{last} ({count} characters)")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_ends_are_shown() {
        assert_eq!(redacted(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "ABCD…WXYZ (26 characters)");
        assert_eq!(redacted(b"hunter2"), "h…2 (7 characters)");
        assert_eq!(redacted(b"12345"), "… (5 characters)");
        assert_eq!(redacted(b""), "… (0 characters)");
    }

    proptest! {
        #[test]
        fn two_thirds_stay_hidden(secret in proptest::collection::vec(any::<u8>(), 0..200)) {
            let (ends, _) = redacted(&secret).rsplit_once(" (").map(|(ends, count)| (ends.to_owned(), count.to_owned())).unwrap();
            let count = String::from_utf8_lossy(&secret).chars().count();
            prop_assert!((ends.chars().count() - 1) * 3 <= count);
        }
    }
}
