//! What must hold of a secret beyond its pattern.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// A property that a real secret has, and a text of the same shape rarely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The last six characters are the CRC-32 of those between them and the last `_` before, in base 62.
    ///
    /// Source: the GitHub blog, "Behind GitHub's new authentication token formats"; npm's tokens have it too.
    Crc32Base62,
    /// The last eight characters after the last `_` are the CRC-32, in hexadecimal, of the text before it and after the
    /// `_` before that. Source: Grafana's service account tokens, `pkg/components/satokengen`.
    Crc32Hex,
    /// Three parts of base64, the first two JSON objects, the first of which names an algorithm. Source: RFC 7519.
    Jwt,
    /// Base64 between the lines of PEM, which is DER of the length that it says. Source: RFC 7468, X.690.
    PemKey,
    /// Base64 of at least 16 bytes.
    Base64,
}

impl Check {
    /// Whether it holds.
    pub fn holds(self, secret: &[u8]) -> bool {
        match self {
            Self::Crc32Base62 => crc32_base62(secret),
            Self::Crc32Hex => crc32_hex(secret),
            Self::Jwt => jwt(secret),
            Self::PemKey => pem_key(secret),
            Self::Base64 => STANDARD.decode(secret).is_ok_and(|bytes| bytes.len() >= 16),
        }
    }
}

fn after_last_underscore(text: &[u8]) -> &[u8] {
    text.rsplit(|byte| *byte == b'_').next().unwrap_or_default()
}

fn crc32_base62(secret: &[u8]) -> bool {
    after_last_underscore(secret)
        .split_last_chunk::<6>()
        .is_some_and(|(random, sum)| base62(crc32fast::hash(random)) == *sum)
}

/// Six digits of base 62, the highest first: more than a number of 32 bits needs.
pub fn base62(mut number: u32) -> [u8; 6] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = [b'0'; 6];
    for digit in text.iter_mut().rev() {
        *digit = DIGITS.get((number % 62) as usize).copied().unwrap_or_default();
        number /= 62;
    }
    text
}

fn crc32_hex(secret: &[u8]) -> bool {
    let mut parts = secret.rsplitn(3, |byte| *byte == b'_');
    match (parts.next(), parts.next()) {
        (Some(sum), Some(random)) => format!("{:08x}", crc32fast::hash(random)).as_bytes() == sum,
        _ => false,
    }
}

fn jwt(secret: &[u8]) -> bool {
    let mut parts = secret.split(|byte| *byte == b'.');
    let mut object = || -> Option<serde_json::Map<String, serde_json::Value>> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()
    };
    object().is_some_and(|header| header.contains_key("alg")) && object().is_some_and(|claims| !claims.is_empty())
}

fn pem_key(secret: &[u8]) -> bool {
    let Some(text) = std::str::from_utf8(secret).ok().map(|text| text.replace("\\n", "\n").replace("\\r", "")) else {
        return false;
    };
    // Lines with a colon are headers of encrypted keys in the older form.
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----") && !line.contains(": "));
    let body: String = lines.flat_map(str::chars).filter(|char| !char.is_whitespace()).collect();
    let Ok(bytes) = STANDARD.decode(body.trim_end_matches('-')) else { return false };
    // OpenSSH's own format begins with its name, OpenPGP's with a packet for a secret key, all others with a sequence.
    bytes.starts_with(b"openssh-key-v1\0") || is_sequence(&bytes) || is_openpgp_key(&bytes)
}

/// Whether bytes are one DER sequence, whole.
fn is_sequence(bytes: &[u8]) -> bool {
    let (header, length) = match bytes {
        [0x30, short @ 0..=0x7f, ..] => (2, usize::from(*short)),
        [0x30, 0x81, a, ..] => (3, usize::from(*a)),
        [0x30, 0x82, a, b, ..] => (4, usize::from(u16::from_be_bytes([*a, *b]))),
        _ => return false,
    };
    length >= 16 && header + length == bytes.len()
}

/// Whether bytes begin with an OpenPGP packet for a secret key, of the older or the newer form. Source: RFC 9580, section 4.2.
fn is_openpgp_key(bytes: &[u8]) -> bool {
    bytes.len() > 64 && bytes.first().is_some_and(|tag| matches!(tag, 0x94..=0x97 | 0xc5))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_publisher_has_a_right_sum() {
        // From GitHub's description of the format; revoked before it was published.
        let token = ["ghp_zQWBuTSOoRi4A9spHcVY", "5ncnsDkxkJ0mLq17"].concat();
        assert!(Check::Crc32Base62.holds(token.as_bytes()));
        assert!(!Check::Crc32Base62.holds(token.replace('z', "y").as_bytes()));
    }

    #[test]
    fn a_token_of_three_parts_decodes() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"HS256"}"#), part(r#"{"sub":"a"}"#));
        assert!(Check::Jwt.holds(token.as_bytes()));
        let nothing = format!("{}.{}.c2ln", part(r#"{"alg":"HS256"}"#), part("no json"));
        assert!(!Check::Jwt.holds(nothing.as_bytes()));
    }

    #[test]
    fn a_key_has_the_length_that_it_says() {
        let pem = |bytes: &[u8]| {
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", STANDARD.encode(bytes))
        };
        let whole = [&[0x30, 0x20][..], &[7; 32]].concat();
        assert!(Check::PemKey.holds(pem(&whole).as_bytes()));
        assert!(!Check::PemKey.holds(pem(&whole[..20]).as_bytes()));
        assert!(!Check::PemKey.holds(pem(b"not a key at all, only some text").as_bytes()));
    }

    proptest! {
        #[test]
        fn checks_never_panic(secret in proptest::collection::vec(any::<u8>(), 0..200)) {
            for check in [Check::Crc32Base62, Check::Crc32Hex, Check::Jwt, Check::PemKey, Check::Base64] {
                check.holds(&secret);
            }
        }
    }
}
