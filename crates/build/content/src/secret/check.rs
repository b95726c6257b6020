//! What must hold of a secret beyond its pattern.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::example;

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
    /// The last seven characters are the CRC-32 of all before them, in base 36; the two before those tell in base 36 how long
    /// the part before the first `.` is, without the prefix that ends with `-`.
    ///
    /// Source: GitLab's routable tokens, `app/models/authn/token_field/generator/routable_token.rb`.
    Crc32Base36,
    /// Three parts of base64, the first two JSON objects, the first of which names an algorithm. Source: RFC 7519.
    Jwt,
    /// Base64 between the lines of PEM, which is DER of the length that it says. Source: RFC 7468, X.690.
    PemKey,
    /// Base64 of at least 16 bytes.
    Base64,
    /// Base64 of a name and a password with a colon between them. Source: RFC 7617, and Docker's `config.json`.
    BasicAuth,
}

impl Check {
    /// Whether it holds.
    pub fn holds(self, secret: &[u8]) -> bool {
        match self {
            Self::Crc32Base62 => crc32_base62(secret),
            Self::Crc32Hex => crc32_hex(secret),
            Self::Crc32Base36 => crc32_base36(secret),
            Self::Jwt => jwt(secret),
            Self::PemKey => pem_key(secret),
            Self::Base64 => STANDARD.decode(secret).is_ok_and(|bytes| bytes.len() >= 16),
            Self::BasicAuth => basic_auth(secret),
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

/// Six digits of base 62, the highest first: what a number of 32 bits needs.
pub fn base62(number: u32) -> [u8; 6] {
    digits(number, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
}

/// Digits of base 36, the highest first. Seven are what a number of 32 bits needs.
pub fn base36<const COUNT: usize>(number: u32) -> [u8; COUNT] {
    digits(number, b"0123456789abcdefghijklmnopqrstuvwxyz")
}

/// The last digits of a number whose base is as many as there are characters.
fn digits<const BASE: usize, const COUNT: usize>(number: u32, characters: &[u8; BASE]) -> [u8; COUNT] {
    let mut number = number as usize;
    let mut text = [b'0'; COUNT];
    for digit in text.iter_mut().rev() {
        *digit = characters.get(number % BASE).copied().unwrap_or_default();
        number /= BASE;
    }
    text
}

fn crc32_base36(secret: &[u8]) -> bool {
    let Some((rest, sum)) = secret.split_last_chunk::<7>() else { return false };
    let Some((before, length)) = rest.split_last_chunk::<2>() else { return false };
    let payload = before.split(|byte| *byte == b'.').next().unwrap_or_default();
    let payload = payload.splitn(2, |byte| *byte == b'-').last().unwrap_or_default();
    base36(crc32fast::hash(rest)) == *sum && u32::try_from(payload.len()).is_ok_and(|count| base36(count) == *length)
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

fn basic_auth(secret: &[u8]) -> bool {
    let Some(text) = STANDARD.decode(secret).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return false };
    let Some((_, password)) = text.split_once(':') else { return false };
    password.chars().count() >= 4 && !text.contains(char::is_control) && !example::is_example(password.as_bytes())
}

fn pem_key(secret: &[u8]) -> bool {
    let Some(text) = std::str::from_utf8(secret).ok().map(|text| text.replace("\\n", "\n").replace("\\r", "")) else {
        return false;
    };
    // Lines with a colon are headers of encrypted keys in the older form.
    // One that begins with `=` is the checksum of OpenPGP.
    let is_body = |line: &&str| !line.starts_with("-----") && !line.contains(": ") && !line.starts_with('=');
    let lines = text.lines().map(str::trim).filter(is_body);
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
    fn a_sum_of_seven_digits_is_of_all_before_it() {
        let token = |payload: &str, length: &str| {
            let rest = format!("glpat-{payload}.01.{length}");
            let sum = base36::<7>(crc32fast::hash(rest.as_bytes()));
            [rest.as_bytes(), &sum].concat()
        };
        let payload = "Zb3kq9TnW1xY7vRt-k8s_9f2b71c0d4e6a385Qw";
        assert!(Check::Crc32Base36.holds(&token(payload, "13")));
        assert!(!Check::Crc32Base36.holds(&token(payload, "14")), "the length is wrong");
        let mut other = token(payload, "13");
        other[8] ^= 1;
        assert!(!Check::Crc32Base36.holds(&other), "the sum is wrong");
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
    fn a_name_and_a_password_are_no_other_text() {
        assert!(Check::BasicAuth.holds(STANDARD.encode("robot:Zb3kq9TnW1").as_bytes()));
        for text in ["robot", "robot:", "robot:password", "a\0:Zb3kq9TnW1"] {
            assert!(!Check::BasicAuth.holds(STANDARD.encode(text).as_bytes()), "{text}");
        }
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
        let packet = [&[0x95, 0x03][..], &[7; 100]].concat();
        let block = format!(
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n{}\n=abcd\n-----END",
            STANDARD.encode(packet)
        );
        assert!(Check::PemKey.holds(block.as_bytes()), "with a checksum");
    }

    proptest! {
        #[test]
        fn checks_never_panic(secret in proptest::collection::vec(any::<u8>(), 0..200)) {
            use Check::{Base64, BasicAuth, Crc32Base36, Crc32Base62, Crc32Hex, Jwt, PemKey};
            for check in [Crc32Base62, Crc32Hex, Crc32Base36, Jwt, PemKey, Base64, BasicAuth] {
                check.holds(&secret);
            }
        }
    }
}
