//! Secrets in base64: a literal leaves the same characters behind wherever it stands, but for its ends.

use std::ops::Range;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::filter::SHORTEST;

/// Reads base64 with or without padding, since the ends of a run are guessed.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The characters that a literal becomes, whatever stands before and behind it, for each of the three places that it can
/// begin at in a group of three bytes.
pub fn encodings(literal: &[u8]) -> impl Iterator<Item = Vec<u8>> + use<'_> {
    (0..3_usize).filter_map(|before| {
        let text = LENIENT.encode([&vec![0; before][..], literal].concat());
        // Characters that the bytes before or behind have a part in are not fixed.
        let (first, end) = ((before * 8).div_ceil(6), (before + literal.len()) * 8 / 6);
        let fixed = text.as_bytes().get(first..end)?;
        (fixed.len() >= SHORTEST).then(|| fixed.to_vec())
    })
}

/// The run of base64 around a place, no farther than `most` to either side.
pub fn run_around(text: &[u8], at: usize, most: usize) -> Range<usize> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let before = text.get(at.saturating_sub(most)..at).unwrap_or_default();
    let behind = text.get(at..at.saturating_add(most).min(text.len())).unwrap_or_default();
    let start = at - before.iter().rev().take_while(|byte| is_base64(byte)).count();
    start..at + behind.iter().take_while(|byte| is_base64(byte)).count()
}

/// What a run says. It is read from the character on that makes the literal whole, if the beginning is not that of a group.
pub fn decoded(run: &[u8]) -> Option<Vec<u8>> {
    // A run whose last group has one character only is longer than what was encoded.
    let whole = run.len() - usize::from(run.len() % 4 == 1);
    LENIENT.decode(run.get(..whole)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_literal_is_seen_wherever_it_stands_in_base64(before in "[ -~]{0,20}", literal in "[A-Za-z_]{4,9}", behind in "[ -~]{0,20}") {
            let text = LENIENT.encode(format!("{before}{literal}{behind}"));
            let at = encodings(literal.as_bytes()).find_map(|encoding| memchr::memmem::find(text.as_bytes(), &encoding));
            prop_assert!(at.is_some());
            let run = run_around(text.as_bytes(), at.unwrap(), 1_000);
            let said = decoded(&text.as_bytes()[run]).unwrap();
            prop_assert!(memchr::memmem::find(&said, literal.as_bytes()).is_some());
        }

        #[test]
        fn nothing_panics(text in proptest::collection::vec(any::<u8>(), 0..60), at in 0_usize..60) {
            let run = run_around(&text, at.min(text.len()), 10);
            decoded(&text[run]);
        }
    }
}
