//! Keys in a token of SoftHSM.
//!
//! SoftHSM is told where its tokens are by an environment variable, which a test must not change for its neighbours: each test
//! starts itself anew, with the variable set.
#![expect(clippy::unwrap_used, reason = "tests report by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use boltseal_model::{Digest, Limits, Redacted};
use boltseal_pkcs11::{KeyName, TokenError, TokenKey};
use boltseal_seal::{Envelope, KeyAlgorithm, PublicKey, Signer};
use boltseal_testkit::skip;
use tempfile::TempDir;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const VARIABLE: &str = "SOFTHSM2_CONF";

fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(folder).env(VARIABLE, folder.join("conf")).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A token with a key of each kind, imported, so that OpenSSL knows them too.
fn token() -> Option<TempDir> {
    if !Path::new(MODULE).exists() {
        skip("SoftHSM is not installed");
        return None;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("tokens")).unwrap();
    let conf = format!("directories.tokendir = {}\nobjectstore.backend = file\n", path.join("tokens").display());
    fs::write(path.join("conf"), conf).unwrap();
    run(path, "softhsm2-util", &["--init-token", "--free", "--label", "seal", "--pin", "1234", "--so-pin", "567890"]);
    let kinds: [(&str, &[&str]); 3] = [
        ("ed", &["-algorithm", "ed25519"]),
        ("ec", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ("p384", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    ];
    for (id, (name, algorithm)) in kinds.iter().enumerate() {
        run(path, "openssl", &[&["genpkey", "-out", name], *algorithm].concat());
        let public = format!("{name}.pub");
        run(path, "openssl", &["pkey", "-in", name, "-pubout", "-out", &public]);
        let id = format!("0{id}");
        run(
            path,
            "softhsm2-util",
            &["--import", name, "--token", "seal", "--label", name, "--id", &id, "--pin", "1234"],
        );
    }
    Some(folder)
}

/// Whether this is the process in which SoftHSM knows its tokens; in the first one, starts that and looks how it ends.
fn within(name: &str) -> bool {
    if std::env::var_os(VARIABLE).is_some() {
        return true;
    }
    let Some(folder) = token() else { return false };
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", name, "--nocapture"]).current_dir(folder.path());
    let output = again.env(VARIABLE, folder.path().join("conf")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    false
}

fn open(token: &str, key: &str, pin: &str) -> Result<TokenKey, TokenError> {
    let name = KeyName { token: token.to_owned(), key: key.to_owned() };
    TokenKey::open(Path::new(MODULE), &name, &Redacted::new(pin.to_owned()))
}

#[test]
fn keys_of_a_token_sign_seals_that_verify() {
    if !within("keys_of_a_token_sign_seals_that_verify") {
        return;
    }
    for (name, algorithm) in [("ed", KeyAlgorithm::Ed25519), ("ec", KeyAlgorithm::EcdsaP256)] {
        let key = open("seal", name, "1234").unwrap();
        let public = PublicKey::from_pem(&fs::read_to_string(format!("{name}.pub")).unwrap()).unwrap();
        assert_eq!((key.public_key(), public.algorithm()), (public.clone(), algorithm));
        let image = Digest::sha256(&[1; 32]);
        let statement =
            boltseal_seal::Statement::new("shop", &image, &boltseal_model::Intent::default()).unwrap().to_json();
        let envelope = Envelope::sign(statement.into_bytes(), &[&key]).unwrap().to_json();
        let read = Envelope::parse(envelope.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(public.verify(&read.signed_bytes(), &read.signatures().first().unwrap().bytes), Ok(()));
        let large = vec![7; 5 << 20];
        assert_eq!(public.verify(&large, &key.sign(&large).unwrap()), Ok(()), "{name}");
    }
}

#[test]
fn what_is_not_there_is_said() {
    if !within("what_is_not_there_is_said") {
        return;
    }
    assert!(matches!(open("other", "ed", "1234"), Err(TokenError::NoToken { .. })));
    assert!(matches!(open("seal", "ed", "4321"), Err(TokenError::Token { doing: "take the PIN", .. })));
    assert!(matches!(open("seal", "none", "1234"), Err(TokenError::NotOneKey { found: 0, .. })));
    assert!(matches!(open("seal", "p384", "1234"), Err(TokenError::Key(_))));
    let name = KeyName { token: "seal".into(), key: "ed".into() };
    let no_module = TokenKey::open(Path::new("/nowhere.so"), &name, &Redacted::default());
    assert!(matches!(no_module, Err(TokenError::Module { .. })));
    let not_a_module = TokenKey::open(Path::new("ed.pub"), &name, &Redacted::default());
    assert!(matches!(not_a_module, Err(TokenError::Module { .. })));
}
