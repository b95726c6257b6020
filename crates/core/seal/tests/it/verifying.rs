//! What an image's seals come to.

use boltseal_model::{Algorithm, Limits, Verdict};
use boltseal_seal::predicates::{Facts, Kind, VerificationResult, VulnerabilityReport};
use boltseal_seal::{Envelope, Question, Refusal, Requirements, SignedBy, Signer, Trust, Verification, verify};

use crate::support::{
    Counted, ask, ask_at, at, days, digest, key, noon, p256, seal, sealed, statement, trust, verdict,
};

fn denied(verification: &Verification, part: &str) {
    let reasons = &verification.decision.reasons;
    assert_eq!(verification.decision.verdict, Verdict::Deny);
    assert!(reasons.iter().any(|reason| reason.contains(part)), "{part:?} is not in {reasons:#?}");
}

fn allowed(verification: &Verification) {
    assert_eq!(verification.decision.reasons, Vec::<String>::new());
    assert_eq!(verification.decision.verdict, Verdict::Allow);
}

#[test]
fn a_verdict_that_passed_is_enough() {
    for signer in [key(1), p256(1)] {
        let verification = ask(&[&sealed(&verdict(), &signer)], &trust(&signer), &Requirements::default());
        allowed(&verification);
        assert_eq!(verification.verdict, Some(verdict()));
        assert!(
            matches!(&verification.accepted[0].signed_by, SignedBy::Key { id, .. } if *id == signer.public_key().id())
        );
    }
}

#[test]
fn without_a_verdict_nothing_is_allowed() {
    denied(&ask(&[], &trust(&key(1)), &Requirements::default()), "there is no verdict about the image that counts");
}

#[test]
fn a_verdict_that_failed_denies() {
    let failed =
        boltseal_seal::predicates::SealedVerdict { verification_result: VerificationResult::Failed, ..verdict() };
    denied(&ask(&[&sealed(&failed, &key(1))], &trust(&key(1)), &Requirements::default()), "did not satisfy the policy");
}

#[test]
fn the_newest_verdict_decides_whatever_the_order() {
    let (mut older, mut newer) = (verdict(), verdict());
    older.time_verified = at("2026-11-27T00:00:00Z");
    newer.verification_result = VerificationResult::Failed;
    let (older, newer) = (sealed(&older, &key(1)), sealed(&newer, &key(1)));
    for seals in [[&older[..], &newer], [&newer, &older]] {
        denied(&ask(&seals, &trust(&key(1)), &Requirements::default()), "did not satisfy the policy");
    }
    let passed = sealed(&verdict(), &key(1));
    for seals in [[&passed[..], &newer], [&newer, &passed]] {
        denied(&ask(&seals, &trust(&key(1)), &Requirements::default()), "did not satisfy the policy");
    }
}

#[test]
fn age_is_reckoned_from_the_time_of_asking() {
    let seal = sealed(&verdict(), &key(1));
    let requirements =
        Requirements { max_age: Some(days(7)), max_advisory_age: Some(days(9)), ..Requirements::default() };
    let asked = |now| ask_at(&[&seal], &trust(&key(1)), &requirements, at(now));
    allowed(&asked("2026-12-05T12:00:00Z"));
    denied(&asked("2026-12-05T12:00:01Z"), "the verdict is of 2026-11-28T12:00:00Z, older than the 7 days allowed");
    denied(&asked("2026-12-06T06:00:01Z"), "rests on advisories of 2026-11-27T06:00:00Z, older than the 9 days");
    let mut unsaid = verdict();
    unsaid.advisories_from = None;
    let unsaid = ask(&[&sealed(&unsaid, &key(1))], &trust(&key(1)), &requirements);
    denied(&unsaid, "does not say of when its advisories are");
}

