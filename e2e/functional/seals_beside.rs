//! Seals that lie beside their image: in its registry, which keeps no list of referrers, and in its layout.

use std::fs;
use std::process::Command;

use boltseal_testkit::image::{Compression, Image, Layer, header, oci};
use boltseal_testkit::registry::{ImageRegistry, Protection};
use serde_json::Value;

use super::seals::{AT, Place, allowed, code, refused, said};

const LATER: &str = "2026-11-28T13:00:00Z";

/// A shop whose script says a word.
fn shop(word: &str) -> Image {
    let script = format!("#!/bin/sh\necho {word}\n");
    let header = header(b"srv/shop.sh", b'0', 0o755, b"", script.len() as u64);
    let mut member = [&header[..], script.as_bytes()].concat();
    member.resize(member.len().next_multiple_of(512), 0);
    let script = Layer::new().raw(&member);
    Image::new().layer(script.compressed(Compression::Gzip)).tag("shop:1.2")
}

fn seal(place: &Place, image: &str, flags: &[&str]) -> std::process::Output {
    let arguments = ["seal", image, "--key", "release.key", "--attach", "--no-cache", "--at", AT];
    place.run(&[&arguments[..], flags].concat()).unwrap()
}

fn verify(place: &Place, image: &str, flags: &[&str]) -> std::process::Output {
    let arguments = ["verify", image, "--trust", "release.key.pub", "--at", LATER];
    place.run(&[&arguments[..], flags].concat()).unwrap()
}

#[test]
fn seals_are_found_beside_the_image_in_its_registry() {
    let Some(place) = Place::new() else { return };
    let Some(registry) = ImageRegistry::start(Protection { password: true, ..Protection::default() }) else { return };
    let push = |word: &str| {
        fs::write(place.path("layout.tar"), oci(&[shop(word)]).unwrap().to_tar()).unwrap();
        registry.push(&format!("oci-archive:{}", place.path("layout.tar").display()), "team/shop:1.2");
    };
    push("open");
    let name = format!("registry:{}/team/shop:1.2", registry.host);
    let with_password = |arguments: &[&str]| {
        let mut command = crate::parts::boltseal().unwrap();
        command.current_dir(place.0.path()).args(arguments).args(["--registry-user", "user"]);
        command.env("BOLTSEAL_KEY_PASSWORD", super::seals::PASSWORD).env("BOLTSEAL_REGISTRY_PASSWORD", "pass word");
        command.output().unwrap()
    };
    let ask = ["verify", &name, "--trust", "release.key.pub", "--at", LATER];
    refused(&with_password(&ask), "there is no verdict about the image that counts");
    allowed(&with_password(&["seal", &name, "--key", "release.key", "--attach", "--no-cache", "--at", AT]));
    allowed(&with_password(&ask));
    allowed(&with_password(&[&ask[..], &["--level", "BOLTSEAL_INTENT"]].concat()));
    // Whoever asks without the password is told nothing of the image.
    assert_eq!(code(&verify(&place, &name, &[])), 3, "{}", said(&verify(&place, &name, &[])));
    // Another image under the same name has no seals, and those of the first are not its own.
    push("closed");
    refused(&with_password(&ask), "there is no verdict about the image that counts");
}

#[test]
fn seals_are_found_beside_the_image_in_its_layout() {
    let Some(place) = Place::new() else { return };
    oci(&[shop("open")]).unwrap().write_folder(&place.path("layout")).unwrap();
    refused(&verify(&place, "layout", &[]), "there is no verdict about the image that counts");
    allowed(&seal(&place, "layout", &[]));
    allowed(&verify(&place, "layout", &["--level", "BOLTSEAL_SCANNED"]));
    // The same seals once more are there once, and the layout is still one of an image.
    allowed(&seal(&place, "layout", &[]));
    let answer: Value = serde_json::from_slice(&verify(&place, "layout", &["--format", "json"]).stdout).unwrap();
    assert_eq!(answer["accepted"].as_array().unwrap().len(), 4, "{answer:#}");
    let copied = format!("oci:{}", place.path("copy").display());
    let from = format!("oci:{}:shop:1.2", place.path("layout").display());
    let status = Command::new("skopeo").args(["copy", "--quiet", &from, &copied]).status();
    assert!(status.is_ok_and(|status| status.success()), "others read the layout as before");
    // An archive has no place beside it.
    let archive = seal(&place, "shop.tar", &[]);
    assert!(code(&archive) == 2 && said(&archive).contains("name files instead"), "{}", said(&archive));
}

#[test]
fn what_is_declared_of_an_intent_is_sealed_with_it() {
    let Some(place) = Place::new() else { return };
    oci(&[shop("open")]).unwrap().write_folder(&place.path("layout")).unwrap();
    let declared =
        "reason: The cluster asks for metrics.\nadd:\n  ports: [9090/tcp]\nremove:\n  executables: [/srv/*]\n";
    fs::write(place.path("boltseal-intent.yaml"), declared).unwrap();
    let flags = ["--declared", "boltseal-intent.yaml"];
    let intent = |flags: &[&str]| -> Value {
        let output = place.run(&[&["seal", "intent", "layout", "--no-cache"], flags].concat()).unwrap();
        allowed(&output);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (derived, declared) = (intent(&[]), intent(&flags));
    assert_eq!(derived["executables"][0]["path"], "/srv/shop.sh");
    assert_eq!(declared["executables"].as_array().unwrap().len(), 0);
    let port = &declared["ports"][0];
    assert_eq!((&port["value"]["number"], &port["origin"]), (&9090.into(), &"declared".into()));
    allowed(&place.seal("layout", &flags));
    allowed(&place.verify("layout", &["--level", "BOLTSEAL_INTENT"]));
    fs::write(place.path("boltseal-intent.yaml"), "reason: a\nadd:\n  prots: []\n").unwrap();
    let wrong = place.seal("layout", &flags);
    assert!(code(&wrong) == 2 && said(&wrong).contains("boltseal-intent.yaml:3:3"), "{}", said(&wrong));
}
