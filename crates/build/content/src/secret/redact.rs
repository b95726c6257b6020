//! What may be shown of a secret.

/// What begins a key in PEM, and ends its first line.
const PEM: (&str, &str) = ("-----BEGIN ", "-----");

/// Its first and last characters, enough to recognise it by for who has it: a sixth of it at either end, and never more than
/// four characters. Of a key in PEM the first line, which says what sort of key it is and nothing else.
pub fn redacted(secret: &[u8]) -> String {
    let text = String::from_utf8_lossy(secret);
    let count = text.chars().count();
    let label = text.strip_prefix(PEM.0).and_then(|rest| rest.split_once(PEM.1)).map(|(label, _)| label);
    if let Some(label) =
        label.filter(|label| label.len() < 40 && label.bytes().all(|byte| byte == b' ' || byte.is_ascii_uppercase()))
    {
        return format!("{}{label}{} … ({count} characters)", PEM.0, PEM.1);
    }
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
        let key = format!("-----BEGIN {0}-----\nMIIE\n-----END {0}-----\n", "EC PRIVATE KEY");
        assert_eq!(redacted(key.as_bytes()), "-----BEGIN EC PRIVATE KEY----- … (65 characters)");
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
