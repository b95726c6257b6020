//! Other people's tools read what we write, and we read what they write.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use boltseal_model::Limits;
use boltseal_seal::{Envelope, PrivateKey, PublicKey, Requirements, Signer, Trust};
use boltseal_testkit::skip;
use tempfile::TempDir;

use crate::support::{Counted, ask, key, p256, password, sealed, statement, verdict};

const PASSWORD: &str = "correct horse";

fn openssl(folder: &Path, arguments: &[&str]) -> Option<Output> {
    match Command::new("openssl").args(arguments).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(error) => {
            skip(&format!("openssl does not run: {error}"));
            None
        }
    }
}

fn succeeds(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = openssl(folder, arguments)?;
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn openssl_verifies_our_signatures() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let envelope = Envelope::sign(statement(&verdict()).to_json().into_bytes(), &[&key(1), &p256(1)]).unwrap();
    file("signed", &envelope.signed_bytes());
    file("ed.pub", key(1).public_key().to_pem().as_bytes());
    file("ec.pub", p256(1).public_key().to_pem().as_bytes());
    file("ed.sig", &envelope.signatures()[0].bytes);
    file("ec.sig", &envelope.signatures()[1].bytes);
    let ed = ["pkeyutl", "-verify", "-pubin", "-inkey", "ed.pub", "-rawin", "-in", "signed", "-sigfile", "ed.sig"];
    let Some(said) = succeeds(folder.path(), &ed) else { return };
    assert!(said.contains("Verified Successfully"), "{said}");
    let ec = ["dgst", "-sha256", "-verify", "ec.pub", "-signature", "ec.sig", "signed"];
    assert!(succeeds(folder.path(), &ec).unwrap().contains("Verified OK"));
    file("signed", b"something else");
    assert!(!openssl(folder.path(), &ec).unwrap().status.success(), "openssl believes anything");
}

#[test]
fn openssl_opens_our_key_files() {
    let folder = TempDir::new().unwrap();
    for signer in [key(1), p256(1)] {
        let pem = signer.to_encrypted_pem(&password(PASSWORD), &mut Counted(9)).unwrap();
        fs::write(folder.path().join("key"), pem.expose()).unwrap();
        let open = |pass: &str| openssl(folder.path(), &["pkey", "-in", "key", "-passin", pass, "-pubout"]);
        let Some(opened) = open("pass:correct horse") else { return };
        let public = String::from_utf8(opened.stdout).unwrap();
        assert_eq!(
            PublicKey::from_pem(&public),
            Ok(signer.public_key()),
            "{}",
            String::from_utf8_lossy(&opened.stderr)
        );
        assert!(!open("pass:wrong horse").unwrap().status.success());
    }
}

#[test]
fn key_files_of_openssl_open_and_its_signatures_hold() {
    let folder = TempDir::new().unwrap();
    let pass = format!("pass:{PASSWORD}");
    let make = |arguments: &[&str]| succeeds(folder.path(), arguments);
    let read = || {
        let pem = fs::read_to_string(folder.path().join("key")).unwrap();
        PrivateKey::from_pem(&pem, Some(&password(PASSWORD)), &Limits::default()).unwrap().public_key()
    };
    let public = || make(&["pkey", "-in", "key", "-passin", &pass, "-pubout"]).unwrap();
    let algorithms: [&[&str]; 2] = [&["ed25519"], &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]];
    for algorithm in algorithms {
        let begin = [&["genpkey", "-algorithm"], algorithm].concat();
        for more in [&["-out", "key"][..], &["-aes256", "-pass", &pass, "-out", "key"]] {
            if make(&[&begin[..], more].concat()).is_none() {
                return;
            }
            assert_eq!(PublicKey::from_pem(&public()), Ok(read()));
        }
        let scrypt =
            ["pkcs8", "-topk8", "-scrypt", "-in", "key", "-passin", &pass, "-out", "scrypt", "-passout", &pass];
        make(&scrypt);
        fs::rename(folder.path().join("scrypt"), folder.path().join("key")).unwrap();
        assert_eq!(PublicKey::from_pem(&public()), Ok(read()));
    }
    fs::write(folder.path().join("signed"), b"a statement").unwrap();
    // Half of the signatures of ECDSA have their second number in the upper half.
    for _ in 0..16 {
        make(&["dgst", "-sha256", "-sign", "key", "-passin", &pass, "-out", "signature", "signed"]);
        let signature = fs::read(folder.path().join("signature")).unwrap();
        assert_eq!(read_public(&public()).verify(b"a statement", &signature), Ok(()));
    }
}

