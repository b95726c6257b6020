//! Keys are made, kept, used and taken back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use super::seals::{AT, PASSWORD, Place, allowed, code, refused, said};
use crate::parts::boltseal;

#[test]
fn keys_are_files_that_openssl_opens_and_nobody_else_reads() {
    let Some(place) = Place::new() else { return };
    let mode = fs::metadata(place.path("release.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(place.path("release.key")).unwrap();
    let again = place.run(&["seal", "key", "new", "--output", "release.key"]).unwrap();
    assert!(code(&again) == 2 && said(&again).contains("keys are not overwritten"), "{}", said(&again));
    assert_eq!(fs::read(place.path("release.key")).unwrap(), before);
    let public = fs::read_to_string(place.path("release.key.pub")).unwrap();
    let shown = place.run(&["seal", "key", "show", "release.key"]).unwrap();
    assert!(said(&shown).contains("algorithm  Ed25519") && said(&shown).ends_with(&public), "{}", said(&shown));
    let mut wrong = boltseal().unwrap();
    wrong.current_dir(place.0.path()).env("BOLTSEAL_KEY_PASSWORD", "wrong").args([
        "seal",
        "key",
        "show",
        "release.key",
    ]);
    let wrong = wrong.output().unwrap();
    assert!(code(&wrong) == 2 && said(&wrong).contains("does not open with this password"), "{}", said(&wrong));
    assert!(!said(&wrong).contains("wrong\n"), "the password is not told");
    let mut none = boltseal().unwrap();
    none.current_dir(place.0.path()).env_remove("BOLTSEAL_KEY_PASSWORD").stdin(Stdio::null());
    let none = none.args(["seal", "key", "new", "--output", "third.key"]).output().unwrap();
    assert!(code(&none) == 2 && said(&none).contains("put it into BOLTSEAL_KEY_PASSWORD"), "{}", said(&none));
    assert!(!place.path("third.key").exists());
    let opened = Command::new("openssl")
        .args(["pkey", "-in", "release.key", "-passin", "env:PASSWORD", "-pubout"])
        .env("PASSWORD", PASSWORD)
        .current_dir(place.0.path())
        .output();
    let Ok(opened) = opened else { return boltseal_testkit::skip("openssl does not run") };
    assert_eq!(String::from_utf8_lossy(&opened.stdout), public);
}

#[test]
fn keys_in_tokens_and_in_the_environment_sign_as_well() {
    const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
    let Some(place) = Place::new() else { return };
    let sealing = |key: &str, variable: &str, value: &str| {
        let mut command = boltseal().unwrap();
        command.current_dir(place.0.path()).env("BOLTSEAL_KEY_PASSWORD", PASSWORD).env(variable, value);
        command.args(["seal", "shop.tar", "--output", "seals", "--at", AT, "--key", key]).output().unwrap()
    };
    let pem = fs::read_to_string(place.path("release.key")).unwrap();
    allowed(&sealing("env:RELEASE_KEY", "RELEASE_KEY", &pem));
    allowed(&place.verify("shop.tar", &[]));
    let absent = sealing("env:RELEASE_KEY", "OTHER", "");
    assert!(code(&absent) == 2 && said(&absent).contains("RELEASE_KEY holds no key"), "{}", said(&absent));
    if !Path::new(MODULE).exists() {
        return boltseal_testkit::skip("SoftHSM is not installed");
    }
    fs::create_dir(place.path("tokens")).unwrap();
    let configuration = place.path("softhsm.conf");
    fs::write(&configuration, format!("directories.tokendir = {}\n", place.path("tokens").display())).unwrap();
    let tool = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.current_dir(place.0.path()).env("SOFTHSM2_CONF", &configuration).args(arguments);
        let ran = command.output().expect("the tool runs");
        assert!(ran.status.success(), "{program} {arguments:?}: {}", said(&ran));
    };
    let pin = ["--pin", PASSWORD];
    tool("softhsm2-util", &[&["--init-token", "--free", "--label", "seal", "--so-pin", "567890"], &pin[..]].concat());
    tool("openssl", &["genpkey", "-out", "token.key", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    tool("openssl", &["pkey", "-in", "token.key", "-pubout", "-out", "release.key.pub"]);
    let import = ["--import", "token.key", "--token", "seal", "--label", "release", "--id", "01"];
    tool("softhsm2-util", &[&import[..], &pin].concat());
    refused(&place.verify("shop.tar", &[]), "no signature of it is by a key that is trusted");
    let key = format!("pkcs11:token=seal;object=release?module-path={MODULE}");
    allowed(&sealing(&key, "SOFTHSM2_CONF", &configuration.to_string_lossy()));
    allowed(&place.verify("shop.tar", &[]));
}

#[test]
fn another_key_and_a_revoked_one_are_refused() {
    let Some(place) = Place::new() else { return };
    allowed(&place.seal("shop.tar", &[]));
    allowed(&place.run(&["seal", "key", "new", "--output", "other.key", "--algorithm", "ecdsa-p256"]).unwrap());
    let trusting = |file: &str| {
        place.run(&["verify", "shop.tar", "--trust", file, "--seals", "seals", "--at", "2026-11-28T13:00:00Z"]).unwrap()
    };
    refused(&trusting("other.key.pub"), "no signature of it is by a key that is trusted");
    let public = fs::read_to_string(place.path("release.key.pub")).unwrap();
    let document = json!({ "schema": "boltseal.trust/v1", "keys": [{ "name": "release", "public_key": public }] });
    fs::write(place.path("trust.json"), document.to_string()).unwrap();
    allowed(&trusting("trust.json"));
    let at = ["--reason", "stolen", "--at", "2026-11-28T12:30:00Z"];
    let revoke =
        |trust| place.run(&[&["seal", "key", "revoke", "release.key.pub", "--trust", trust], &at[..]].concat());
    allowed(&revoke("trust.json").unwrap());
    refused(&trusting("trust.json"), "was revoked at 2026-11-28T12:30:00Z");
    let shown = place.run(&["seal", "key", "show", "trust.json"]).unwrap();
    assert!(said(&shown).contains("revoked    2026-11-28T12:30:00Z (stolen)"), "{}", said(&shown));
    let alone = revoke("release.key.pub").unwrap();
    assert!(code(&alone) == 2 && said(&alone).contains("holds public keys alone"), "{}", said(&alone));
}
