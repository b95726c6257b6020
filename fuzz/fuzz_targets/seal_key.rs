//! Any text as a public key, and as a private one with a password.
#![no_main]

use boltseal_model::{Limits, Redacted};
use boltseal_seal::{PrivateKey, PublicKey, Signer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(key) = PublicKey::from_der(bytes) {
        assert_eq!(key.to_der(), bytes, "a key has one form");
        assert_eq!(PublicKey::from_pem(&key.to_pem()), Ok(key));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = PublicKey::from_pem(text);
    // So that a target run is not a test of scrypt.
    let limits = Limits { password_rounds: 4_096, password_bytes: 1 << 20, ..Limits::default() };
    if let Ok(key) = PrivateKey::from_pem(text, Some(&Redacted::new(String::new())), &limits) {
        let signature = key.sign(b"bytes").expect("a key in memory signs");
        assert_eq!(key.public_key().verify(b"bytes", &signature), Ok(()));
    }
});
