//! Any bytes at all, and any change of what is signed.

use std::sync::LazyLock;

use boltseal_model::{Limits, Verdict};
use boltseal_seal::predicates::Facts;
use boltseal_seal::sigstore::{Bundle, TrustedRoot};
use boltseal_seal::{Envelope, PrivateKey, PublicKey, Requirements, Signer, Statement, Trust, cosign};
use proptest::prelude::*;

use crate::support::{ask, digest, key, p256, password, sealed, trust, verdict};

/// What no signature covers: the hint, which only says what key to try first.
fn without_hint(envelope: &[u8]) -> Option<(Vec<u8>, Vec<Vec<u8>>)> {
    let envelope = Envelope::parse(envelope, &Limits::default()).ok()?;
    let signatures = envelope.signatures().iter().map(|signature| signature.bytes.clone()).collect();
    Some((envelope.payload().to_vec(), signatures))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_change_of_a_byte_is_refused_or_changes_nothing_that_is_signed(at in 0usize..4_000, to: u8, ec: bool) {
        let signer = if ec { p256(1) } else { key(1) };
        let seal = sealed(&verdict(), &signer);
        let mut changed = seal.clone();
        let at = at % seal.len();
        changed[at] = to;
        let verification = ask(&[&changed], &trust(&signer), &Requirements::default());
        if verification.decision.verdict == Verdict::Allow {
            prop_assert_eq!(without_hint(&changed), without_hint(&seal), "byte {}", at);
            prop_assert_eq!(verification.verdict, Some(verdict()));
        }
    }

    #[test]
    fn any_end_that_is_cut_off_is_refused(length in 0usize..4_000) {
        let seal = sealed(&verdict(), &key(1));
        let cut = &seal[..length % seal.len()];
        prop_assert_eq!(ask(&[cut], &trust(&key(1)), &Requirements::default()).decision.verdict, Verdict::Deny);
    }

    #[test]
    fn what_is_written_is_read_back(
        uri in "\\PC{0,40}",
        seconds in 0u64..253_402_300_799,
        levels in prop::collection::vec("\\PC{0,20}", 0..4),
        branch in prop::option::of("\\PC{0,20}"),
        name in "\\PC{0,20}",
    ) {
        let mut said = verdict();
        said.resource_uri = uri;
        said.time_verified = boltseal_model::Timestamp::from_seconds(seconds).unwrap();
        said.verified_levels = levels;
        said.facts = Facts { branch, ..Facts::default() };
        let stated = Statement::new(&name, &digest("image"), &said).unwrap();
        let limits = Limits::default();
        let envelope = Envelope::sign(stated.to_json().into_bytes(), &[&key(1)]).unwrap();
        let read = Envelope::parse(envelope.to_json().as_bytes(), &limits).unwrap();
        prop_assert_eq!(&read, &envelope);
        let statement = Statement::parse(read.payload(), &limits).unwrap();
        prop_assert_eq!(statement.to_json(), stated.to_json());
        prop_assert_eq!(statement.predicate::<boltseal_seal::predicates::SealedVerdict>().unwrap(), said);
    }

    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        everything(&bytes);
    }

    #[test]
    fn never_panics_on_what_is_almost_an_envelope(payload in "[A-Za-z0-9+/=_-]{0,60}", sig in "[A-Za-z0-9+/=]{0,90}", more in "\\PC{0,20}") {
        let text = format!(
            r#"{{"payloadType":"application/vnd.in-toto+json","payload":"{payload}","signatures":[{{"sig":"{sig}"}}]{more}}}"#
        );
        everything(text.as_bytes());
    }

    #[test]
    fn never_panics_on_what_is_almost_a_bundle(cut in 0usize..12_000, at in 0usize..12_000, to: u8) {
        let mut bundle = BUNDLE.as_bytes().to_vec();
        let length = bundle.len();
        bundle[at % length] = to;
        everything(&bundle);
        bundle.truncate(cut % length);
        everything(&bundle);
    }

    #[test]
    fn never_panics_on_what_is_almost_a_key(der in prop::collection::vec(any::<u8>(), 0..120), at in 0usize..91, to: u8) {
        let _ = PublicKey::from_der(&der);
        let mut spki = p256(1).public_key().to_der();
        spki[at] = to;
        if let Ok(key) = PublicKey::from_der(&spki) {
            prop_assert_eq!(key.to_der(), spki);
        }
    }
}

/// A bundle by a key with everything that one can have, of which little holds.
static BUNDLE: LazyLock<String> = LazyLock::new(|| {
    let envelope = String::from_utf8(sealed(&verdict(), &key(1))).unwrap();
    let hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let checkpoint = format!("log.example\\n2\\n{hash}\\n\\n\u{2014} log.example 47DEQpj8HBSa\\n");
    format!(
        r#"{{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{{"publicKey":{{"hint":"x"}},
        "tlogEntries":[{{"logIndex":"1","logId":{{"keyId":"{hash}"}},"kindVersion":{{"kind":"dsse","version":"0.0.1"}},
        "integratedTime":"1764000000","inclusionPromise":{{"signedEntryTimestamp":"{hash}"}},"inclusionProof":{{"logIndex":"1",
        "rootHash":"{hash}","treeSize":"2","hashes":["{hash}"],"checkpoint":{{"envelope":"{checkpoint}"}}}},"canonicalizedBody":"e30="}}],
        "timestampVerificationData":{{"rfc3161Timestamps":[{{"signedTimestamp":"MAUwAwIBAA=="}}]}}}},"dsseEnvelope":{envelope}}}"#
    )
});

#[test]
fn a_bundle_by_a_trusted_key_holds_and_its_log_is_asked_where_there_is_a_root() {
    let verification = ask(&[BUNDLE.as_bytes()], &trust(&key(1)), &Requirements::default());
    assert_eq!(verification.decision.reasons, Vec::<String>::new());
    let mut with_root = trust(&key(1));
    let root = include_bytes!("../fixtures/sigstore/public-good.trusted_root.json");
    with_root.with_sigstore(TrustedRoot::parse(root, &Limits::default()).unwrap(), Vec::new());
    let verification = ask(&[BUNDLE.as_bytes()], &with_root, &Requirements::default());
    assert_eq!(verification.decision.verdict, Verdict::Deny);
    let other = ask(&[BUNDLE.as_bytes()], &trust(&key(2)), &Requirements::default());
    assert_eq!(other.decision.verdict, Verdict::Deny);
}

fn everything(bytes: &[u8]) {
    let limits = Limits { password_rounds: 1_000, ..Limits::default() };
    let trusted = trust(&key(1));
    let _ = ask(&[bytes], &trusted, &Requirements::default());
    let _ = Statement::parse(bytes, &limits);
    let _ = Trust::parse(bytes, &limits);
    let _ = TrustedRoot::parse(bytes, &limits);
    let _ = Bundle::parse(bytes, &limits);
    let text = String::from_utf8_lossy(bytes);
    let _ = PublicKey::from_pem(&text);
    let _ = PrivateKey::from_pem(&text, Some(&password("x")), &limits);
    let _ = cosign::verify(bytes, &text, &digest("image"), &key(1).public_key(), &limits);
}
