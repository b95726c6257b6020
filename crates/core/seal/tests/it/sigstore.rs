//! The cases of Sigstore's own conformance suite.

use std::fs;
use std::path::Path;

use boltseal_model::{Digest, Limits, Timestamp, Verdict};
use boltseal_seal::predicates::{Kind, Provenance};
use boltseal_seal::sigstore::{Artifact, Bundle, Identity, TrustedRoot, verify, verify_with_key};
use boltseal_seal::{PublicKey, Question, Refusal, Requirements, Statement, Trust};
use boltseal_testkit::data;
use sha2::{Digest as _, Sha256};

const PUBLIC_GOOD: &str = include_str!("../fixtures/sigstore/public-good.trusted_root.json");
const SUBJECT: &str = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const ISSUER: &str = "https://token.actions.githubusercontent.com";

/// Cases that do not give what they must, with the reason. The test fails if one of them does.
const UNSUPPORTED: &[(&str, &str)] = &[];

fn now() -> Timestamp {
    "2026-11-28T00:00:00Z".parse().unwrap()
}

/// Verifies a case as its files say.
fn run(case: &Path) -> Result<(), String> {
    let limits = Limits::default();
    let text = |name: &str| fs::read_to_string(case.join(name)).ok();
    let identity = Identity {
        subject: text("identity").map_or_else(|| SUBJECT.to_owned(), |text| text.trim().to_owned()),
        issuer: text("issuer").map_or_else(|| ISSUER.to_owned(), |text| text.trim().to_owned()),
    };
    let root = text("trusted_root.json").unwrap_or_else(|| PUBLIC_GOOD.to_owned());
    let root = TrustedRoot::parse(root.as_bytes(), &limits).map_err(|error| error.to_string())?;
    let artifact = fs::read(case.join("artifact")).or_else(|_| fs::read(case.with_file_name("a.txt"))).unwrap();
    let bundle = fs::read(case.join("bundle.sigstore.json")).unwrap();
    let bundle = Bundle::parse(&bundle, &limits).map_err(|error| error.to_string())?;
    let what = if bundle.statement().is_some() { Artifact::Statement } else { Artifact::Bytes(&artifact) };
    match text("key.pub") {
        Some(key) => {
            let key = PublicKey::from_pem(&key).map_err(|error| error.to_string())?;
            verify_with_key(&bundle, what, &key, Some(&root), now()).map_err(|error| error.to_string())?;
        }
        None => {
            let verified = verify(&bundle, what, &root, &[identity], now()).map_err(|error| error.to_string())?;
            assert!(verified.at < now());
        }
    }
    if let Some(statement) = bundle.statement() {
        let statement = Statement::parse(statement, &limits).map_err(|error| error.to_string())?;
        let digest = Digest::sha256(&Sha256::digest(&artifact).into());
        if !statement.is_about(&digest, &[digest.algorithm()]) {
            return Err("the statement is about something else".to_owned());
        }
    }
    Ok(())
}

