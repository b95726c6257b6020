//! Any bytes as a seal, and as what a seal states.
#![no_main]

use std::sync::LazyLock;

use boltseal_model::{Digest, Limits, Timestamp, Verdict};
use boltseal_seal::predicates::Provenance;
use boltseal_seal::{Envelope, PublicKey, Question, Requirements, Statement, Trust, cosign, verify};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEA/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=\n\
    -----END PUBLIC KEY-----\n";

static KEY_READ: LazyLock<PublicKey> = LazyLock::new(|| PublicKey::from_pem(KEY).expect("a key"));

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let image = Digest::sha256(&[1; 32]);
    let requirements = Requirements::default();
    let now = Timestamp::from_seconds(1_800_000_000).expect("a time");
    let question = Question { image: &image, policy: None, requirements: &requirements, now };
    let trust = Trust::of_key(KEY_READ.clone());
    let verification = verify(&[bytes], &question, &trust, &limits);
    // Nobody has signed anything with the key.
    assert_eq!(verification.decision.verdict, Verdict::Deny);
    assert!(verification.accepted.is_empty());
    if let Ok(envelope) = Envelope::parse(bytes, &limits) {
        let again = Envelope::parse(envelope.to_json().as_bytes(), &limits).expect("what is written is read");
        assert_eq!(again, envelope);
    }
    if let Ok(statement) = Statement::parse(bytes, &limits) {
        let again = Statement::parse(statement.to_json().as_bytes(), &limits).expect("what is written is read");
        assert_eq!(again.to_json(), statement.to_json());
        let _ = Provenance::of(&statement);
    }
    let _ = cosign::verify(bytes, "AAAA", &image, &KEY_READ, &limits);
});