#[test]
fn a_verdict_from_the_future_does_not_count_but_a_clock_may_be_a_little_off() {
    let seal = sealed(&verdict(), &key(1));
    let asked = |now| ask_at(&[&seal], &trust(&key(1)), &Requirements::default(), at(now));
    allowed(&asked("2026-11-28T11:55:00Z"));
    denied(&asked("2026-11-28T11:54:59Z"), "one of the clocks is wrong");
}

#[test]
fn the_policy_must_be_the_one_that_is_asked_for() {
    let (seal, trust, image, other) = (sealed(&verdict(), &key(1)), trust(&key(1)), digest("image"), digest("other"));
    let requirements = Requirements::default();
    let question = Question { image: &image, policy: Some(&other), requirements: &requirements, now: noon() };
    denied(&verify(&[&seal], &question, &trust, &Limits::default()), "the verdict is for the policy \"sha256:");
    allowed(&verify(&[&seal], &Question { policy: None, ..question }, &trust, &Limits::default()));
}

#[test]
fn levels_verifiers_and_facts_must_be_met() {
    let seal = sealed(&verdict(), &key(1));
    let asked = |requirements: &Requirements| ask(&[&seal], &trust(&key(1)), requirements);
    let one = |text: &str| vec![text.to_owned()];
    let none = Requirements::default;
    allowed(&asked(&Requirements {
        levels: one("SLSA_BUILD_LEVEL_1"),
        verifiers: one("https://verifier.example/boltseal"),
        builders: vec!["https://other.example".into(), "https://builder.example/hosted".into()],
        sources: one("https://forge.example/shop"),
        branches: one("main"),
        ..none()
    }));
    for (requirements, reason) in [
        (Requirements { levels: one("SLSA_BUILD_LEVEL_3"), ..none() }, "the level SLSA_BUILD_LEVEL_3 is required"),
        (Requirements { verifiers: one("https://verifier.example"), ..none() }, "is by the verifier \"https://ver"),
        (Requirements { builders: one("https://builder.example"), ..none() }, "the builder must be https://builder"),
        (Requirements { sources: one("https://forge.example/shops"), ..none() }, "the source must be https://forge"),
        (Requirements { branches: one("release"), ..none() }, "the branch must be release, and is \"main\""),
    ] {
        denied(&asked(&requirements), reason);
    }
    let mut unknown = verdict();
    unknown.facts = Facts::default();
    let unknown =
        ask(&[&sealed(&unknown, &key(1))], &trust(&key(1)), &Requirements { branches: one("main"), ..none() });
    denied(&unknown, "the branch must be main, and is not stated");
}

#[test]
fn statements_that_are_required_must_be_there_and_signed() {
    let requirements = Requirements { statements: vec![Kind::Intent], ..Requirements::default() };
    let (verdict, intent) = (sealed(&verdict(), &key(1)), statement(&boltseal_model::Intent::default()));
    denied(&ask(&[&verdict], &trust(&key(1)), &requirements), "an intent is required");
    let forged = seal(&intent, &key(2));
    denied(&ask(&[&verdict, &forged], &trust(&key(1)), &requirements), "an intent is required");
    allowed(&ask(&[&verdict, &seal(&intent, &key(1))], &trust(&key(1)), &requirements));
}

#[test]
fn rubbish_beside_a_verdict_denies_nothing_and_is_told() {
    let seal = sealed(&verdict(), &key(1));
    let forged = sealed(&verdict(), &key(2));
    let verification = ask(&[b"rubbish", &forged, &seal], &trust(&key(1)), &Requirements::default());
    allowed(&verification);
    let numbers: Vec<usize> = verification.refused.iter().map(|refused| refused.number).collect();
    assert_eq!(numbers, [0, 1]);
    assert!(matches!(verification.refused[0].refusal, Refusal::Envelope(_)));
    assert!(matches!(verification.refused[1].refusal, Refusal::NoTrustedSignature { .. }));
}

