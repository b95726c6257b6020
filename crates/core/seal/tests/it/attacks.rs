//! Attacks on seals, as the threat model lists them.

use boltseal_model::{Digest, Limits, Timestamp, Verdict};
use boltseal_seal::cosign::{self, CosignError};
use boltseal_seal::predicates::SealedVerdict;
use boltseal_seal::{Envelope, Refusal, Requirements, Signer, Statement, Verification};

use crate::support::{ask, ask_at, at, days, digest, key, p256, replaced, seal, sealed, statement, trust, verdict};

/// The one seal was refused, and the image denied.
fn refused(verification: Verification) -> Refusal {
    assert_eq!(verification.decision.verdict, Verdict::Deny);
    assert!(verification.accepted.is_empty() && verification.verdict.is_none());
    verification.refused.into_iter().next().unwrap().refusal
}

fn asked(seal: &[u8]) -> Verification {
    ask(&[seal], &trust(&key(1)), &Requirements::default())
}

/// Parts of an envelope in base64: its payload, and its first signature.
fn parts(seal: &[u8]) -> (String, String) {
    let value: serde_json::Value = serde_json::from_slice(seal).unwrap();
    (value["payload"].as_str().unwrap().to_owned(), value["signatures"][0]["sig"].as_str().unwrap().to_owned())
}

#[test]
fn a_forged_seal_is_refused() {
    let forged = asked(&sealed(&verdict(), &key(2)));
    assert!(matches!(refused(forged), Refusal::NoTrustedSignature { .. }));
    // With the hint of the key that is trusted.
    let forged = sealed(&verdict(), &key(2));
    let (own, trusted) = (key(2).public_key().id().to_string(), key(1).public_key().id().to_string());
    let forged = asked(&replaced(&forged, &own, &trusted));
    assert!(matches!(refused(forged), Refusal::NoTrustedSignature { hints } if hints.contains(&trusted)));
}

#[test]
fn a_payload_under_another_ones_signature_is_refused() {
    let failed = SealedVerdict { verified_levels: vec!["SLSA_BUILD_LEVEL_4".into()], ..verdict() };
    let ((good, _), (bad, _)) = (parts(&sealed(&verdict(), &key(1))), parts(&sealed(&failed, &key(1))));
    let swapped = replaced(&sealed(&verdict(), &key(1)), &good, &bad);
    assert!(matches!(refused(asked(&swapped)), Refusal::NoTrustedSignature { .. }));
}

