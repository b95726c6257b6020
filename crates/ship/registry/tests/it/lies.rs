//! What a hostile registry lists, or somebody who may push to an honest one.

use boltseal_model::Limits;
use boltseal_registry::seals::referrers::{
    manifest_of, merge_index, parse_index, parse_layers, parse_referrer, tag_of,
};
use boltseal_registry::seals::{BUNDLE, ENVELOPE, Seals, StoredSeal};
use boltseal_registry::{Credential, RegistryError, Settings};
use boltseal_testkit::server::{Answer, Server};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::memory::{Manners, Memory, repository, repository_within};
use crate::seals::envelope;
use crate::support::{INDEX, MANIFEST, digest};

/// What is found beside an image with one artifact that is listed under the tag; `lie` may change both.
fn found(lie: impl FnOnce(&Memory, &mut Value)) -> Seals {
    let (memory, image) = Memory::with_image(Manners::default());
    let layer = memory.blob(ENVELOPE, b"seal");
    let mut entry = memory.artifact(ENVELOPE, &image, &[layer]);
    lie(&memory, &mut entry);
    memory.list(&image, &[entry]);
    let server = memory.serve();
    repository(&server.host, Settings::default()).seals(&image).unwrap()
}

fn refusal(lie: impl FnOnce(&Memory, &mut Value)) -> String {
    let seals = found(lie);
    assert_eq!(seals.seals, [], "it is believed");
    let [refused] = seals.refused.as_slice() else { panic!("{seals:?}") };
    refused.to_string()
}

fn image() -> boltseal_model::Digest {
    Memory::with_image(Manners::default()).1
}

fn error(memory: &Memory, limits: &Limits) -> RegistryError {
    let server = memory.serve();
    repository_within(&server.host, Settings::default(), limits).seals(&image()).unwrap_err()
}

#[test]
fn an_artifact_that_is_as_listed_is_found() {
    let seals = found(|_, _| {});
    assert_eq!(seals.refused, []);
    assert!(matches!(seals.seals.as_slice(), [StoredSeal { bytes, .. }] if bytes == b"seal"));
}

#[test]
fn an_artifact_about_another_image_is_refused() {
    let other = digest(b"another");
    let said = refusal(|memory, entry| *entry = memory.artifact(ENVELOPE, &other, &[memory.blob(ENVELOPE, b"seal")]));
    assert!(said.contains(&format!("its subject is {other}, not {}", image())), "{said}");
    let said = refusal(|memory, entry| {
        let bytes = json!({ "schemaVersion": 2, "layers": [memory.blob(ENVELOPE, b"seal")] }).to_string();
        memory.hold(&format!("manifests/{}", digest(bytes.as_bytes())), MANIFEST, bytes.as_bytes());
        (entry["digest"], entry["size"]) = (json!(digest(bytes.as_bytes()).to_string()), json!(bytes.len()));
    });
    assert!(said.contains("names no subject"), "{said}");
}

#[test]
fn an_artifact_with_another_size_or_digest_is_refused() {
    for change in [-1, 1] {
        let said = refusal(|_, entry| entry["size"] = json!(entry["size"].as_i64().unwrap() + change));
        assert!(said.contains("its manifest has not the"), "{said}");
    }
    let said = refusal(|memory, entry| {
        let path = format!("manifests/{}", entry["digest"].as_str().unwrap());
        let mut held = memory.held.lock().unwrap();
        let bytes = &mut held.get_mut(&path).unwrap().1;
        *bytes = String::from_utf8(bytes.clone()).unwrap().replace("dsse", "ddse").into_bytes();
    });
    assert!(said.contains("was exchanged or damaged"), "{said}");
    let said = refusal(|_, entry| entry["size"] = json!(5 << 20));
    assert!(said.contains("more than the 4194304 that are read"), "{said}");
}

