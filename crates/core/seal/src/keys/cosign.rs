//! Key files of cosign: JSON in PEM, with scrypt and the secretbox of NaCl around a PKCS#8.

use boltseal_model::Limits;
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit as _;
use salsa20::XSalsa20;
use salsa20::cipher::{KeyIvInit as _, StreamCipher as _};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{KeyError, password};
use crate::base64;
use crate::json::{self, Bounds};

const TAG_BYTES: usize = 16;

#[derive(Deserialize)]
struct File {
    kdf: Kdf,
    cipher: Cipher,
    ciphertext: String,
}

#[derive(Deserialize)]
struct Kdf {
    name: String,
    params: Params,
    salt: String,
}

#[derive(Deserialize)]
struct Params {
    #[serde(rename = "N")]
    n: u64,
    r: u32,
    p: u32,
}

#[derive(Deserialize)]
struct Cipher {
    name: String,
    nonce: String,
}

/// Opens a key file of cosign.
///
/// Source: `go-securesystemslib`, `encrypted/encrypted.go`, which cosign writes its keys with.
pub(super) fn decrypt(json: &[u8], password: &[u8], limits: &Limits) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let bounds = Bounds { bytes: u64::MAX, depth: 8, folded: 8 };
    let file: File = json::read(json, bounds).map_err(|_| KeyError::Malformed("its JSON is not that of cosign"))?;
    if file.kdf.name != "scrypt" || file.cipher.name != "nacl/secretbox" {
        return Err(KeyError::Cipher);
    }
    let params = password::scrypt_params(file.kdf.params.n, file.kdf.params.r, file.kdf.params.p, limits)?;
    let not_base64 = KeyError::Malformed("a member is not base64");
    let salt = base64::decode(&file.kdf.salt).ok_or_else(|| not_base64.clone())?;
    let nonce = base64::decode(&file.cipher.nonce).ok_or_else(|| not_base64.clone())?;
    let sealed = base64::decode(&file.ciphertext).ok_or(not_base64)?;
    let nonce: [u8; 24] = nonce.try_into().map_err(|_| KeyError::Malformed("its nonce has not 24 bytes"))?;
    let mut key = Zeroizing::new([0u8; 32]);
    scrypt::scrypt(password, &salt, &params, &mut *key)
        .map_err(|_| KeyError::Malformed("its scrypt cannot be done"))?;
    open(&sealed, &key, &nonce).ok_or(KeyError::Password)
}

/// `crypto_secretbox_open` of NaCl: XSalsa20, whose first 32 bytes are the key of Poly1305.
fn open(sealed: &[u8], key: &[u8; 32], nonce: &[u8; 24]) -> Option<Zeroizing<Vec<u8>>> {
    let (tag, encrypted) = sealed.split_at_checked(TAG_BYTES)?;
    let mut cipher = XSalsa20::new(key.into(), nonce.into());
    let mut mac_key = Zeroizing::new([0u8; 32]);
    cipher.apply_keystream(&mut *mac_key);
    let computed = Poly1305::new((&*mac_key).into()).compute_unpadded(encrypted);
    // Compared without an early end, byte by byte, as the time must not say how much of it was right.
    let differs = computed.iter().zip(tag).fold(0, |differs, (computed, found)| differs | (computed ^ found));
    let mut plain = Zeroizing::new(encrypted.to_vec());
    cipher.apply_keystream(&mut plain);
    (differs == 0).then_some(plain)
}
