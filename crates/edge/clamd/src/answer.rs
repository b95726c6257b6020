//! What a daemon answers.

use crate::ClamdError;

/// Bytes of an answer. A verdict is a name, and names of signatures have some fifty.
pub const ANSWER_BYTES: usize = 4_096;
/// Characters of an answer that an error repeats.
const SHOWN: usize = 200;

/// What a daemon says of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No signature matches.
    Clean,
    /// The signature of this name matches.
    Found(String),
}

/// Reads the answer to `INSTREAM`, without the zero that ends it.
///
/// # Errors
/// When it is no verdict.
pub fn verdict(answer: &[u8]) -> Result<Verdict, ClamdError> {
    let text = String::from_utf8_lossy(answer);
    let text = text.trim();
    if text.starts_with("INSTREAM size limit exceeded") {
        return Err(ClamdError::TooLarge);
    }
    match text.strip_prefix("stream: ").and_then(|said| said.rsplit_once(' ').or(Some(("", said)))) {
        Some(("", "OK")) => Ok(Verdict::Clean),
        Some((name, "FOUND")) if !name.is_empty() => Ok(Verdict::Found(shown(name))),
        Some((reason, "ERROR")) => Err(ClamdError::Refused(shown(reason))),
        Some(_) => Err(ClamdError::Unclear(shown(text))),
        None => match text.strip_suffix("ERROR") {
            Some(reason) => Err(ClamdError::Refused(shown(reason))),
            None => Err(ClamdError::Unclear(shown(text))),
        },
    }
}

/// As much of a text as an error repeats, in one line.
pub fn shown(text: &str) -> String {
    let plain = text.trim().chars().map(|it| if it.is_control() { '\u{fffd}' } else { it });
    plain.take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers_are_understood() {
        assert_eq!(verdict(b"stream: OK").unwrap(), Verdict::Clean);
        assert_eq!(verdict(b"stream: OK\n").unwrap(), Verdict::Clean);
        let found = verdict(b"stream: Eicar-Test-Signature FOUND").unwrap();
        assert_eq!(found, Verdict::Found("Eicar-Test-Signature".into()));
        assert!(matches!(verdict(b"INSTREAM size limit exceeded. ERROR"), Err(ClamdError::TooLarge)));
        let refused = verdict(b"stream: Can't allocate memory ERROR").unwrap_err();
        assert!(matches!(&refused, ClamdError::Refused(reason) if reason == "Can't allocate memory"), "{refused}");
        assert!(matches!(verdict(b"UNKNOWN COMMAND ERROR"), Err(ClamdError::Refused(_))));
        for unclear in
            ["", "OK", "stream:", "stream: ", "stream: FOUND", "stream:  FOUND", "stream: maybe OK", "HTTP/1.1 400"]
        {
            assert!(matches!(verdict(unclear.as_bytes()), Err(ClamdError::Unclear(_))), "{unclear:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_the_one_answer_is_clean(before in "[ -~]{0,12}", any in proptest::collection::vec(any::<u8>(), 0..60)) {
            for bytes in [any, before.clone().into_bytes(), format!("stream: {before}").into_bytes()] {
                let is_clean = matches!(verdict(&bytes), Ok(Verdict::Clean));
                prop_assert_eq!(is_clean, String::from_utf8_lossy(&bytes).trim() == "stream: OK");
            }
        }
    }
}
