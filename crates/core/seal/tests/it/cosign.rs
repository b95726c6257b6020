//! Signatures of cosign by a key.

use boltseal_model::{Digest, Limits, Timestamp};
use boltseal_seal::cosign::{self, CosignError};
use boltseal_seal::{PublicKey, Signer};

use crate::support::{base64, digest, key, p256};

/// Made by cosign; from the tests of the crate `sigstore` 0.15.0 (Apache-2.0).
#[test]
fn a_signature_that_cosign_made_holds() {
    let pem = "-----BEGIN PUBLIC KEY-----\n\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENptdY/l3nB0yqkXLBWkZWQwo6+cu\n\
        OSWS1X9vPavpiQOoTTGC0xX57OojUadxF1cdQmrsiReWg2Wn4FneJfa8xw==\n\
        -----END PUBLIC KEY-----\n";
    let payload = r#"{"critical":{"identity":{"docker-reference":"registry-testing.svc.lan/busybox"},"image":{"docker-manifest-digest":"sha256:f3cfc9d0dbf931d3db4685ec659b7ac68e2a578219da4aae65427886e649b06b"},"type":"cosign container image signature"},"optional":null}"#;
    let signature = "MEUCIQD6q/COgzOyW0YH1Dk+CCYSt4uAhm3FDHUwvPI55zwnlwIgE0ZK58ZOWpZw8YVmBapJhBqCfdPekIknimuO0xH8Jh8=";
    let image = "sha256:f3cfc9d0dbf931d3db4685ec659b7ac68e2a578219da4aae65427886e649b06b".parse().unwrap();
    let public = PublicKey::from_pem(pem).unwrap();
    let read = cosign::verify(payload.as_bytes(), signature, &image, &public, &Limits::default()).unwrap();
    assert_eq!((read.reference.as_str(), read.stated_at), ("registry-testing.svc.lan/busybox", None));
}

/// What cosign writes for `cosign sign --key`.
fn simple(image: &str, kind: &str) -> String {
    format!(
        r#"{{"critical":{{"identity":{{"docker-reference":"registry.example/shop"}},"image":{{"docker-manifest-digest":"{image}"}},"type":"{kind}"}},"optional":{{"creator":"x","timestamp":1764000000}}}}"#
    )
}

#[test]
fn signatures_of_cosign_hold_for_their_image_and_key_alone() {
    const KIND: &str = "cosign container image signature";
    let (image, limits) = (digest("image"), Limits::default());
    for signer in [p256(1), key(1)] {
        let public = signer.public_key();
        let payload = simple(&image.to_string(), KIND);
        let signature = base64(&signer.sign(payload.as_bytes()).unwrap());
        let verify = |payload: &str, signature: &str, image: &Digest| {
            cosign::verify(payload.as_bytes(), signature, image, &public, &limits)
        };
        let read = verify(&payload, &signature, &image).unwrap();
        assert_eq!((read.reference.as_str(), read.image), ("registry.example/shop", image.clone()));
        assert_eq!(read.stated_at.map(Timestamp::seconds), Some(1_764_000_000));
        let another = digest("another image");
        let lied = verify(&payload, &signature, &another);
        assert!(matches!(lied, Err(CosignError::OtherImage { .. })));
        let changed = payload.replace("shop", "shoq");
        assert_eq!(verify(&changed, &signature, &image), Err(CosignError::Signature));
        assert_eq!(verify(&payload, &signature.replace('=', ""), &image).is_err(), signature.contains('='));
        let other = cosign::verify(payload.as_bytes(), &signature, &image, &key(9).public_key(), &limits);
        assert_eq!(other, Err(CosignError::Signature));
        let signed = |payload: &str| verify(payload, &base64(&signer.sign(payload.as_bytes()).unwrap()), &image);
        assert!(matches!(
            signed(&simple(&image.to_string(), "atomic container signature")),
            Err(CosignError::Kind { .. })
        ));
        for broken in [
            simple("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", KIND),
            payload.replace("\"critical\":{", "\"critical\":{\"unknown\":1,"),
            payload.replace("\"image\":", "\"image\":{},\"image\":"),
            payload.replace("\"docker-manifest-digest\"", "\"digest\""),
        ] {
            assert!(matches!(signed(&broken), Err(CosignError::Json(_))), "{broken}");
        }
    }
}