#[test]
fn a_layer_with_another_size_or_digest_is_refused() {
    let lie = |change: fn(&mut Value)| {
        refusal(move |memory, entry| {
            let mut layer = memory.blob(ENVELOPE, b"seal");
            change(&mut layer);
            *entry = memory.artifact(ENVELOPE, &image(), &[layer]);
        })
    };
    assert!(lie(|layer| layer["size"] = json!(5)).contains("its layer has not the 5 bytes"));
    assert!(lie(|layer| layer["size"] = json!(3)).contains("its layer has not the 3 bytes"));
    assert!(lie(|layer| layer["size"] = json!(300 << 20)).contains("more than the 201326592 that are read"));
    assert!(lie(|layer| layer["digest"] = json!(digest(b"?").to_string())).contains("its layer is listed, but"));
    let said = refusal(|memory, _| {
        let path = format!("blobs/{}", digest(b"seal"));
        memory.hold(&path, "", b"leak");
    });
    assert!(said.contains(&format!("has the digest {}", digest(b"leak"))), "{said}");
}

#[test]
fn an_artifact_that_is_no_single_seal_is_refused() {
    let with = |layers: fn(&Memory) -> Vec<Value>| {
        refusal(move |memory, entry| *entry = memory.artifact(ENVELOPE, &image(), &layers(memory)))
    };
    assert!(with(|_| vec![]).contains("it has 0 layers"));
    assert!(with(|memory| vec![memory.blob("text/plain", b"seal")]).contains("it has 0 layers"));
    assert!(with(|memory| vec![memory.blob(ENVELOPE, b"a"), memory.blob(BUNDLE, b"b")]).contains("it has 2 layers"));
    assert!(refusal(|_, entry| entry["mediaType"] = json!(INDEX)).contains("no manifest of an artifact"));
    assert!(refusal(|_, entry| entry["digest"] = json!(digest(b"?").to_string())).contains("does not have it"));
}

#[test]
fn a_list_that_anybody_may_write_does_not_hide_what_the_registry_lists() {
    let (memory, image) = Memory::with_image(Manners { lists_referrers: true, ..Manners::default() });
    let layer = memory.blob(ENVELOPE, b"seal");
    let mut entry = memory.artifact(ENVELOPE, &image, &[layer]);
    entry["size"] = json!(1);
    memory.list(&image, &[entry]);
    let server = memory.serve();
    let seals = repository(&server.host, Settings::default()).seals(&image).unwrap();
    assert_eq!((seals.seals.len(), seals.refused.len()), (1, 0), "{seals:?}");
}

#[test]
fn more_seals_than_are_looked_at_are_none() {
    let limits = Limits { seals: 3, ..Limits::default() };
    for lists_referrers in [false, true] {
        let (memory, image) = Memory::with_image(Manners { lists_referrers, ..Manners::default() });
        let server = memory.serve();
        let repository = repository_within(&server.host, Settings::default(), &limits);
        let entries: Vec<Value> =
            (0..4).map(|number| memory.artifact(ENVELOPE, &image, &[memory.blob(ENVELOPE, &[number])])).collect();
        memory.list(&image, &entries[..3]);
        if !lists_referrers {
            assert_eq!(repository.seals(&image).unwrap().seals.len(), 3);
            let error = repository.attach(&image, &envelope(b"one more")).unwrap_err();
            assert!(error.to_string().contains("4 entries, more than the 3"), "{error}");
        }
        memory.list(&image, &entries);
        let error = repository.seals(&image).unwrap_err();
        assert!(error.to_string().contains("4 entries, more than the 3 that are looked at"), "{error}");
    }
}

#[test]
fn more_bytes_than_can_be_verified_are_not_read() {
    let (memory, image) = Memory::with_image(Manners::default());
    let entries: Vec<Value> = (0..3)
        .map(|number| memory.artifact(ENVELOPE, &image, &[memory.blob(ENVELOPE, &vec![number; 4_000])]))
        .collect();
    memory.list(&image, &entries);
    let error = error(&memory, &Limits { verified_bytes: 10_000, ..Limits::default() });
    assert!(error.to_string().contains("more than 10000 bytes together"), "{error}");
}

