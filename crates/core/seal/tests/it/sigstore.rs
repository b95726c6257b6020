//! The cases of Sigstore's own conformance suite.

use std::fs;
use std::path::Path;

use boltseal_model::{Digest, Limits, Timestamp};
use boltseal_seal::sigstore::{Artifact, Bundle, Identity, TrustedRoot, verify, verify_with_key};
use boltseal_seal::{PublicKey, Statement};
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
