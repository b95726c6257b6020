//! Envelopes and statements: their forms, and what is refused of them.

use boltseal_model::{Algorithm, Digest, Limits};
use boltseal_seal::{
    Envelope, EnvelopeError, JsonError, Signer, Statement, StatementError, pre_authentication_encoding,
};

use crate::support::{digest, key, p256, replaced, sealed, statement, verdict};

fn parse(bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
    Envelope::parse(bytes, &Limits::default())
}

/// The example of DSSE, `protocol.md`.
#[test]
fn what_is_signed_is_encoded_as_the_specification_shows() {
    let encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");
    assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    assert_ne!(pre_authentication_encoding("a", b"b c"), pre_authentication_encoding("a b", b"c"));
    assert_eq!(pre_authentication_encoding("é", b""), "DSSEv1 2 é 0 ".as_bytes());
}

#[test]
fn the_same_statement_and_keys_give_the_same_bytes() {
    let (ed, ec) = (key(1), p256(1));
    let payload = statement(&verdict()).to_json().into_bytes();
    let once = Envelope::sign(payload.clone(), &[&ed, &ec]).unwrap();
    let again = Envelope::sign(payload, &[&ed, &ec]).unwrap();
    assert_eq!(once.to_json(), again.to_json());
    assert_eq!(once.signatures().len(), 2);
    assert_eq!(parse(once.to_json().as_bytes()).unwrap(), once);
}

#[test]
fn both_alphabets_are_read_and_mean_the_same() {
    let payload = statement(&verdict()).to_json().replace("shop", "s\u{fb}\u{3ff}\u{7ff}p").into_bytes();
    let envelope = Envelope::sign(payload, &[&key(1)]).unwrap();
    let written = envelope.to_json();
    let (head, rest) = written.split_once("\"payload\":\"").unwrap();
    let (payload, tail) = rest.split_once('"').unwrap();
    assert!(payload.contains(['+', '/']), "{payload}");
    let url_safe = payload.replace('+', "-").replace('/', "_");
    let url_safe = format!("{head}\"payload\":\"{url_safe}\"{tail}");
    let read = parse(url_safe.as_bytes()).unwrap();
    assert_eq!((read.payload(), read.digest()), (envelope.payload(), envelope.digest()));
}

#[test]
fn members_that_are_not_known_are_passed_over_as_the_specification_demands() {
    let seal = sealed(&verdict(), &key(1));
    let more = replaced(&seal, "{\"payloadType\"", "{\"comment\":{\"a\":[1]},\"payloadType\"");
    assert_eq!(parse(&more).unwrap(), parse(&seal).unwrap());
}

#[test]
fn envelopes_that_two_readers_could_understand_differently_are_refused() {
    let seal = sealed(&verdict(), &key(1));
    for (more, key) in [
        ("{\"payload\":\"e30=\",\"payloadType\"", "payload"),
        ("{\"Payload\":\"e30=\",\"payloadType\"", "payload"),
        ("{\"\\u0070ayload\":\"e30=\",\"payloadType\"", "payload"),
        ("{\"signatures\":[],\"payloadType\"", "signatures"),
    ] {
        let refused = parse(&replaced(&seal, "{\"payloadType\"", more));
        let expected = JsonError::DuplicateKey { key: format!("\"{key}\"") };
        assert_eq!(refused, Err(EnvelopeError::Json(expected)), "{more}");
    }
}

