//! Keys that are always the same, and seals made with them.

use std::time::Duration;

use boltseal_model::{Digest, Limits, Redacted, Timestamp};
use boltseal_seal::predicates::{
    Facts, InputAttestation, PolicyReference, SealedVerdict, VerificationResult, Verifier,
};
use boltseal_seal::{
    Entropy, EntropyError, Envelope, KeyAlgorithm, Predicate, PrivateKey, Question, Requirements, Signer, Statement,
    Trust, Verification, verify,
};
use sha2::{Digest as _, Sha256};

/// Bytes that look random and are always the same: tests must not differ from run to run.
pub struct Counted(pub u64);

impl Entropy for Counted {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(32) {
            self.0 += 1;
            chunk.copy_from_slice(&Sha256::digest(self.0.to_be_bytes())[..chunk.len()]);
        }
        Ok(())
    }
}

pub fn key(number: u64) -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::Ed25519, &mut Counted(number * 1_000)).unwrap()
}

pub fn p256(number: u64) -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut Counted(number * 1_000)).unwrap()
}

pub fn password(text: &str) -> Redacted<String> {
    Redacted::new(text.to_owned())
}

pub fn digest(of: &str) -> Digest {
    Digest::sha256(&Sha256::digest(of.as_bytes()).into())
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// When everything happens in tests.
pub fn noon() -> Timestamp {
    at("2026-11-28T12:00:00Z")
}

pub fn days(number: u64) -> Duration {
    Duration::from_secs(number * 86_400)
}

pub fn verdict() -> SealedVerdict {
    let policy = digest("policy");
    SealedVerdict {
        verifier: Verifier {
            id: "https://verifier.example/boltseal".into(),
            version: [("boltseal".to_owned(), "0.1.0".to_owned())].into(),
        },
        time_verified: noon(),
        resource_uri: "registry.example/shop:1.2.3".into(),
        policy: PolicyReference::new("https://policies.example/release", &policy),
        input_attestations: vec![InputAttestation {
            uri: "https://cyclonedx.org/bom".into(),
            digest: [("sha256".to_owned(), digest("bom").hex().to_owned())].into(),
        }],
        verification_result: VerificationResult::Passed,
        verified_levels: vec!["SLSA_BUILD_LEVEL_2".into()],
        slsa_version: Some("1.1".into()),
        advisories_from: Some(at("2026-11-27T06:00:00Z")),
        facts: Facts {
            builder: Some("https://builder.example/hosted".into()),
            source: Some("https://forge.example/shop".into()),
            branch: Some("main".into()),
            ..Facts::default()
        },
    }
}

pub fn statement<P: Predicate>(predicate: &P) -> Statement {
    Statement::new("shop", &digest("image"), predicate).unwrap()
}

pub fn seal(statement: &Statement, signer: &dyn Signer) -> Vec<u8> {
    Envelope::sign(statement.to_json().into_bytes(), &[signer]).unwrap().to_json().into_bytes()
}

pub fn sealed(verdict: &SealedVerdict, signer: &dyn Signer) -> Vec<u8> {
    seal(&statement(verdict), signer)
}

pub fn trust(signer: &dyn Signer) -> Trust {
    Trust::of_key(signer.public_key())
}

/// What seals of the image come to at noon, for the policy.
pub fn ask(seals: &[&[u8]], trust: &Trust, requirements: &Requirements) -> Verification {
    ask_at(seals, trust, requirements, noon())
}

pub fn ask_at(seals: &[&[u8]], trust: &Trust, requirements: &Requirements, now: Timestamp) -> Verification {
    let (image, policy) = (digest("image"), digest("policy"));
    let question = Question { image: &image, policy: Some(&policy), requirements, now };
    verify(seals, &question, trust, &Limits::default())
}

/// An envelope in which a text was put in another's place.
pub fn replaced(seal: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(seal).unwrap();
    assert!(text.contains(from), "{text}");
    text.replace(from, to).into_bytes()
}
