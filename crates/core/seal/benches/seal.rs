//! How fast a gate verifies a verdict, and a bundle of Sigstore is read.
#![expect(clippy::expect_used, reason = "benches report by panicking")]

use std::collections::BTreeMap;
use std::hint::black_box;

use boltseal_model::{Digest, Limits, Timestamp};
use boltseal_seal::predicates::{Facts, PolicyReference, SealedVerdict, VerificationResult, Verifier};
use boltseal_seal::{
    Entropy, EntropyError, Envelope, KeyAlgorithm, PrivateKey, Question, Requirements, Signer, Statement, Trust, verify,
};
use criterion::{Criterion, criterion_group, criterion_main};

/// Keys that are always the same.
struct Fixed;

impl Entropy for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(7);
        Ok(())
    }
}

fn verdict(now: Timestamp, policy: &Digest) -> SealedVerdict {
    SealedVerdict {
        verifier: Verifier { id: "https://verifier.example/boltseal".into(), version: BTreeMap::new() },
        time_verified: now,
        resource_uri: "registry.example/shop:1.2.3".into(),
        policy: PolicyReference::new("https://policies.example/release", policy),
        input_attestations: Vec::new(),
        verification_result: VerificationResult::Passed,
        verified_levels: vec!["SLSA_BUILD_LEVEL_2".into()],
        slsa_version: Some("1.1".into()),
        advisories_from: Some(now),
        facts: Facts { branch: Some("main".into()), ..Facts::default() },
    }
}

fn seals(criterion: &mut Criterion) {
    let now: Timestamp = "2026-11-28T12:00:00Z".parse().expect("a time");
    let (image, policy) = (Digest::sha256(&[1; 32]), Digest::sha256(&[2; 32]));
    let (requirements, limits) = (Requirements::default(), Limits::default());
    for (name, algorithm) in [("ed25519", KeyAlgorithm::Ed25519), ("ecdsa-p256", KeyAlgorithm::EcdsaP256)] {
        let key = PrivateKey::generate(algorithm, &mut Fixed).expect("a key");
        let statement = Statement::new("shop", &image, &verdict(now, &policy)).expect("a statement");
        let payload = statement.to_json().into_bytes();
        let seal = Envelope::sign(payload.clone(), &[&key]).expect("a seal").to_json().into_bytes();
        let trust = Trust::of_key(key.public_key());
        let question = Question { image: &image, policy: Some(&policy), requirements: &requirements, now };
        criterion.bench_function(&format!("verify a verdict, {name}"), |bencher| {
            bencher.iter(|| {
                let verification = verify(black_box(&[&seal]), &question, &trust, &limits);
                assert!(verification.decision.reasons.is_empty());
            });
        });
        criterion.bench_function(&format!("sign a verdict, {name}"), |bencher| {
            bencher.iter(|| Envelope::sign(black_box(payload.clone()), &[&key]).expect("a seal"));
        });
    }
}

criterion_group!(benches, seals);
criterion_main!(benches);
