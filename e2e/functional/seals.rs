//! What came of an image is signed, and believed elsewhere for as long as nothing was changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use boltseal_testkit::image::{Compression, Files, Image, Layer, digest, docker, oci};
use boltseal_testkit::registry::{ImageRegistry, Protection};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::parts::boltseal;

pub const PASSWORD: &str = "correct horse";
pub const AT: &str = "2026-11-28T12:00:00Z";

/// A folder with a key and an image, and the command that runs in it.
pub struct Place(pub TempDir);

/// A shop with a script, a user and a port.
fn shop() -> Image {
    let layer = Layer::new().file("srv/shop.sh", "#!/bin/sh\necho open\n").file("etc/motd", "welcome to the shop\n");
    Image::new().layer(layer).tag("shop:1.2").edit_config(|config| {
        config["config"] = json!({ "User": "1000", "Cmd": ["/srv/shop.sh"], "ExposedPorts": { "8080/tcp": {} } });
    })
}

impl Place {
    /// With a key and the image as `docker save` writes it.
    pub fn new() -> Option<Self> {
        let place = Self(TempDir::new().unwrap());
        fs::write(place.path("shop.tar"), docker(&[shop()]).unwrap().to_tar()).unwrap();
        let made = place.run(&["seal", "key", "new", "--output", "release.key"])?;
        assert_eq!(code(&made), 0, "{}", said(&made));
        Some(place)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn run(&self, arguments: &[&str]) -> Option<Output> {
        let mut command = boltseal()?;
        command.current_dir(self.0.path()).env("BOLTSEAL_KEY_PASSWORD", PASSWORD).args(arguments);
        Some(command.output().expect("boltseal starts"))
    }

    /// Seals the image at noon.
    pub fn seal(&self, image: &str, flags: &[&str]) -> Output {
        let arguments = ["seal", image, "--key", "release.key", "--output", "seals", "--no-cache", "--at", AT];
        self.run(&[&arguments[..], flags].concat()).unwrap()
    }

    /// Asks for the image an hour later.
    pub fn verify(&self, image: &str, flags: &[&str]) -> Output {
        let arguments =
            ["verify", image, "--trust", "release.key.pub", "--seals", "seals", "--at", "2026-11-28T13:00:00Z"];
        self.run(&[&arguments[..], flags].concat()).unwrap()
    }

    /// The file with the seal of a kind.
    fn sealed(&self, kind: &str) -> PathBuf {
        let mut files = fs::read_dir(self.path("seals")).unwrap().map(|entry| entry.unwrap().path());
        files.find(|file| name(file).starts_with(kind)).unwrap_or_else(|| panic!("there is no {kind}"))
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

pub fn code(output: &Output) -> i32 {
    output.status.code().expect("boltseal exits")
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub fn refused(output: &Output, reason: &str) {
    let said = said(output);
    assert!(code(output) == 1 && said.contains(reason), "{reason:?} is not in:\n{said}");
}

pub fn allowed(output: &Output) {
    assert_eq!(code(output), 0, "{}", said(output));
}

/// Changes one byte of a file.
fn change(path: &Path, text: &[u8]) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.windows(text.len()).position(|window| window == text).expect("the text is there");
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn an_image_that_was_sealed_is_believed_from_another_folder() {
    let Some(place) = Place::new() else { return };
    allowed(&place.seal("shop.tar", &["--policy-set", "baseline", "--fail-on", "critical"]));
    fs::create_dir(place.path("elsewhere")).unwrap();
    for file in ["shop.tar", "release.key.pub", "seals"] {
        fs::rename(place.path(file), place.path("elsewhere").join(file)).unwrap();
    }
    let there = Place(place.0);
    let verified = |flags: &[&str]| {
        let mut command = boltseal().unwrap();
        command.current_dir(there.path("elsewhere"));
        let arguments = ["verify", "shop.tar", "--trust", "release.key.pub", "--seals", "seals", "--at", AT];
        command.args(arguments).args(flags).output().unwrap()
    };
    let policy = ["--policy-set", "baseline", "--fail-on", "critical"];
    allowed(&verified(&[]));
    allowed(&verified(&policy));
    allowed(&verified(&["--level", "BOLTSEAL_SCANNED", "--max-age", "7d"]));
    refused(&verified(&["--policy-set", "strict", "--fail-on", "critical"]), "the verdict is for the policy");
    refused(&verified(&["--policy-set", "baseline"]), "the verdict is for the policy");
    refused(&verified(&["--level", "SLSA_BUILD_LEVEL_1"]), "the level SLSA_BUILD_LEVEL_1 is required");
    let answer: Value = serde_json::from_slice(&verified(&["--format", "json"]).stdout).unwrap();
    assert_eq!(answer["decision"]["verdict"], "allow");
    assert_eq!(answer["accepted"].as_array().unwrap().len(), 4, "{answer:#}");
    assert_eq!(answer["verdict"]["resourceUri"], "shop:1.2");
}

#[test]
fn one_byte_of_the_image_that_was_changed_is_refused() {
    let Some(place) = Place::new() else { return };
    allowed(&place.seal("shop.tar", &[]));
    change(&place.path("shop.tar"), b"welcome to the shop");
    refused(&place.verify("shop.tar", &[]), "was changed: its bytes are not those that its digests name");
    // The configuration, by which such an archive is named.
    fs::write(place.path("shop.tar"), docker(&[shop()]).unwrap().to_tar()).unwrap();
    change(&place.path("shop.tar"), b"/srv/shop.sh\"");
    refused(&place.verify("shop.tar", &[]), "was changed: its bytes are not those that its digests name");
    // Another image, whole.
    let other = shop().layer(Layer::new().file("srv/more", "more"));
    fs::write(place.path("shop.tar"), docker(&[other]).unwrap().to_tar()).unwrap();
    refused(&place.verify("shop.tar", &[]), "not about sha256:");
}

#[test]
fn another_layer_under_its_own_name_is_refused() {
    let Some(place) = Place::new() else { return };
    allowed(&place.seal("shop.tar", &[]));
    // The list of layers is covered by no digest, and the layer in it has the digest that its name says.
    let mut files = docker(&[shop()]).unwrap();
    let other = Layer::new().file("srv/shop.sh", "#!/bin/sh\necho closed\n").to_tar();
    let blob = format!("blobs/sha256/{}", digest(&other).hex());
    files.put(blob.as_str(), other);
    let mut manifest: Value = serde_json::from_slice(&files.bytes("manifest.json")).unwrap();
    manifest[0]["Layers"] = json!([blob]);
    files.put("manifest.json", manifest.to_string());
    fs::write(place.path("shop.tar"), files.to_tar()).unwrap();
    refused(&place.verify("shop.tar", &[]), "was changed: its bytes are not those that its digests name");
}

#[test]
fn layers_of_a_layout_are_held_to_their_digests_whatever_their_compression() {
    let Some(place) = Place::new() else { return };
    let layer = Layer::new().file("etc/motd", "welcome to the shop\n").compressed(Compression::Gzip);
    let files: Files = oci(&[Image::new().layer(layer).tag("shop:1.2")]).unwrap();
    files.write_folder(&place.path("layout")).unwrap();
    allowed(&place.seal("oci:layout", &[]));
    allowed(&place.verify("oci:layout", &[]));
    let blobs = fs::read_dir(place.path("layout/blobs/sha256")).unwrap().map(|entry| entry.unwrap().path());
    let layer = blobs.into_iter().find(|blob| fs::read(blob).unwrap().starts_with(&[0x1f, 0x8b])).unwrap();
    let mut bytes = fs::read(&layer).unwrap();
    // The time in the header, which unpacking does not look at.
    bytes[4] ^= 1;
    fs::write(&layer, bytes).unwrap();
    refused(&place.verify("oci:layout", &[]), "was changed: its bytes are not those that its digests name");
}

#[test]
fn what_was_sealed_before_it_was_pushed_is_believed_in_the_registry() {
    let Some(place) = Place::new() else { return };
    let Some(registry) = ImageRegistry::start(Protection::default()) else { return };
    let pushed = |image: Image| {
        fs::write(place.path("layout.tar"), oci(&[image]).unwrap().to_tar()).unwrap();
        registry.push(&format!("oci-archive:{}", place.path("layout.tar").display()), "team/shop:1.2");
    };
    // Whoever pushes compresses layers that are not, which makes another manifest.
    let packed = |text: &str| Layer::new().file("srv/shop.sh", text).compressed(Compression::Gzip);
    pushed(Image::new().layer(packed("#!/bin/sh\necho open\n")).tag("shop:1.2"));
    allowed(&place.seal("layout.tar", &[]));
    let name = format!("registry:{}/team/shop:1.2", registry.host);
    allowed(&place.verify(&name, &["--level", "BOLTSEAL_SCANNED"]));
    let offline = place.verify(&name, &["--offline"]);
    assert!(code(&offline) == 2 && said(&offline).contains("--offline forbids it"), "{}", said(&offline));
    pushed(Image::new().layer(packed("#!/bin/sh\necho closed\n")).tag("shop:1.2"));
    refused(&place.verify(&name, &[]), "whoever put it beside this image was wrong or lied");
    // The image of the archive without a manifest is named by its configuration, and is another one.
    allowed(&place.seal("shop.tar", &[]));
    refused(&place.verify(&name, &[]), "there is no verdict about the image that counts");
}

#[test]
fn one_byte_of_a_statement_that_was_changed_is_refused() {
    let Some(place) = Place::new() else { return };
    allowed(&place.seal("shop.tar", &[]));
    let verdict = place.sealed("verdict");
    let bytes = fs::read(&verdict).unwrap();
    // A letter of the payload for another of base64: one byte of the statement.
    let mut changed = bytes.clone();
    changed[200] = if changed[200] == b'A' { b'B' } else { b'A' };
    fs::write(&verdict, changed).unwrap();
    let output = place.verify("shop.tar", &[]);
    refused(&output, "no signature of it is by a key that is trusted");
    assert!(said(&output).contains(&name(&verdict)), "{}", said(&output));
    fs::write(&verdict, &bytes[..bytes.len() / 2]).unwrap();
    refused(&place.verify("shop.tar", &[]), "it was truncated, changed or never a seal");
    fs::remove_file(&verdict).unwrap();
    refused(&place.verify("shop.tar", &[]), "there is no verdict about the image that counts");
}

#[test]
fn an_old_verdict_is_refused_where_its_age_counts() {
    let Some(place) = Place::new() else { return };
    allowed(&place.seal("shop.tar", &[]));
    let asked = |at: &str, flags: &[&str]| {
        let arguments = ["verify", "shop.tar", "--trust", "release.key.pub", "--seals", "seals", "--at", at];
        place.run(&[&arguments[..], flags].concat()).unwrap()
    };
    allowed(&asked("2026-12-05T12:00:00Z", &["--max-age", "7d"]));
    refused(&asked("2026-12-05T12:00:01Z", &["--max-age", "7d"]), "older than the 7 days allowed; seal the image anew");
    allowed(&asked("2027-12-05T12:00:00Z", &[]));
    refused(&asked("2031-01-01T00:00:00Z", &["--max-advisory-age", "30d"]), "rests on advisories of");
    refused(&asked("2026-11-28T11:00:00Z", &[]), "one of the clocks is wrong");
}

#[test]
fn the_same_image_policy_and_time_give_the_same_bytes() {
    let Some(place) = Place::new() else { return };
    let seals = |image: &str, output: &str| {
        let arguments = ["seal", image, "--key", "release.key", "--no-cache", "--at", AT, "--output", output];
        allowed(&place.run(&[&arguments[..], &["--policy-set", "baseline"]].concat()).unwrap());
        let files = fs::read_dir(place.path(output)).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.map(|file| (name(&file), fs::read(&file).unwrap())).collect();
        files.sort();
        files
    };
    let first = seals("shop.tar", "one");
    fs::rename(place.path("shop.tar"), place.path("moved.tar")).unwrap();
    assert_eq!(first, seals("moved.tar", "two"));
    assert_eq!(first.len(), 4);
    let lines = place.run(&["seal", "moved.tar", "--key", "release.key", "--at", AT, "--policy-set", "baseline"]);
    let lines = lines.unwrap();
    fs::write(place.path("lines.jsonl"), &lines.stdout).unwrap();
    let mut lines: Vec<Vec<u8>> = lines.stdout.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    lines.sort();
    let mut envelopes: Vec<Vec<u8>> = first.into_iter().map(|(_, bytes)| bytes).collect();
    envelopes.sort();
    assert_eq!(lines, envelopes);
    let arguments = ["verify", "moved.tar", "--trust", "release.key.pub", "--seals", "lines.jsonl", "--at", AT];
    allowed(&place.run(&arguments).unwrap());
}

#[test]
fn an_image_that_breaks_a_policy_is_sealed_as_failed() {
    let Some(place) = Place::new() else { return };
    let policy = "id: team-no-port\ntitle: A shop has no port\nseverity: low\nat: [build]\non: image\nwhen: 'true'\n\
                  action: deny\nmessage: it is an image\nremediation: Make none.\n";
    fs::write(place.path("policy.yaml"), policy).unwrap();
    let output = place.seal("shop.tar", &["--policy", "policy.yaml"]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(said(&output).contains("FAILED for the policy sha256:"), "{}", said(&output));
    refused(&place.verify("shop.tar", &["--policy", "policy.yaml"]), "did not satisfy the policy when it was judged");
    fs::write(place.path("policy.yaml"), policy.replace("when:", "whenever:")).unwrap();
    let output = place.seal("shop.tar", &["--policy", "policy.yaml"]);
    assert!(code(&output) == 2 && said(&output).contains("mistakes; mend them first"), "{}", said(&output));
}

/// An envelope around a statement, signed with openssl, as a builder of somebody else's may make it.
fn signed_by_openssl(place: &Place, statement: &str) -> Option<String> {
    let openssl = |arguments: &[&str]| {
        let ran =
            Command::new("openssl").args(arguments).env("PASSWORD", PASSWORD).current_dir(place.0.path()).output();
        let ran = ran.map_err(|error| boltseal_testkit::skip(&format!("openssl does not run: {error}"))).ok()?;
        assert!(ran.status.success(), "{arguments:?}: {}", said(&ran));
        Some(ran.stdout)
    };
    let kind = "application/vnd.in-toto+json";
    fs::write(place.path("payload"), statement).unwrap();
    fs::write(place.path("signed"), format!("DSSEv1 {} {kind} {} {statement}", kind.len(), statement.len())).unwrap();
    let key = ["-inkey", "release.key", "-passin", "env:PASSWORD"];
    openssl(&[&["pkeyutl", "-sign", "-rawin", "-in", "signed", "-out", "signature"], &key[..]].concat())?;
    let base64 = |file: &str| Some(String::from_utf8(openssl(&["base64", "-A", "-in", file])?).unwrap());
    let (payload, signature) = (base64("payload")?, base64("signature")?);
    Some(json!({ "payloadType": kind, "payload": payload, "signatures": [{ "sig": signature }] }).to_string())
}

#[test]
fn what_the_file_of_configuration_says_holds_for_seals_and_what_is_beside_them() {
    let Some(place) = Place::new() else { return };
    fs::write(place.path("boltseal.toml"), "policy-set = 'baseline'\nfail-on = 'critical'\nno-cache = true\n").unwrap();
    allowed(&place.seal("shop.tar", &[]));
    allowed(&place.verify("shop.tar", &[]));
    allowed(&place.verify("shop.tar", &["--policy-set", "baseline", "--fail-on", "critical"]));
    refused(&place.verify("shop.tar", &["--policy-set", "strict"]), "the verdict is for the policy");
    allowed(&place.run(&["seal", "intent", "shop.tar"]).unwrap());
    allowed(&place.run(&["seal", "key", "show", "release.key.pub"]).unwrap());
}

/// A variable that sets a flag of `seal` must not stand in the way of its commands.
#[test]
fn the_environment_does_not_keep_commands_of_seal_from_running() {
    let Some(place) = Place::new() else { return };
    let mut command = boltseal().unwrap();
    command.current_dir(place.0.path()).env("BOLTSEAL_POLICY_SET", "baseline").env("BOLTSEAL_CACHE", "cache");
    allowed(&command.args(["seal", "intent", "shop.tar"]).output().unwrap());
}

#[test]
fn provenance_beside_the_image_becomes_part_of_the_verdict() {
    let Some(place) = Place::new() else { return };
    allowed(&place.seal("shop.tar", &[]));
    let answer = place.verify("shop.tar", &["--format", "json"]);
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let image = answer["image"].as_str().unwrap().strip_prefix("sha256:").unwrap().to_owned();
    let statement = |image: &str| {
        let source = json!({ "workflow": { "repository": "https://forge.example/shop", "ref": "refs/heads/main" } });
        json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{ "name": "shop", "digest": { "sha256": image } }],
            "predicateType": "https://slsa.dev/provenance/v1",
            "predicate": {
                "buildDefinition": { "buildType": "https://builder.example/type", "externalParameters": source },
                "runDetails": { "builder": { "id": "https://builder.example/hosted" } },
            },
        })
        .to_string()
    };
    let Some(envelope) = signed_by_openssl(&place, &statement(&image)) else { return };
    fs::write(place.path("provenance.json"), envelope).unwrap();
    fs::remove_dir_all(place.path("seals")).unwrap();
    let given = ["--provenance", "provenance.json", "--trust", "release.key.pub"];
    allowed(&place.seal("shop.tar", &[&given[..], &["--builder", "https://builder.example/hosted=2"]].concat()));
    let wanted = ["--level", "SLSA_BUILD_LEVEL_2", "--builder", "https://builder.example/hosted", "--branch", "main"];
    allowed(&place.verify("shop.tar", &wanted));
    refused(&place.verify("shop.tar", &["--level", "SLSA_BUILD_LEVEL_3"]), "the level SLSA_BUILD_LEVEL_3 is required");
    refused(&place.verify("shop.tar", &["--branch", "feature"]), "the branch must be feature, and is \"main\"");
    refused(&place.verify("shop.tar", &["--source", "https://forge.example/other"]), "the source must be");
    let other = signed_by_openssl(&place, &statement(&"0".repeat(64))).unwrap();
    fs::write(place.path("provenance.json"), other).unwrap();
    refused(&place.seal("shop.tar", &given), "nothing was sealed");
    // A verdict is no provenance, whoever signed it.
    let verdict = place.sealed("verdict").to_string_lossy().into_owned();
    let output = place.seal("shop.tar", &["--provenance", &verdict, "--trust", "release.key.pub"]);
    refused(&output, "given as provenance is a verdict");
    let output = place.seal("shop.tar", &["--provenance", &verdict]);
    assert_eq!(code(&output), 2, "nobody says whom to believe: {}", said(&output));
}

#[test]
fn what_is_no_image_is_neither_sealed_nor_verified() {
    let Some(place) = Place::new() else { return };
    fs::create_dir(place.path("folder")).unwrap();
    let output = place.seal("dir:folder", &[]);
    assert!(code(&output) == 2 && said(&output).contains("only images are sealed"), "{}", said(&output));
    fs::create_dir(place.path("seals")).unwrap();
    let output = place.verify("dir:folder", &[]);
    assert!(code(&output) == 2 && said(&output).contains("seals are about images"), "{}", said(&output));
    let output = place.run(&["seal", "shop.tar"]).unwrap();
    assert!(code(&output) == 2 && said(&output).contains("--key <KEY>"), "{}", said(&output));
}
