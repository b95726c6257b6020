//! Manifests and layers: found, checked, taken up again where the connection broke.

use std::sync::atomic::{AtomicUsize, Ordering};

use boltseal_registry::{RegistryError, Settings};
use boltseal_testkit::server::{Answer, Asked, Server};
use serde_json::json;

use crate::support::{Fixture, INDEX, digest, noise, open, open_as, read, whole};

#[test]
fn an_image_has_the_names_of_an_oci_layout() {
    let image = Fixture::new(&noise(50_000));
    let served = image.clone();
    let server = Server::start(move |asked| served.answer(asked));
    let remote = open(&server, Settings::default()).unwrap();
    let index: serde_json::Value = serde_json::from_slice(&read(&remote, "index.json").unwrap()).unwrap();
    assert_eq!(index["manifests"][0]["digest"], digest(&image.manifest).to_string());
    let manifest = format!("blobs/sha256/{}", digest(&image.manifest).hex());
    assert_eq!(read(&remote, &manifest).unwrap(), image.manifest);
    assert_eq!(read(&remote, &image.layer_name()).unwrap(), image.layer);
    for absent in ["manifest.json", "blobs/sha256/../x", &format!("blobs/sha256/{}", "0".repeat(64))] {
        assert!(remote.blob(absent).unwrap().is_none(), "{absent}");
    }
    let layers = server.paths().iter().filter(|path| path.contains(digest(&image.layer).hex())).count();
    assert_eq!(layers, 1, "a layer is one request");
}

#[test]
fn a_layer_whose_connection_breaks_goes_on_where_it_broke() {
    let image = Fixture::new(&noise(300_000));
    let served = image.clone();
    let server = Server::start(move |asked| {
        let answer = served.answer(asked);
        let length = answer.body.len();
        if asked.path.contains("/blobs/") && length > 100_000 { answer.cut_after(90_000) } else { answer }
    });
    let remote = open(&server, Settings::default()).unwrap();
    assert_eq!(read(&remote, &image.layer_name()).unwrap(), image.layer);
    let starts: Vec<Option<usize>> =
        server.asked().iter().filter(|asked| asked.path.contains("/blobs/")).map(Asked::range_start).collect();
    assert_eq!(starts.len(), 4);
    assert!(starts.windows(2).all(|pair| pair[0] < pair[1]), "{starts:?}");
}

#[test]
fn a_registry_that_knows_no_ranges_is_read_from_the_beginning() {
    let image = Fixture::new(&noise(200_000));
    let (served, requests) = (image.clone(), AtomicUsize::new(0));
    let server = Server::start(move |asked| {
        let mut asked = asked.clone();
        asked.headers.retain(|(name, _)| name != "range");
        let answer = served.answer(&asked);
        let is_first_layer = asked.path.contains("/blobs/") && requests.fetch_add(1, Ordering::SeqCst) == 0;
        if is_first_layer { answer.cut_after(120_000) } else { answer }
    });
    let remote = open(&server, Settings::default()).unwrap();
    assert_eq!(read(&remote, &image.layer_name()).unwrap(), image.layer);
}

#[test]
fn a_layer_that_always_breaks_off_is_an_error_in_the_end() {
    let image = Fixture::new(&noise(200_000));
    let served = image.clone();
    let server = Server::start(move |asked| {
        let answer = served.answer(asked);
        if asked.path.contains("/blobs/") { answer.cut_after(0) } else { answer }
    });
    let remote = open(&server, Settings::default()).unwrap();
    assert!(read(&remote, &image.layer_name()).is_err());
    assert!(server.paths().len() < 20, "it gives up");
}

#[test]
fn a_manifest_with_another_digest_than_asked_for_is_refused() {
    let image = Fixture::new(b"layer");
    let other = Fixture::new(b"another layer");
    let (wanted, given) = (digest(&image.manifest), other.manifest);
    let server = Server::start(move |_| Answer::new(200, given.clone()));
    let error = open_as(&server, &format!("team/app@{wanted}"), Settings::default(), None).unwrap_err();
    assert!(matches!(&error, RegistryError::Malformed { detail, .. } if detail.contains("digest")), "{error}");
}

