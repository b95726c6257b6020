//! Seals beside images: put there, and found again.

use std::sync::atomic::{AtomicBool, Ordering};

use boltseal_model::{Digest, Limits, Timestamp, Verdict};
use boltseal_registry::seals::{Attachment, ENVELOPE, Place, SIGNATURE_ANNOTATION, SIMPLE_SIGNING, Seals};
use boltseal_registry::{Credential, RegistryError, Repository, Settings};
use boltseal_seal::predicates::{Facts, PolicyReference, SealedVerdict, VerificationResult, Verifier};
use boltseal_seal::{
    Entropy, EntropyError, Envelope, KeyAlgorithm, PrivateKey, Question, Requirements, Signer, Statement, Trust,
    Verification, verify,
};
use boltseal_testkit::registry::{ImageRegistry, Protection};
use boltseal_testkit::server::{Answer, Server};
use serde_json::json;

use crate::memory::{Manners, Memory, repository};
use crate::support::{Fixture, INDEX, MANIFEST, digest, noise, whole};

pub const PREDICATE: &str = "https://slsa.dev/verification_summary/v1";

pub fn envelope(bytes: &[u8]) -> Attachment<'_> {
    Attachment { bytes, predicate: PREDICATE, is_bundle: false }
}

fn contents(seals: &Seals) -> Vec<&[u8]> {
    let mut contents: Vec<&[u8]> = seals.seals.iter().map(|seal| seal.bytes.as_slice()).collect();
    contents.sort_unstable();
    contents
}

/// Bytes that are always the same.
struct Sevens;

impl Entropy for Sevens {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(7);
        Ok(())
    }
}

fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::Ed25519, &mut Sevens).unwrap()
}

fn noon() -> Timestamp {
    "2026-11-28T12:00:00Z".parse().unwrap()
}

/// A verdict about an image, signed.
fn sealed(image: &Digest, result: VerificationResult, at: &str) -> Vec<u8> {
    let verdict = SealedVerdict {
        verifier: Verifier { id: "https://verifier.example/boltseal".into(), version: [].into() },
        time_verified: at.parse().unwrap(),
        resource_uri: "registry.example/team/app:1".into(),
        policy: PolicyReference::new("https://policies.example/release", &digest(b"policy")),
        input_attestations: Vec::new(),
        verification_result: result,
        verified_levels: vec!["SLSA_BUILD_LEVEL_2".into()],
        slsa_version: Some("1.1".into()),
        advisories_from: None,
        facts: Facts::default(),
    };
    let statement = Statement::new("app", image, &verdict).unwrap().to_json();
    Envelope::sign(statement.into_bytes(), &[&key()]).unwrap().to_json().into_bytes()
}

fn verified(seals: &Seals, image: &Digest) -> Verification {
    let requirements = Requirements::default();
    let question = Question { image, policy: None, requirements: &requirements, now: noon() };
    let trust = Trust::of_key(key().public_key());
    verify(&contents(seals), &question, &trust, &Limits::default())
}

/// Pushes an image under the tag 1.
fn push(repository: &Repository, image: &Fixture) -> Digest {
    repository.push_blob(&image.layer).unwrap();
    repository.push_blob(&image.config).unwrap();
    repository.push_manifest(MANIFEST, &image.manifest, Some("1")).unwrap()
}

#[test]
fn a_registry_without_referrers_keeps_seals_under_the_tag() {
    let Some(registry) = ImageRegistry::start(Protection { password: true, tls: false }) else { return };
    let user = || Settings { credential: Some(Credential::password("user", "pass word")), ..Settings::default() };
    let written = repository(&registry.host, user());
    let image = push(&written, &Fixture::new(&noise(300_000)));
    let reference = format!("{}/team/app:1", registry.host).parse().unwrap();
    assert_eq!(written.resolve(&reference).unwrap(), image);
    assert_eq!(written.seals(&image).unwrap(), Seals::default());

    let passed = sealed(&image, VerificationResult::Passed, "2026-11-28T10:00:00Z");
    let first = written.attach(&image, &envelope(&passed)).unwrap();
    assert_eq!(written.attach(&image, &envelope(&passed)).unwrap(), first, "the same seal is there once");
    let found = repository(&registry.host, user()).seals(&image).unwrap();
    assert_eq!(contents(&found), [passed.as_slice()]);
    assert_eq!(found.seals[0].place, Place::Referrer(first));
    assert_eq!(verified(&found, &image).decision.verdict, Verdict::Allow);

    let failed = sealed(&image, VerificationResult::Failed, "2026-11-28T11:00:00Z");
    written.attach(&image, &envelope(&failed)).unwrap();
    let found = written.seals(&image).unwrap();
    assert_eq!((found.seals.len(), found.refused.len()), (2, 0), "{found:?}");
    assert_eq!(verified(&found, &image).decision.verdict, Verdict::Deny);
}

