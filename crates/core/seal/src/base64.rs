//! Base64 as statements, keys and bundles write it.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Writes the standard alphabet, with padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads either alphabet of RFC 4648, with padding and with its last bits zero, so that each alphabet has one text for each value.
/// Both in one text are refused.
///
/// DSSE leaves the alphabet to the writer (DSSE protocol, "SIGNATURE DEFINITION").
pub(crate) fn decode_either(text: &str) -> Option<Vec<u8>> {
    let is_url_safe = text.bytes().any(|byte| matches!(byte, b'-' | b'_'));
    if is_url_safe { URL_SAFE.decode(text).ok() } else { decode(text) }
}

/// Reads the standard alphabet alone.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_text_in_each_alphabet() {
        assert_eq!(decode_either("-_8="), Some(vec![0xfb, 0xff]));
        assert_eq!(decode_either("+/8="), Some(vec![0xfb, 0xff]));
        for text in ["+_8=", "+/8", "+/9=", "+/8==", "+/ 8=", "+/8=\n", "="] {
            assert_eq!(decode_either(text), None, "{text}");
        }
        assert_eq!(decode("-_8="), None);
    }
}