#[test]
fn more_seals_than_are_looked_at_are_refused_all_together() {
    let seal = sealed(&verdict(), &key(1));
    let many = vec![&seal[..]; 257];
    denied(&ask(&many, &trust(&key(1)), &Requirements::default()), "257 seals, more than the 256");
}

#[test]
fn seals_that_cost_too_much_decide_nothing() {
    let good = sealed(&verdict(), &key(1));
    let (image, policy, requirements) = (digest("image"), digest("policy"), Requirements::default());
    let question = Question { image: &image, policy: Some(&policy), requirements: &requirements, now: noon() };
    let costly: Vec<Vec<u8>> = (0..9).map(|number| sealed(&verdict(), &key(10 + number))).collect();
    let limits = Limits { verified_bytes: 9 * (20 << 10), ..Limits::default() };
    let mut seals: Vec<&[u8]> = vec![&good];
    allowed(&verify(&seals, &question, &trust(&key(1)), &limits));
    seals.extend(costly.iter().map(Vec::as_slice));
    seals.extend(costly.iter().map(Vec::as_slice));
    let verification = verify(&seals, &question, &trust(&key(1)), &limits);
    denied(&verification, "more signatures and bytes than are verified for one image");
    assert_eq!(verification.verdict, None, "a newer verdict could stand where nobody looked");
}

#[test]
fn provenance_beside_the_image_becomes_facts_of_a_verdict() {
    let predicate = r#"{"buildDefinition":{"buildType":"b","externalParameters":{"workflow":
        {"ref":"refs/heads/release","repository":"https://forge.example/shop","path":"x"}}},
        "runDetails":{"builder":{"id":"https://builder.example/hosted"}}}"#;
    let stated = boltseal_seal::Statement::of_json(
        "shop",
        &digest("image"),
        boltseal_seal::predicates::PROVENANCE_V1,
        predicate.as_bytes(),
        &Limits::default(),
    );
    let stated = stated.unwrap();
    let forged = ask(&[&seal(&stated, &key(2))], &trust(&key(1)), &Requirements::default());
    assert_eq!(forged.provenance(), []);
    let found = ask(&[&seal(&stated, &key(1))], &trust(&key(1)), &Requirements::default()).provenance();
    let mut verdict = verdict();
    verdict.facts = found[0].facts.clone();
    let release = Requirements { branches: vec!["release".into()], ..Requirements::default() };
    allowed(&ask(&[&sealed(&verdict, &key(1))], &trust(&key(1)), &release));
}

#[test]
fn an_image_named_by_another_algorithm_needs_that_to_be_declared() {
    let image = format!("sha512:{}", "ab".repeat(64)).parse().unwrap();
    let stated = boltseal_seal::Statement::new("shop", &image, &verdict()).unwrap();
    let (seal, trust) = (seal(&stated, &key(1)), trust(&key(1)));
    let asked = |requirements: &Requirements| {
        let question = Question { image: &image, policy: None, requirements, now: noon() };
        verify(&[&seal], &question, &trust, &Limits::default())
    };
    denied(&asked(&Requirements::default()), "the image is named by sha512, which is not allowed");
    let both = vec![Algorithm::Sha256, Algorithm::Sha512];
    allowed(&asked(&Requirements { algorithms: both, ..Requirements::default() }));
}

#[test]
fn one_signature_of_several_by_a_trusted_key_is_enough() {
    let payload = statement(&verdict()).to_json().into_bytes();
    let envelope = Envelope::sign(payload, &[&key(2), &p256(3), &key(1)]).unwrap().to_json();
    for signer in [key(1), p256(3)] {
        allowed(&ask(&[envelope.as_bytes()], &trust(&signer), &Requirements::default()));
    }
    denied(&ask(&[envelope.as_bytes()], &trust(&key(4)), &Requirements::default()), "no signature of it is by a key");
}