#[test]
fn a_seal_of_another_image_or_with_another_byte_is_found_and_not_believed() {
    let Some(registry) = ImageRegistry::start(Protection::default()) else { return };
    let repository = repository(&registry.host, Settings::default());
    let image = push(&repository, &Fixture::new(b"layer"));
    let mut changed = sealed(&image, VerificationResult::Passed, "2026-11-28T10:00:00Z");
    let place = changed.windows(7).position(|window| window == b"\"sig\":\"").unwrap() + 8;
    changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
    repository.attach(&image, &envelope(&changed)).unwrap();
    let other = sealed(&digest(b"another image"), VerificationResult::Passed, "2026-11-28T10:00:00Z");
    repository.attach(&image, &envelope(&other)).unwrap();
    let found = repository.seals(&image).unwrap();
    assert_eq!(found.seals.len(), 2);
    let verification = verified(&found, &image);
    assert_eq!(verification.decision.verdict, Verdict::Deny);
    assert_eq!(verification.refused.len(), 2, "{:?}", verification.refused);
}

#[test]
fn a_registry_that_does_not_know_who_asks_takes_nothing() {
    let Some(registry) = ImageRegistry::start(Protection { password: true, tls: false }) else { return };
    let reference = format!("{}/team/app:1", registry.host).parse().unwrap();
    let wrong = Settings { credential: Some(Credential::password("user", "wrong")), ..Settings::default() };
    let registries = boltseal_registry::Registries::new(wrong, boltseal_registry::Credentials::default());
    let error = registries.repository(&reference, boltseal_registry::Access::Push, &Limits::default()).unwrap_err();
    assert!(matches!(error, RegistryError::Denied { .. }), "{error}");
    assert!(!whole(&error).contains("wrong"), "{error}");
}

#[test]
fn a_registry_with_referrers_lists_seals_itself() {
    let (memory, image) = Memory::with_image(Manners { lists_referrers: true, part: 2, ..Manners::default() });
    let server = memory.serve();
    let repository = repository(&server.host, Settings::default());
    let seals: Vec<Vec<u8>> = (0..5).map(|number| format!("seal {number}").into_bytes()).collect();
    for seal in &seals {
        repository.attach(&image, &envelope(seal)).unwrap();
    }
    repository.attach(&image, &Attachment { is_bundle: true, ..envelope(b"a bundle") }).unwrap();
    assert_eq!(memory.listed(&image), None, "there is no second list");
    let found = repository.seals(&image).unwrap();
    assert_eq!(found.refused, []);
    let mut expected: Vec<&[u8]> = seals.iter().map(Vec::as_slice).collect();
    expected.insert(0, b"a bundle");
    assert_eq!(contents(&found), expected);
}

#[test]
fn what_is_attached_is_an_artifact_that_names_the_image_and_what_it_states() {
    let (memory, image) = Memory::with_image(Manners::default());
    let server = memory.serve();
    let artifact = repository(&server.host, Settings::default()).attach(&image, &envelope(b"seal")).unwrap();
    let held = memory.held.lock().unwrap();
    let (media_type, bytes) = &held[&format!("manifests/{artifact}")];
    let manifest: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let size = held[&format!("manifests/{image}")].1.len();
    let expected = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": ENVELOPE,
        "config": { "mediaType": "application/vnd.oci.empty.v1+json", "digest": digest(b"{}").to_string(), "size": 2 },
        "layers": [{ "mediaType": ENVELOPE, "digest": digest(b"seal").to_string(), "size": 4 }],
        "subject": { "mediaType": MANIFEST, "digest": image.to_string(), "size": size },
        "annotations": { "in-toto.io/predicate-type": PREDICATE },
    });
    assert_eq!((media_type.as_str(), manifest), (MANIFEST, expected));
    assert_eq!(held[&format!("blobs/{}", digest(b"{}"))].1, b"{}");
}

#[test]
fn entries_of_others_stay_in_the_list_as_they_are() {
    let (memory, image) = Memory::with_image(Manners::default());
    let theirs = json!({ "mediaType": MANIFEST, "artifactType": "application/vnd.example.sbom", "size": 7,
        "digest": digest(b"sbom").to_string(), "annotations": { "who": "they" }, "urls": ["https://store.example"] });
    memory.list(&image, std::slice::from_ref(&theirs));
    let server = memory.serve();
    let repository = repository(&server.host, Settings::default());
    repository.attach(&image, &envelope(b"seal")).unwrap();
    let list = memory.listed(&image).unwrap();
    assert_eq!((list["mediaType"].as_str(), list["manifests"].as_array().unwrap().len()), (Some(INDEX), 2));
    assert_eq!(list["manifests"][0], theirs);
    assert_eq!(contents(&repository.seals(&image).unwrap()), [b"seal"]);
}