#[test]
fn envelopes_of_another_form_are_refused_with_the_reason() {
    let seal = sealed(&verdict(), &key(1));
    let signature = parse(&seal).unwrap().signatures()[0].clone();
    let refused = |from: &str, to: &str| parse(&replaced(&seal, from, to)).unwrap_err();
    assert!(matches!(
        refused("application/vnd.in-toto+json", "application/json"),
        EnvelopeError::PayloadType { found } if found == "\"application/json\""
    ));
    assert!(matches!(refused("\"payload\":\"", "\"payload\":\"*"), EnvelopeError::PayloadEncoding));
    assert!(matches!(refused("\"sig\":\"", "\"sig\":\" "), EnvelopeError::SignatureEncoding { number: 0 }));
    assert!(matches!(refused("\"payload\":", "\"payloads\":"), EnvelopeError::Json(JsonError::Malformed { .. })));
    let hint = signature.key_hint.unwrap();
    let no_signature = String::from_utf8(seal.clone()).unwrap();
    let (head, _) = no_signature.split_once("[{").unwrap();
    assert_eq!(parse(format!("{head}[]}}").as_bytes()), Err(EnvelopeError::NoSignature));
    let many = (0..17).map(|_| format!("{{\"keyid\":\"{hint}\",\"sig\":\"AAAA\"}}")).collect::<Vec<_>>().join(",");
    let many = parse(format!("{head}[{many}]}}").as_bytes());
    assert_eq!(many, Err(EnvelopeError::TooManySignatures { found: 17, limit: 16 }));
}

#[test]
fn an_envelope_over_the_limit_is_refused_before_it_is_decoded() {
    let seal = sealed(&verdict(), &key(1));
    let limits = Limits { envelope_bytes: 100, ..Limits::default() };
    let refused = Envelope::parse(&seal, &limits);
    assert_eq!(refused, Err(EnvelopeError::Json(JsonError::TooLarge { found: seal.len(), limit: 100 })));
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = format!("{{\"payload\":{}", "[".repeat(100_000));
    assert_eq!(parse(deep.as_bytes()), Err(EnvelopeError::Json(JsonError::TooDeep { limit: 16 })));
}

fn read(text: &str) -> Result<Statement, StatementError> {
    Statement::parse(text.as_bytes(), &Limits::default())
}

#[test]
fn statements_of_another_form_are_refused_with_the_reason() {
    let text = statement(&verdict()).to_json();
    let refused = |from: &str, to: &str| read(&text.replace(from, to)).unwrap_err();
    assert!(matches!(refused("Statement/v1", "Statement/v2"), StatementError::Version { .. }));
    assert!(matches!(refused("\"sha256\":\"", "\"sha256\":{}, \"x\":\""), StatementError::Json(_)));
    let sha256 = format!("\"sha256\":\"{}\"", digest("image").hex());
    assert!(matches!(refused(&sha256, ""), StatementError::NoDigest));
    let subject = format!("{{\"name\":\"shop\",\"digest\":{{{sha256}}}}}");
    assert!(matches!(refused(&subject, ""), StatementError::NoSubject));
    let many = vec![subject.as_str(); 1_025].join(",");
    assert!(matches!(refused(&subject, &many), StatementError::TooManySubjects { found: 1_025, limit: 1_024 }));
    let twice = refused("\"predicateType\"", "\"predicatetype\":\"x\",\"predicateType\"");
    assert!(matches!(twice, StatementError::Json(JsonError::DuplicateKey { .. })));
    assert!(read(&text.replace("Statement/v1", "Statement/v0.1")).is_ok(), "cosign writes the version before");
}

#[test]
fn a_statement_is_about_an_image_by_an_allowed_digest_alone() {
    let text = statement(&verdict()).to_json();
    let about = |text: &str, image: &Digest, allowed: &[Algorithm]| read(text).unwrap().is_about(image, allowed);
    let (image, other) = (digest("image"), digest("other"));
    assert!(about(&text, &image, &[Algorithm::Sha256]));
    assert!(!about(&text, &other, &[Algorithm::Sha256]));
    assert!(!about(&text, &image, &[]), "no algorithm is allowed unless it is declared");
    let long: Digest = format!("sha512:{}", "ab".repeat(64)).parse().unwrap();
    let by_both = text.replace("\"sha256\":", &format!("\"sha512\":\"{}\",\"sha256\":", long.hex()));
    assert!(!about(&by_both, &long, &[Algorithm::Sha256]));
    assert!(about(&by_both, &long, &[Algorithm::Sha256, Algorithm::Sha512]));
    for weak in ["sha1", "md5", "SHA256", "sha256 "] {
        let weak = text.replace("\"sha256\":", &format!("\"{weak}\":"));
        assert!(!about(&weak, &image, &[Algorithm::Sha256, Algorithm::Sha512]), "{weak}");
    }
}