#[test]
fn of_an_image_for_several_platforms_one_is_fetched() {
    let (amd64, arm) = (Fixture::new(b"amd64"), Fixture::new(b"arm"));
    let entry = |image: &Fixture, architecture: &str, variant: &str| {
        json!({ "mediaType": crate::support::MANIFEST, "digest": digest(&image.manifest).to_string(),
            "size": image.manifest.len(), "platform": { "os": "linux", "architecture": architecture, "variant": variant } })
    };
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX,
        "manifests": [entry(&amd64, "amd64", ""), entry(&arm, "arm", "v7")] });
    let index = index.to_string();
    let (first, second) = (amd64.clone(), arm.clone());
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/v2/team/app/manifests/2" => Answer::new(200, index.clone()).with("content-type", INDEX),
        path if path.contains(digest(&first.manifest).hex()) => first.answer(asked),
        _ => second.answer(asked),
    });
    let chosen = |platform| {
        let remote = open_as(&server, "team/app:2", Settings::default(), platform).unwrap();
        let index: serde_json::Value = serde_json::from_slice(&read(&remote, "index.json").unwrap()).unwrap();
        index["manifests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["digest"].as_str().unwrap().to_owned())
            .collect()
    };
    let digests =
        |images: &[&Fixture]| images.iter().map(|image| digest(&image.manifest).to_string()).collect::<Vec<_>>();
    let chosen_arm: Vec<String> = chosen(Some("linux/arm"));
    assert_eq!(chosen_arm, digests(&[&arm]));
    let chosen_amd64: Vec<String> = chosen(Some("linux/amd64"));
    assert_eq!(chosen_amd64, digests(&[&amd64]));
    // Nobody can choose what is not there; the reader of layouts says so and names the choices.
    let whole_index: Vec<String> = chosen(Some("linux/s390x"));
    assert_eq!(whole_index.len(), 1);
}

#[test]
fn a_busy_registry_is_asked_again_and_not_for_ever() {
    let image = Fixture::new(b"layer");
    let (served, requests) = (image, AtomicUsize::new(0));
    let server = Server::start(move |asked| match requests.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::new(503, ""),
        1 => Answer::new(429, "").with("retry-after", "0"),
        _ => served.answer(asked),
    });
    open(&server, Settings::default()).unwrap();
    let broken = Server::start(|_| Answer::new(500, "<html>oh no</html>"));
    let error = open(&broken, Settings::default()).unwrap_err();
    assert_eq!(broken.paths().len(), 3);
    assert!(matches!(error, RegistryError::Unexpected { status: 500, .. }), "{error}");
}

#[test]
fn what_the_registry_says_is_shown_on_one_line() {
    let said = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"slow\ndown \u001b[31m"}]}"#;
    let server = Server::start(move |_| Answer::new(418, said));
    let error = whole(&open(&server, Settings::default()).unwrap_err());
    assert!(error.contains("image team/app:1 (TOOMANYREQUESTS: slow down"), "{error}");
    assert!(!error.contains(char::is_control));
}

#[test]
fn a_manifest_that_is_none_or_too_large_is_refused() {
    for body in [b"not json".to_vec(), b"{\"manifests\": 3}".to_vec(), vec![b' '; 5 << 20]] {
        let server = Server::start(move |_| Answer::new(200, body.clone()));
        let error = open(&server, Settings::default()).unwrap_err();
        assert!(matches!(error, RegistryError::Malformed { .. }), "{error}");
    }
}

#[test]
fn a_mirror_is_asked_first_and_the_registry_itself_when_it_has_nothing() {
    let image = Fixture::new(b"layer");
    let (served, empty) = (image.clone(), Server::start(|_| Answer::new(404, "")));
    let mirror = Server::start(move |asked| served.answer(asked));
    let origin = Server::start(move |asked| image.answer(asked));
    let settings = |mirrors: &[&Server]| Settings {
        mirrors: [(origin.host.clone(), mirrors.iter().map(|mirror| mirror.host.clone()).collect())].into(),
        ..Settings::default()
    };
    open(&origin, settings(&[&empty, &mirror])).unwrap();
    assert!(!empty.paths().is_empty() && !mirror.paths().is_empty());
    assert_eq!(origin.paths().len(), 0);
    open(&origin, settings(&[&empty])).unwrap();
    assert_eq!(origin.paths().len(), 1);
}