#[test]
fn a_list_that_is_none_is_an_error_and_not_an_empty_list() {
    for list in [&b"not json"[..], b"{}", b"[]", br#"{"manifests":{}}"#, br#"{"manifests":[{"size":1}]}"#] {
        let (memory, image) = Memory::with_image(Manners::default());
        memory.hold(&format!("manifests/sha256-{}", image.hex()), INDEX, list);
        let error = error(&memory, &Limits::default());
        assert!(matches!(&error, RegistryError::Malformed { .. }), "{error}");
    }
    let (memory, image) = Memory::with_image(Manners::default());
    memory.hold(&format!("manifests/sha256-{}", image.hex()), INDEX, &vec![b' '; 5 << 20]);
    let error = error(&memory, &Limits::default());
    assert!(error.to_string().contains("more than 4194304 bytes"), "{error}");
}

#[test]
fn a_registry_that_fails_is_an_error_and_not_an_empty_list() {
    for (place, status) in [("referrers/", 500), ("referrers/", 403), ("manifests/sha256-", 500), ("blobs/", 500)] {
        let (memory, image) = Memory::with_image(Manners::default());
        let entry = memory.artifact(ENVELOPE, &image, &[memory.blob(ENVELOPE, b"seal")]);
        memory.list(&image, &[entry]);
        let server = Server::start(move |asked| match asked.path.contains(place) {
            true => Answer::new(status, "").with("retry-after", "0"),
            false => memory.answer(asked),
        });
        assert!(repository(&server.host, Settings::default()).seals(&image).is_err(), "{place} {status}");
    }
}

