//! Cases of rules: texts with placeholders, so that no file of rules holds anything that looks like a secret.
//!
//! `<alnum:36>` stands for 36 letters and digits. Every expansion gives others, the same ones for the same seed.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::check::{base36, base62};

/// What a placeholder may name, and the characters that it stands for.
const CLASSES: &[(&str, &str)] = &[
    ("alnum", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    ("alpha", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    ("base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
    ("BECH32", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    ("digit", "0123456789"),
    ("hex", "0123456789abcdef"),
    ("HEX", "0123456789ABCDEF"),
    ("lower", "abcdefghijklmnopqrstuvwxyz"),
    ("lowernum", "abcdefghijklmnopqrstuvwxyz0123456789"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("uppernum", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
];

/// A case with every placeholder replaced.
///
/// Beside the classes of characters with a length there are `<crc32-base62>` and `<crc32-hex>` (with a right checksum),
/// `<crc32-base36:PREFIX>` (which begins with the prefix), `<jwt>`, `<uuid>`, `<der:64>` (base64 of a DER sequence), `<base64-of:TEXT>`,
/// whose text may have one placeholder written `{alnum:20}`, and `<lt>` for `<` itself.
///
/// # Errors
/// The placeholder that means nothing.
pub fn expanded(case: &str, seed: u64) -> Result<String, String> {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut text = String::with_capacity(case.len());
    let mut rest = case;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        match after.split_once('>') {
            Some((name, after)) => {
                text.push_str(
                    &placeholder(name, &mut random).ok_or_else(|| format!("<{name}> means nothing in {case:?}"))?,
                );
                rest = after;
            }
            None => return Err(format!("a < has no > in {case:?}; write <lt> for the character")),
        }
    }
    Ok(text + rest)
}

/// The characters of a class.
pub fn class(name: &str) -> Option<&'static str> {
    CLASSES.iter().find(|(it, _)| *it == name).map(|(_, characters)| *characters)
}

fn placeholder(name: &str, random: &mut Random) -> Option<String> {
    let (class, argument) = name.split_once(':').unwrap_or((name, ""));
    let alnum = |random: &mut Random, count| random.text(self::class("alnum").unwrap_or_default(), count);
    Some(match class {
        "lt" => "<".to_owned(),
        "crc32-base62" => {
            let token = alnum(random, 30);
            let sum = String::from_utf8_lossy(&base62(crc32fast::hash(token.as_bytes()))).into_owned();
            token + &sum
        }
        "crc32-hex" => {
            let token = alnum(random, 32);
            let sum = crc32fast::hash(token.as_bytes());
            format!("{token}_{sum:08x}")
        }
        "crc32-base36" => {
            let payload = alnum(random, 40);
            let length = String::from_utf8_lossy(&base36::<2>(40)).into_owned();
            let token = format!("{argument}{payload}.01.{length}");
            let sum = base36::<7>(crc32fast::hash(token.as_bytes()));
            token + &String::from_utf8_lossy(&sum)
        }
        "uuid" => [8, 4, 4, 4, 12].map(|count| random.text(self::class("hex").unwrap_or_default(), count)).join("-"),
        "jwt" => {
            let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
            let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"sub":"{}"}}"#, alnum(random, 12)));
            format!("{header}.{claims}.{}", alnum(random, 43))
        }
        "der" => {
            let length: u8 = argument.parse().ok().filter(|length| *length < 0x80)?;
            let body = alnum(random, usize::from(length));
            STANDARD.encode([&[0x30, length], body.as_bytes()].concat())
        }
        "base64-of" => {
            let (before, rest) = argument.split_once('{').unwrap_or((argument, "}"));
            let (inner, after) = rest.split_once('}')?;
            let inner = if inner.is_empty() { String::new() } else { placeholder(inner, random)? };
            STANDARD.encode([before, &inner, after].concat())
        }
        _ => random.text(self::class(class)?, argument.parse().ok().filter(|count| *count <= 4_096)?),
    })
}

/// Marsaglia's xorshift: enough for texts that differ.
struct Random(u64);

impl Random {
    fn text(&mut self, characters: &str, count: usize) -> String {
        let characters: Vec<char> = characters.chars().collect();
        (0..count).filter_map(|_| characters.get(self.below(characters.len()))).collect()
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 33) % bound.max(1) as u64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_replaced_alike_for_one_seed() {
        let once = expanded("key = <hex:8> <lt>", 1).unwrap();
        assert_eq!(once, expanded("key = <hex:8> <lt>", 1).unwrap());
        assert_ne!(once, expanded("key = <hex:8> <lt>", 2).unwrap());
        assert!(once.starts_with("key = ") && once.ends_with(" <") && once.len() == 16, "{once}");
    }

    #[test]
    fn what_means_nothing_is_named() {
        assert_eq!(expanded("<hexx:8>", 1).unwrap_err(), "<hexx:8> means nothing in \"<hexx:8>\"");
        assert!(expanded("a < b", 1).unwrap_err().contains("<lt>"));
    }
}
