//! What an entry looks like where it lies: the format, the key that it is for, the SHA-256 of what follows, and that.
//!
//! The digest finds damage, and the key an entry under the name of another. Neither is a proof against whoever may write to
//! the place: that is what permissions are for.

use sha2::{Digest, Sha256};

use super::Key;

/// The format; another one gets another number.
const MAGIC: &[u8; 8] = b"BSLAYER2";
/// Digits of a key, bytes of a digest.
const HEAD_BYTES: usize = MAGIC.len() + 64 + 32;

/// What stands before the content.
pub fn head(key: &Key, content: &[u8]) -> Vec<u8> {
    [MAGIC, key.as_str().as_bytes(), &Sha256::digest(content)].concat()
}

/// The content, if the entry is whole and for this key. Damage costs the time of reading the layer anew, and is gone with the
/// next store.
pub fn content(key: &Key, mut entry: Vec<u8>) -> Option<Vec<u8>> {
    let content = entry.get(HEAD_BYTES..)?;
    if !entry.starts_with(&head(key, content)) {
        return None;
    }
    entry.drain(..HEAD_BYTES);
    Some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_and_any_other_key_is_noticed() {
        let (key, other) = (Key::over(&["a"]), Key::over(&["b"]));
        let entry = [head(&key, b"content"), b"content".to_vec()].concat();
        assert_eq!(content(&key, entry.clone()).unwrap(), b"content");
        assert_eq!(content(&other, entry.clone()), None);
        for at in 0..entry.len() {
            let mut damaged = entry.clone();
            damaged[at] ^= 1;
            assert_eq!(content(&key, damaged), None, "{at}");
            assert_eq!(content(&key, entry[..at].to_vec()), None, "{at}");
        }
    }
}