#[test]
fn a_list_without_end_or_in_another_place_is_left() {
    let elsewhere = Server::start(|_| Answer::new(200, r#"{"manifests":[]}"#));
    let away = format!("<http://{}/v2/team/app/referrers/x>; rel=next", elsewhere.host);
    for (link, complaint) in [
        ("<?more>; rel=\"next\"", "more than 32 parts"),
        (away.as_str(), "another place"),
        ("<file:///etc/passwd>; rel=next", "another place"),
    ] {
        let (memory, image) = Memory::with_image(Manners::default());
        let link = link.to_owned();
        let server = Server::start(move |asked| match asked.path.contains("/referrers/") {
            true => Answer::new(200, r#"{"manifests":[]}"#).with("link", link.clone()),
            false => memory.answer(asked),
        });
        let error = repository(&server.host, Settings::default()).seals(&image).unwrap_err();
        assert!(error.to_string().contains(complaint), "{error}");
        assert!(server.paths().len() < 50);
    }
    assert_eq!(elsewhere.paths().len(), 0);
}

#[test]
fn a_list_that_was_led_elsewhere_does_not_take_credentials_there() {
    let elsewhere = Server::start(|_| Answer::new(200, r#"{"manifests":[]}"#).with("link", "</next>; rel=next"));
    let away = format!("http://{}/list", elsewhere.host);
    let memory = Memory::new(Manners::default());
    let registry = Server::start(move |asked| match asked.header("authorization") {
        None => Answer::new(401, "").with("www-authenticate", r#"Basic realm="here""#),
        Some(_) if asked.path.contains("/referrers/") => Answer::new(302, "").with("location", away.clone()),
        Some(_) => memory.answer(asked),
    });
    let settings = Settings { credential: Some(Credential::password("user", "pass")), ..Settings::default() };
    let error = repository(&registry.host, settings).seals(&image()).unwrap_err();
    assert!(error.to_string().contains("another place"), "{error}");
    let asked = elsewhere.asked();
    assert_eq!((asked.len(), asked[0].header("authorization")), (1, None));
}

#[test]
fn a_seal_that_breaks_off_is_read_again_and_then_an_error() {
    for (breaks, is_found) in [(2, true), (usize::MAX, false)] {
        let (memory, image) = Memory::with_image(Manners::default());
        let entry = memory.artifact(ENVELOPE, &image, &[memory.blob(ENVELOPE, b"a seal of some bytes")]);
        memory.list(&image, &[entry]);
        let broken = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::start(move |asked| {
            let is_blob = asked.path.contains("/blobs/");
            let breaks = is_blob && broken.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < breaks;
            let answer = memory.answer(asked);
            if breaks { answer.cut_after(4) } else { answer }
        });
        let outcome = repository(&server.host, Settings::default()).seals(&image);
        assert_eq!(outcome.is_ok(), is_found, "{outcome:?}");
    }
}

fn entry_strategy() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![Just(ENVELOPE), Just(BUNDLE), Just("text/plain")];
    (kind, any::<u64>(), any::<[u8; 32]>(), "[a-z]{0,5}").prop_map(|(kind, size, bytes, word)| {
        json!({ "mediaType": MANIFEST, "artifactType": kind, "size": size, "digest": digest(&bytes).to_string(), "data": word })
    })
}

proptest! {
    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse_index(&bytes, &Limits::default());
        let _ = parse_referrer(&bytes, &digest(b"image"));
        let _ = parse_layers(&bytes);
    }

    #[test]
    fn never_panics_on_what_is_almost_a_list(text in r#"\{"(manifests|layers|subject)":[\[\]{}":,a-f0-9]{0,40}"#) {
        let _ = parse_index(text.as_bytes(), &Limits::default());
        let _ = parse_referrer(text.as_bytes(), &digest(b"image"));
        let _ = parse_layers(text.as_bytes());
    }

    #[test]
    fn a_list_keeps_what_it_had_and_has_a_new_entry_once(
        entries in prop::collection::vec(entry_strategy(), 0..5),
        seal in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let limits = Limits::default();
        let list = json!({ "schemaVersion": 2, "manifests": entries, "annotations": { "who": "they" } }).to_string();
        let before = parse_index(list.as_bytes(), &limits).unwrap();
        let subject = parse_index(&list_of_one(), &limits).unwrap().remove(0);
        let (entry, manifest) = manifest_of(&subject, &seal, ENVELOPE, "urn:x").unwrap();
        prop_assert_eq!(parse_referrer(&manifest, &subject.digest).unwrap().digest, digest(&seal));
        let merged = merge_index(Some(list.as_bytes()), &entry, &limits).unwrap().unwrap();
        let after = parse_index(&merged, &limits).unwrap();
        prop_assert_eq!(&after[..before.len()], &before[..]);
        prop_assert_eq!(&after[before.len()..], std::slice::from_ref(&entry));
        let value: Value = serde_json::from_slice(&merged).unwrap();
        prop_assert_eq!(&value["annotations"]["who"], "they");
        prop_assert_eq!(&value["manifests"].as_array().unwrap()[..entries.len()], &entries[..]);
        prop_assert_eq!(merge_index(Some(&merged), &entry, &limits).unwrap(), None);
    }
}

/// A list with an image that is written as if it were a seal.
fn list_of_one() -> Vec<u8> {
    let entry =
        json!({ "mediaType": MANIFEST, "artifactType": ENVELOPE, "size": 5, "digest": digest(b"image").to_string() });
    json!({ "manifests": [entry] }).to_string().into_bytes()
}

#[test]
fn an_empty_list_may_be_written_as_null() {
    let list = br#"{"manifests":null}"#;
    assert_eq!(parse_index(list, &Limits::default()), Ok(Vec::new()));
    let subject = parse_index(&list_of_one(), &Limits::default()).unwrap().remove(0);
    let (entry, _) = manifest_of(&subject, b"seal", ENVELOPE, "urn:x").unwrap();
    let merged = merge_index(Some(list), &entry, &Limits::default()).unwrap().unwrap();
    assert_eq!(parse_index(&merged, &Limits::default()), Ok(vec![entry]));
}

#[test]
fn a_tag_has_the_length_that_tags_may_have() {
    let long: boltseal_model::Digest = format!("sha512:{}", "ab".repeat(64)).parse().unwrap();
    assert_eq!(tag_of(&digest(b"x")), format!("sha256-{}", digest(b"x").hex()));
    assert_eq!(tag_of(&long), format!("sha512-{}", "ab".repeat(32)));
}