fn document(keys: &str, revoked: &str) -> Trust {
    let text = format!("{{\"schema\":\"boltseal.trust/v1\",\"keys\":[{keys}],\"revoked\":{{{revoked}}}}}");
    Trust::parse(text.as_bytes(), &Limits::default()).unwrap()
}

fn entry(name: &str, signer: &dyn Signer, from: &str, until: &str) -> String {
    let pem = serde_json::to_string(&signer.public_key().to_pem()).unwrap();
    format!("{{\"name\":\"{name}\",\"public_key\":{pem},\"from\":\"{from}\",\"until\":\"{until}\"}}")
}

#[test]
fn keys_follow_each_other_with_windows_that_overlap() {
    let (old, new) = (key(1), p256(2));
    let keys = [
        entry("2026", &old, "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"),
        entry("2027", &new, "2026-11-01T00:00:00Z", "2027-12-31T00:00:00Z"),
    ];
    let trust = document(&keys.join(","), "");
    let asked = |signer: &dyn Signer, signed: &str, now: &str| {
        let mut verdict = verdict();
        verdict.time_verified = at(signed);
        ask_at(&[&sealed(&verdict, signer)], &trust, &Requirements::default(), at(now))
    };
    for signer in [&old as &dyn Signer, &new] {
        allowed(&asked(signer, "2026-11-28T12:00:00Z", "2026-11-28T12:00:00Z"));
    }
    allowed(&asked(&old, "2026-12-31T00:00:00Z", "2027-02-01T00:00:00Z"));
    let late = asked(&old, "2026-12-31T00:00:01Z", "2027-02-01T00:00:00Z");
    denied(
        &late,
        "the key \"2026\" was believed until 2026-12-31T00:00:00Z, and this was signed at 2026-12-31T00:00:01Z",
    );
    let early = asked(&new, "2026-10-31T23:59:59Z", "2026-11-28T12:00:00Z");
    denied(&early, "the key \"2027\" is believed from 2026-11-01T00:00:00Z");
}

#[test]
fn a_statement_without_a_time_of_its_own_is_held_to_now() {
    let trust = document(&entry("2026", &key(1), "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"), "");
    let intent = seal(&statement(&boltseal_model::Intent::default()), &key(1));
    let accepted = |now| ask_at(&[&intent], &trust, &Requirements::default(), at(now)).accepted.len();
    assert_eq!((accepted("2026-12-31T00:00:00Z"), accepted("2026-12-31T00:00:01Z")), (1, 0));
}

#[test]
fn a_revoked_key_is_believed_in_nothing_from_then_on() {
    let id = key(1).public_key().id();
    let revoked = format!("\"keys\":[{{\"id\":\"{id}\",\"at\":\"2026-11-29T00:00:00Z\",\"reason\":\"stolen\"}}]");
    let trust = document(&entry("2026", &key(1), "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"), &revoked);
    let seal = sealed(&verdict(), &key(1));
    let asked = |now| ask_at(&[&seal], &trust, &Requirements::default(), at(now));
    allowed(&asked("2026-11-28T23:59:59Z"));
    denied(&asked("2026-11-29T00:00:00Z"), "the key \"2026\" was revoked at 2026-11-29T00:00:00Z (\"stolen\")");
}

#[test]
fn a_revoked_seal_does_not_come_back_with_another_signature() {
    let (ed, ec) = (key(1), p256(2));
    let payload = statement(&verdict()).to_json().into_bytes();
    let digest = Envelope::sign(payload, &[&ed]).unwrap().digest();
    let revoked =
        format!("\"seals\":[{{\"digest\":\"{digest}\",\"at\":\"2026-11-28T00:00:00Z\",\"reason\":\"wrong\"}}]");
    let window = |name, signer: &dyn Signer| entry(name, signer, "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z");
    let trust = document(&[window("a", &ed), window("b", &ec)].join(","), &revoked);
    for signer in [&ed as &dyn Signer, &ec] {
        let seal = sealed(&verdict(), signer);
        denied(&ask(&[&seal], &trust, &Requirements::default()), "was revoked at 2026-11-28T00:00:00Z (\"wrong\")");
    }
}