#[test]
fn an_entry_that_another_writer_overwrites_is_written_again_and_not_for_ever() {
    let (memory, image) = Memory::with_image(Manners { loses: 2, ..Manners::default() });
    let server = memory.serve();
    let survivor = repository(&server.host, Settings::default());
    survivor.attach(&image, &envelope(b"seal")).unwrap();
    assert_eq!(contents(&survivor.seals(&image).unwrap()), [b"seal"]);

    let (memory, image) = Memory::with_image(Manners { loses: usize::MAX, ..Manners::default() });
    let server = memory.serve();
    let error = repository(&server.host, Settings::default()).attach(&image, &envelope(b"seal")).unwrap_err();
    assert!(matches!(error, RegistryError::Overwritten { times: 6, .. }), "{error}");
    assert_eq!(memory.listed(&image), None);
}

#[test]
fn a_list_is_written_only_over_the_version_that_was_read_where_the_registry_can_tell() {
    let (memory, image) = Memory::with_image(Manners::default());
    memory.list(&image, &[memory.artifact(ENVELOPE, &image, &[memory.blob(ENVELOPE, b"first")])]);
    let theirs = memory.artifact(ENVELOPE, &image, &[memory.blob(ENVELOPE, b"theirs")]);
    let (served, path) = (memory.clone(), format!("/v2/team/app/manifests/sha256-{}", image.hex()));
    let first_put = AtomicBool::new(true);
    let server = Server::start(move |asked| {
        let etag = |memory: &Memory| format!("\"{}\"", digest(memory.listed(&image).unwrap().to_string().as_bytes()));
        if asked.path != path {
            return served.answer(asked);
        }
        if asked.method == "PUT" && first_put.swap(false, Ordering::SeqCst) {
            // Another writer is faster.
            let mut list = served.listed(&image).unwrap();
            list["manifests"].as_array_mut().unwrap().push(theirs.clone());
            served.hold(path.trim_start_matches("/v2/team/app/"), INDEX, list.to_string().as_bytes());
        }
        match (asked.method.as_str(), asked.header("if-match")) {
            ("PUT", Some(read)) if read == etag(&served) => served.answer(asked),
            ("PUT", _) => Answer::new(412, ""),
            _ => served.answer(asked).with("etag", etag(&served)),
        }
    });
    let repository = repository(&server.host, Settings::default());
    let reference = format!("{}/team/app:1", server.host).parse().unwrap();
    let image = repository.resolve(&reference).unwrap();
    repository.attach(&image, &envelope(b"ours")).unwrap();
    assert_eq!(contents(&repository.seals(&image).unwrap()), [&b"first"[..], b"ours", b"theirs"]);
}

#[test]
fn what_cosign_keeps_under_tags_is_found() {
    let (memory, image) = Memory::with_image(Manners::default());
    let tag = |end: &str| format!("manifests/sha256-{}.{end}", image.hex());
    let layers = [memory.blob(ENVELOPE, b"attestation"), memory.blob("text/plain", b"something else")];
    let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "layers": layers }).to_string();
    memory.hold(&tag("att"), MANIFEST, manifest.as_bytes());
    let mut signed = memory.blob(SIMPLE_SIGNING, b"a signed document");
    signed["annotations"] = json!({ SIGNATURE_ANNOTATION: "c2lnbmF0dXJl" });
    let layers = [signed, memory.blob(SIMPLE_SIGNING, b"an unsigned one")];
    let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "layers": layers }).to_string();
    memory.hold(&tag("sig"), MANIFEST, manifest.as_bytes());
    let server = memory.serve();
    let found = repository(&server.host, Settings::default()).seals(&image).unwrap();
    assert_eq!(contents(&found), [b"attestation"]);
    let [signature] = found.signatures.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (signature.payload.as_slice(), signature.signature.as_str()),
        (&b"a signed document"[..], "c2lnbmF0dXJl")
    );
    let refused: Vec<String> = found.refused.iter().map(ToString::to_string).collect();
    let expected =
        format!("layer 1 of the tag sha256-{}.sig: the layer lacks the annotation {SIGNATURE_ANNOTATION}", image.hex());
    assert_eq!(refused, [expected]);
}

#[test]
fn the_names_are_those_that_verification_knows() {
    assert_eq!(SIMPLE_SIGNING, boltseal_seal::cosign::MEDIA_TYPE);
    assert_eq!(SIGNATURE_ANNOTATION, boltseal_seal::cosign::SIGNATURE_ANNOTATION);
}