fn read_public(pem: &str) -> PublicKey {
    PublicKey::from_pem(pem).unwrap()
}

/// Runs a program in the environment of Python that has the libraries of in-toto and of TUF.
fn python(folder: &Path, program: &str) -> Option<String> {
    let Some(interpreter) = std::env::var_os("BOLTSEAL_SCHEMAS") else {
        skip("BOLTSEAL_SCHEMAS does not name an interpreter with securesystemslib and in-toto-attestation");
        return None;
    };
    let output = Command::new(interpreter).arg("-c").arg(program).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_library_of_tuf_verifies_our_envelopes_and_refuses_changed_ones() {
    let folder = TempDir::new().unwrap();
    for (signer, scheme) in [(key(1), "ed25519"), (p256(1), "ecdsa-sha2-nistp256")] {
        fs::write(folder.path().join("envelope"), sealed(&verdict(), &signer)).unwrap();
        fs::write(folder.path().join("pub"), signer.public_key().to_pem()).unwrap();
        let said = python(
            folder.path(),
            &format!(
                r#"
import json
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey
public = load_pem_public_key(open("pub", "rb").read())
key = SSlibKey.from_crypto(public, keyid="{}", scheme="{scheme}")
envelope = Envelope.from_dict(json.load(open("envelope")))
print(len(envelope.verify([key], 1)), json.loads(envelope.payload)["_type"])
envelope.payload += b" "
try:
    envelope.verify([key], 1)
    print("believed")
except VerificationError:
    print("refused")
"#,
                signer.public_key().id()
            ),
        );
        let Some(said) = said else { return };
        assert_eq!(said, "1 https://in-toto.io/Statement/v1\nrefused\n");
    }
}

#[test]
fn envelopes_of_the_library_of_tuf_hold() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("statement"), statement(&verdict()).to_json()).unwrap();
    let said = python(
        folder.path(),
        r#"
import json
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner
for name, private in [("ed", Ed25519PrivateKey.generate()), ("ec", generate_private_key(SECP256R1()))]:
    envelope = Envelope(open("statement", "rb").read(), "application/vnd.in-toto+json", {})
    envelope.sign(CryptoSigner(private))
    json.dump(envelope.to_dict(), open(name, "w"), indent=1)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    open(name + ".pub", "wb").write(public)
"#,
    );
    if said.is_none() {
        return;
    }
    for name in ["ed", "ec"] {
        let envelope = fs::read(folder.path().join(name)).unwrap();
        let trust = Trust::parse(&fs::read(folder.path().join(format!("{name}.pub"))).unwrap(), &Limits::default());
        let verification = ask(&[&envelope], &trust.unwrap(), &Requirements::default());
        assert_eq!(verification.decision.reasons, Vec::<String>::new());
    }
}

#[test]
fn the_library_of_in_toto_reads_our_statements_and_verdicts() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("statement"), statement(&verdict()).to_json()).unwrap();
    let said = python(
        folder.path(),
        r#"
import json
from google.protobuf import json_format
from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
read = json_format.Parse(open("statement").read(), statement_pb2.Statement())
Statement.copy_from_pb(read).validate()
predicate = json_format.MessageToDict(read.predicate)
# The library has one text where the specification of SLSA has a list.
levels = predicate.pop("verifiedLevels")
verdict = json_format.ParseDict(predicate, vsa_pb2.VerificationSummary(), ignore_unknown_fields=True)
print(read.predicate_type, verdict.verification_result, verdict.time_verified.ToJsonString(), levels)
"#,
    );
    let Some(said) = said else { return };
    assert_eq!(said, "https://slsa.dev/verification_summary/v1 PASSED 2026-11-28T12:00:00Z ['SLSA_BUILD_LEVEL_2']\n");
}