#[test]
fn a_payload_of_another_type_under_the_same_signature_is_refused() {
    let signed_as_other = {
        let payload = statement(&verdict()).to_json();
        let bytes = boltseal_seal::pre_authentication_encoding("application/json", payload.as_bytes());
        let (_, own) = parts(&sealed(&verdict(), &key(1)));
        let other = key(1).sign(&bytes).unwrap();
        let encoded =
            serde_json::to_value(Envelope::sign(payload.into_bytes(), &[&key(1)]).unwrap().to_json()).unwrap();
        let text = encoded.as_str().unwrap().to_owned();
        text.replace(&own, &base64(&other))
    };
    assert!(matches!(refused(asked(signed_as_other.as_bytes())), Refusal::NoTrustedSignature { .. }));
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn a_truncated_seal_is_refused() {
    let seal = sealed(&verdict(), &key(1));
    for length in [0, 1, seal.len() / 2, seal.len() - 1] {
        assert!(matches!(refused(asked(&seal[..length])), Refusal::Envelope(_)), "{length}");
    }
}

#[test]
fn a_replayed_seal_is_refused_by_its_age_and_by_a_newer_one() {
    let old = SealedVerdict { time_verified: at("2026-10-01T00:00:00Z"), ..verdict() };
    let old = sealed(&old, &key(1));
    let requirements = Requirements { max_age: Some(days(30)), ..Requirements::default() };
    let replayed = ask(&[&old], &trust(&key(1)), &requirements);
    assert!(replayed.decision.reasons[0].contains("older than the 30 days allowed"), "{:?}", replayed.decision);
    let newer =
        SealedVerdict { verification_result: boltseal_seal::predicates::VerificationResult::Failed, ..verdict() };
    let newer = sealed(&newer, &key(1));
    assert_eq!(ask(&[&newer, &old], &trust(&key(1)), &Requirements::default()).decision.verdict, Verdict::Deny);
}

#[test]
fn a_seal_of_another_image_is_refused_whoever_lists_it() {
    let other = Statement::new("shop", &digest("another image"), &verdict()).unwrap();
    let refusal = refused(asked(&seal(&other, &key(1))));
    assert!(matches!(&refusal, Refusal::OtherImage { image, .. } if *image == digest("image")));
    assert!(refusal.to_string().ends_with("whoever put it beside this image was wrong or lied"), "{refusal}");
}

#[test]
fn a_name_decides_nothing() {
    let renamed = Statement::new("another name", &digest("image"), &verdict()).unwrap();
    assert_eq!(asked(&seal(&renamed, &key(1))).decision.verdict, Verdict::Allow);
    let only_name = statement(&verdict()).to_json().replace(digest("image").hex(), digest("other").hex());
    let only_name = Envelope::sign(only_name.into_bytes(), &[&key(1)]).unwrap().to_json();
    assert!(matches!(refused(asked(only_name.as_bytes())), Refusal::OtherImage { .. }));
}

#[test]
fn an_image_named_by_a_weak_digest_is_refused() {
    for weak in ["sha1", "md5", "blake3", "Sha256"] {
        let text = statement(&verdict()).to_json().replace("{\"sha256\":\"", &format!("{{\"{weak}\":\""));
        let seal = Envelope::sign(text.into_bytes(), &[&key(1)]).unwrap().to_json();
        assert!(matches!(refused(asked(seal.as_bytes())), Refusal::OtherImage { .. }), "{weak}");
    }
}

#[test]
fn a_statement_with_a_key_twice_is_refused_even_if_it_is_signed() {
    for (from, to) in [
        ("\"predicateType\"", "\"predicateType\":\"x\",\"predicateType\""),
        ("\"verificationResult\"", "\"verificationResult\":\"FAILED\",\"verificationResult\""),
        ("\"digest\":{\"sha256\"", "\"digest\":{\"sha256\":\"00\",\"sha256\""),
    ] {
        let text = statement(&verdict()).to_json().replacen(from, to, 1);
        let seal = Envelope::sign(text.into_bytes(), &[&key(1)]).unwrap().to_json();
        let refusal = refused(asked(seal.as_bytes())).to_string();
        assert!(refusal.contains("stands twice in one object"), "{refusal}");
    }
}

#[test]
fn a_huge_verdict_is_refused() {
    let huge = SealedVerdict { resource_uri: "x".repeat(70_000), ..verdict() };
    assert!(matches!(refused(asked(&sealed(&huge, &key(1)))), Refusal::LargeVerdict { limit: 65_536, .. }));
    let deep = statement(&verdict())
        .to_json()
        .replace("\"predicate\":{", &format!("\"predicate\":{{\"x\":{},", "[".repeat(500)));
    let deep = Envelope::sign(deep.into_bytes(), &[&key(1)]).unwrap().to_json();
    let refusal = refused(asked(deep.as_bytes())).to_string();
    assert!(refusal.contains("nested deeper than 100 levels"), "{refusal}");
}

#[test]
fn predicates_of_unknown_versions_count_for_nothing() {
    for (from, to) in [
        ("verification_summary/v1", "verification_summary/v2"),
        ("https://slsa.dev/verification_summary/v1", "https://slsa.dev/verification_summary/v1 "),
        ("https://slsa.dev/verification_summary/v1", "urn:boltseal:intent:v2"),
    ] {
        let text = statement(&verdict()).to_json().replace(from, to);
        let seal = Envelope::sign(text.into_bytes(), &[&key(1)]).unwrap().to_json();
        assert!(matches!(refused(asked(seal.as_bytes())), Refusal::UnknownPredicate { .. }), "{to}");
    }
}

#[test]
fn a_result_that_is_not_known_is_no_pass() {
    for other in ["passed", "PASSED ", "WARNED", ""] {
        let text = statement(&verdict()).to_json().replace("\"PASSED\"", &format!("\"{other}\""));
        let seal = Envelope::sign(text.into_bytes(), &[&key(1)]).unwrap().to_json();
        assert!(matches!(refused(asked(seal.as_bytes())), Refusal::Statement(_)), "{other}");
    }
}

#[test]
fn an_intent_with_a_member_that_is_not_known_is_refused() {
    let text = statement(&boltseal_model::Intent::default()).to_json();
    let more = text.replace("\"ports\":[]", "\"ports\":[],\"mayNot\":[]");
    assert_ne!(text, more);
    let read = Statement::parse(more.as_bytes(), &Limits::default()).unwrap();
    assert!(read.predicate::<boltseal_model::Intent>().is_err());
}

#[test]
fn an_expired_or_wrongly_dated_seal_is_refused() {
    let future =
        ask_at(&[&sealed(&verdict(), &key(1))], &trust(&key(1)), &Requirements::default(), at("2026-11-01T00:00:00Z"));
    assert!(matches!(refused(future), Refusal::FromTheFuture { .. }));
}

/// What cosign writes for `cosign sign --key`.
fn simple(image: &str, kind: &str) -> String {
    format!(
        r#"{{"critical":{{"identity":{{"docker-reference":"registry.example/shop"}},"image":{{"docker-manifest-digest":"{image}"}},"type":"{kind}"}},"optional":{{"creator":"x","timestamp":1764000000}}}}"#
    )
}

#[test]
fn signatures_of_cosign_hold_for_their_image_and_key_alone() {
    const KIND: &str = "cosign container image signature";
    let (image, limits) = (digest("image"), Limits::default());
    for signer in [p256(1), key(1)] {
        let public = signer.public_key();
        let payload = simple(&image.to_string(), KIND);
        let signature = base64(&signer.sign(payload.as_bytes()).unwrap());
        let verify = |payload: &str, signature: &str, image: &Digest| {
            cosign::verify(payload.as_bytes(), signature, image, &public, &limits)
        };
        let read = verify(&payload, &signature, &image).unwrap();
        assert_eq!((read.reference.as_str(), read.image), ("registry.example/shop", image.clone()));
        assert_eq!(read.stated_at.map(Timestamp::seconds), Some(1_764_000_000));
        let another = digest("another image");
        let lied = verify(&payload, &signature, &another);
        assert!(matches!(lied, Err(CosignError::OtherImage { .. })));
        let changed = payload.replace("shop", "shoq");
        assert_eq!(verify(&changed, &signature, &image), Err(CosignError::Signature));
        assert_eq!(verify(&payload, &signature.replace('=', ""), &image).is_err(), signature.contains('='));
        let other = cosign::verify(payload.as_bytes(), &signature, &image, &key(9).public_key(), &limits);
        assert_eq!(other, Err(CosignError::Signature));
        let signed = |payload: &str| verify(payload, &base64(&signer.sign(payload.as_bytes()).unwrap()), &image);
        assert!(matches!(
            signed(&simple(&image.to_string(), "atomic container signature")),
            Err(CosignError::Kind { .. })
        ));
        for broken in [
            simple("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", KIND),
            payload.replace("\"critical\":{", "\"critical\":{\"unknown\":1,"),
            payload.replace("\"image\":", "\"image\":{},\"image\":"),
            payload.replace("\"docker-manifest-digest\"", "\"digest\""),
        ] {
            assert!(matches!(signed(&broken), Err(CosignError::Json(_))), "{broken}");
        }
    }
}