#[test]
fn a_bill_of_materials_stands_in_its_statement_as_it_is_written() {
    let bom = br#"{"bomFormat":"CycloneDX", "specVersion":"1.6","components":[]}"#;
    let limits = Limits::default();
    let cyclonedx = boltseal_seal::predicates::CYCLONEDX;
    let stated = Statement::of_json("shop", &digest("image"), cyclonedx, bom, &limits).unwrap();
    let read = Statement::parse(stated.to_json().as_bytes(), &limits).unwrap();
    assert_eq!(read.predicate_json().as_bytes(), bom);
    let twice = Statement::of_json("shop", &digest("image"), cyclonedx, br#"{"a":1,"a":2}"#, &limits);
    assert!(matches!(twice, Err(StatementError::Predicate(JsonError::DuplicateKey { .. }))));
}

#[test]
fn nobody_publishes_what_a_broken_signer_answers() {
    struct Broken;
    impl Signer for Broken {
        fn public_key(&self) -> boltseal_seal::PublicKey {
            key(1).public_key()
        }
        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, boltseal_seal::SignError> {
            Ok(vec![0; 64])
        }
    }
    let payload = statement(&verdict()).to_json().into_bytes();
    assert!(matches!(Envelope::sign(payload.clone(), &[&Broken]), Err(boltseal_seal::SignError::Wrong)));
    assert!(matches!(Envelope::sign(payload, &[]), Err(boltseal_seal::SignError::NoSigner)));
}

/// `docs/reference/intent.v1.schema.json` is what others check intents with. `BOLTSEAL_BLESS=1` writes it anew.
#[test]
fn the_published_schema_of_an_intent_is_that_of_the_code() {
    let path = boltseal_testkit::data::workspace().join("docs/reference/intent.v1.schema.json");
    let schema = serde_json::to_string_pretty(&boltseal_seal::predicates::intent_schema()).unwrap() + "\n";
    if std::env::var_os("BOLTSEAL_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(&path, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), schema, "a changed form is a new version of the predicate");
}

#[test]
fn an_intent_is_read_as_it_is_written() {
    use boltseal_model::{Executable, ExecutableKind, Guarded, Intent, Origin, Peer, Port, Stated, Transport};
    let derived = |value: &str| Stated { value: value.to_owned(), origin: Origin::Derived, evidence: None };
    let port = Port { number: 8080, protocol: Transport::Tcp };
    let intent = Intent {
        entry_point: Some(Stated {
            value: vec!["/usr/bin/shop".into(), "--serve".into()],
            origin: Origin::Derived,
            evidence: Some("image configuration".into()),
        }),
        user: Some(derived("1000:1000")),
        executables: vec![Executable {
            path: "/usr/bin/shop".into(),
            digest: digest("shop"),
            kind: ExecutableKind::Program,
            layer: Some(digest("layer")),
            package: Some("pkg:deb/debian/shop@1.2.3".into()),
            origin: Origin::Derived,
        }],
        ports: vec![Stated { value: port, origin: Origin::Declared, evidence: None }],
        volumes: vec![derived("/data")],
        writable_paths: vec![derived("/tmp")],
        capabilities: vec![derived("CAP_NET_BIND_SERVICE")],
        system_calls: vec![derived("openat")],
        peers: vec![Stated {
            value: Peer { host: "db.example".into(), port: Some(port) },
            origin: Origin::Observed,
            evidence: None,
        }],
        guarded: vec![Guarded {
            id: "CVE-2026-1234".into(),
            package: "pkg:deb/debian/x@1".into(),
            virtual_patch: None,
        }],
    };
    let read = Statement::parse(statement(&intent).to_json().as_bytes(), &Limits::default()).unwrap();
    assert_eq!(read.predicate::<Intent>().unwrap(), intent);
    assert_eq!(read.predicate_type(), "urn:boltseal:intent:v1");
}
