//! Digests as lock files write them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boltseal_model::{Algorithm, Digest};

/// The digests of a list of `ALGORITHM-BASE64`, of which some algorithms are too weak to be kept.
///
/// Source: W3C, "Subresource Integrity", section 3.5.
pub(crate) fn subresource(text: &str) -> Vec<Digest> {
    text.split_ascii_whitespace()
        .filter_map(|word| {
            let (algorithm, encoded) = word.split_once('-')?;
            let algorithm = match algorithm {
                "sha256" => Algorithm::Sha256,
                "sha512" => Algorithm::Sha512,
                _ => return None,
            };
            // Options may follow, which nobody has defined.
            base64(algorithm, encoded.split('?').next().unwrap_or(encoded))
        })
        .collect()
}

/// A digest in Base64, if it is one of that algorithm.
pub(crate) fn base64(algorithm: Algorithm, encoded: &str) -> Option<Digest> {
    // Longer texts are no digest, and would only be decoded to be thrown away.
    let bytes = (encoded.len() <= 100).then(|| STANDARD.decode(encoded).ok())??;
    Digest::from_bytes(algorithm, &bytes).ok()
}

/// A digest as `ALGORITHM:HEXADECIMAL`, if it is of an algorithm that is not too weak to be kept.
pub(crate) fn labelled(text: &str) -> Option<Digest> {
    // Longer texts are no digest.
    (text.len() <= 140).then(|| text.to_ascii_lowercase().parse().ok())?
}

/// A SHA-256 digest in hexadecimal, if it is one.
pub(crate) fn sha256(hex: &str) -> Option<Digest> {
    (hex.len() == Algorithm::Sha256.hex_len()).then(|| format!("sha256:{}", hex.to_ascii_lowercase()).parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_and_damaged_digests_are_left_out() {
        let sha256 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let expected = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (text, count) in [
            (sha256.to_owned(), 1),
            (format!("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= {sha256}?x md5-1B2M2Y8AsgTpgAmY7PhCfg=="), 1),
            ("sha512-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned(), 0),
            (format!("sha256-{}", "A".repeat(1_000)), 0),
            ("sha256".to_owned(), 0),
        ] {
            let found = subresource(&text);
            assert_eq!(found.len(), count, "{text}");
            assert!(found.iter().all(|digest| digest.to_string() == expected));
        }
    }

    #[test]
    fn hexadecimal_may_be_upper_case() {
        assert!(sha256(&"A".repeat(64)).is_some());
        assert!(sha256(&"g".repeat(64)).is_none());
        assert!(sha256("00").is_none());
        assert!(labelled(&format!("sha256:{}", "A".repeat(64))).is_some());
        assert!(labelled(&format!("md5:{}", "a".repeat(32))).is_none());
    }
}