#[test]
fn every_case_of_the_conformance_suite_gives_the_expected_result() {
    let Some(folder) = data::unpack("supply-chain/sigstore-bundle-verify.tar.zst") else { return };
    let mut cases: Vec<_> = fs::read_dir(folder.path().join("sigstore-bundle-verify"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert_eq!(cases.len(), 35);
    let mut deviations = Vec::new();
    for case in &cases {
        let name = case.file_name().unwrap().to_str().unwrap();
        let (must_fail, result) = (name.ends_with("_fail"), run(case));
        println!("{name}: {}", result.as_ref().err().map_or("holds", String::as_str));
        let deviates = must_fail == result.is_ok();
        if deviates != UNSUPPORTED.iter().any(|(unsupported, _)| *unsupported == name) {
            deviations.push(format!("{name}: {result:?}"));
        }
    }
    assert!(deviations.is_empty(), "{deviations:#?}");
}

/// Whatever is changed of a bundle that holds, what is believed stays what was signed.
#[test]
fn any_change_of_a_bundle_is_refused_or_changes_nothing_that_counts() {
    let Some(folder) = data::unpack("supply-chain/sigstore-bundle-verify.tar.zst") else { return };
    let limits = Limits::default();
    for name in ["happy-path-v0.3", "rekor2-timestamp-with-expired-cert-chain", "intoto-with-custom-trust-root"] {
        let case = folder.path().join("sigstore-bundle-verify").join(name);
        let root = fs::read(case.join("trusted_root.json")).unwrap_or_else(|_| PUBLIC_GOOD.as_bytes().to_vec());
        let root = TrustedRoot::parse(&root, &limits).unwrap();
        let artifact = fs::read(case.with_file_name("a.txt")).unwrap();
        let identity = Identity { subject: SUBJECT.to_owned(), issuer: ISSUER.to_owned() };
        let outcome = |bytes: &[u8]| {
            let bundle = Bundle::parse(bytes, &limits).ok()?;
            let statement = bundle.statement().map(<[u8]>::to_vec);
            let what = if statement.is_some() { Artifact::Statement } else { Artifact::Bytes(&artifact) };
            Some((verify(&bundle, what, &root, std::slice::from_ref(&identity), now()).ok()?, statement))
        };
        let original = fs::read(case.join("bundle.sigstore.json")).unwrap();
        let expected = outcome(&original);
        assert!(expected.is_some(), "{name}");
        let (mut held, mut seed) = (0, 1u64);
        for _ in 0..400 {
            // A generator of Knuth's: the same changes in every run.
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut changed = original.clone();
            let at = (seed >> 33) as usize % original.len();
            changed[at] ^= 1 << (seed >> 20 & 3);
            let outcome = outcome(&changed);
            assert!(outcome.is_none() || outcome == expected, "{name}: byte {at}");
            held += usize::from(outcome.is_some());
        }
        // What nothing depends on: blanks, a key hint, names of members that are passed over.
        assert!(held < 100, "{name}: {held} of 400 changes were let pass");
    }
}

#[test]
fn another_identity_or_another_issuer_is_refused() {
    let Some(folder) = data::unpack("supply-chain/sigstore-bundle-verify.tar.zst") else { return };
    let case = folder.path().join("sigstore-bundle-verify/happy-path-v0.3");
    let limits = Limits::default();
    let root = TrustedRoot::parse(PUBLIC_GOOD.as_bytes(), &limits).unwrap();
    let artifact = fs::read(case.with_file_name("a.txt")).unwrap();
    let bundle = Bundle::parse(&fs::read(case.join("bundle.sigstore.json")).unwrap(), &limits).unwrap();
    let holds = |subject: &str, issuer: &str, now: &str| {
        let identity = Identity { subject: subject.to_owned(), issuer: issuer.to_owned() };
        verify(&bundle, Artifact::Bytes(&artifact), &root, &[identity], now.parse().unwrap()).is_ok()
    };
    assert!(holds(SUBJECT, ISSUER, "2026-11-28T00:00:00Z"));
    assert!(!holds(&SUBJECT.replace("main", "mai"), ISSUER, "2026-11-28T00:00:00Z"));
    assert!(!holds(SUBJECT, "https://token.actions.githubusercontent.com/", "2026-11-28T00:00:00Z"));
    assert!(!holds(SUBJECT, ISSUER, "2021-01-01T00:00:00Z"), "it was signed later than that");
    let other = b"another artifact";
    let identity = Identity { subject: SUBJECT.to_owned(), issuer: ISSUER.to_owned() };
    assert!(verify(&bundle, Artifact::Bytes(other), &root, std::slice::from_ref(&identity), now()).is_err());
    assert!(verify(&bundle, Artifact::Statement, &root, &[identity], now()).is_err());
}

#[test]
fn the_seal_of_an_identity_is_accepted_with_a_root_alone() {
    let Some(folder) = data::unpack("supply-chain/sigstore-bundle-verify.tar.zst") else { return };
    let case = folder.path().join("sigstore-bundle-verify/intoto-with-custom-trust-root");
    let limits = Limits::default();
    let bundle = fs::read(case.join("bundle.sigstore.json")).unwrap();
    let root = fs::read_to_string(case.join("trusted_root.json")).unwrap();
    let image = Digest::sha256(&Sha256::digest(fs::read(case.join("artifact")).unwrap()).into());
    let document = format!(
        r#"{{"schema":"boltseal.trust/v1","sigstore":{{"identities":[{{"subject":"{SUBJECT}","issuer":"{ISSUER}"}}],"root":{root}}}}}"#
    );
    let requirements = Requirements::default();
    let question = Question { image: &image, policy: None, requirements: &requirements, now: now() };
    let asked = |trust: &Trust| boltseal_seal::verify(&[&bundle], &question, trust, &limits);
    let trust = Trust::parse(document.as_bytes(), &limits).unwrap();
    let verification = asked(&trust);
    assert_eq!(verification.accepted.len(), 1, "{:?}", verification.refused);
    assert_eq!(verification.accepted[0].kind, Kind::Provenance);
    let facts = Provenance::of(&verification.accepted[0].statement).unwrap().facts;
    assert_eq!(facts.branch.as_deref(), Some("main"));
    assert_eq!(verification.decision.verdict, Verdict::Deny, "provenance alone is no verdict");
    let without = asked(&Trust::default());
    assert!(matches!(without.refused[0].refusal, Refusal::NoRoot));
}