#[test]
fn a_document_of_trust_that_is_not_whole_is_refused() {
    let good = entry("a", &key(1), "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z");
    for (text, part) in [
        ("{}".to_owned(), "missing field `schema`"),
        ("{\"schema\":\"boltseal.trust/v2\"}".to_owned(), "\"boltseal.trust/v1\" is read"),
        ("{\"schema\":\"boltseal.trust/v1\",\"revokd\":{}}".to_owned(), "unknown field `revokd`"),
        (format!("{{\"schema\":\"boltseal.trust/v1\",\"keys\":[{good},{good}]}}"), "stands there twice"),
        ("{\"schema\":\"boltseal.trust/v1\",\"revoked\":{},\"Revoked\":{}}".to_owned(), "stands twice in one object"),
        (
            format!("{{\"schema\":\"boltseal.trust/v1\",\"keys\":[{}]}}", good.replace("2026-12", "2025-12")),
            "a time before",
        ),
        (format!("{{\"schema\":\"boltseal.trust/v1\",\"keys\":[{}]}}", good.replace("MCow", "MCoW")), "cannot be used"),
        ("-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----\n".to_owned(), "the key 1 cannot be used"),
    ] {
        let error = Trust::parse(text.as_bytes(), &Limits::default()).unwrap_err().to_string();
        assert!(error.contains(part), "{part:?} is not in {error:?}");
    }
    let limits = Limits { trusted_keys: 1, ..Limits::default() };
    let two = format!("{}{}", key(1).public_key().to_pem(), key(2).public_key().to_pem());
    assert!(Trust::parse(two.as_bytes(), &limits).is_err());
    assert_eq!(Trust::parse(two.as_bytes(), &Limits::default()).unwrap().keys().len(), 2);
}

#[test]
fn a_hint_is_no_more_than_a_hint() {
    let seal = String::from_utf8(sealed(&verdict(), &key(1))).unwrap();
    let id = key(1).public_key().id().to_string();
    let trust = trust(&key(1));
    for hint in [key(2).public_key().id().to_string(), String::new(), "\u{1b}[2J".escape_default().to_string()] {
        let other = seal.replace(&id, &hint.replace('\\', "\\\\"));
        allowed(&ask(&[other.as_bytes()], &trust, &Requirements::default()));
    }
}

#[test]
fn a_report_of_vulnerabilities_is_read_as_cosign_writes_it() {
    let text = r#"{"invocation":{"parameters":null,"uri":"","event_id":"","builder.id":""},"scanner":{"uri":"pkg:scanner","version":"1","db":{"uri":"","version":""},"result":{"a":1}},"metadata":{"scanStartedOn":"2026-11-28T10:00:00Z","scanFinishedOn":"2026-11-28T10:00:05.5+00:00"}}"#;
    let stated = boltseal_seal::Statement::of_json(
        "shop",
        &digest("image"),
        "https://cosign.sigstore.dev/attestation/vuln/v1",
        text.as_bytes(),
        &Limits::default(),
    );
    let report: VulnerabilityReport = stated.unwrap().predicate().unwrap();
    assert_eq!(report.metadata.scan_finished_on, at("2026-11-28T10:00:05Z"));
    let again = statement(&report);
    assert_eq!(again.predicate::<VulnerabilityReport>().unwrap(), report);
}

#[test]
fn keys_that_are_made_one_after_the_other_differ() {
    let mut entropy = Counted(5);
    let algorithm = boltseal_seal::KeyAlgorithm::EcdsaP256;
    let (one, two) = (
        boltseal_seal::PrivateKey::generate(algorithm, &mut entropy).unwrap(),
        boltseal_seal::PrivateKey::generate(algorithm, &mut entropy).unwrap(),
    );
    assert_ne!(one.public_key(), two.public_key());
}
