//! Entries of transparency logs: that one is about this signature, of this content, by this key.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::bundle::Entry;
use crate::base64;
use crate::json::{self, Bounds};

/// What an entry must be about.
pub(super) struct Expected<'a> {
    /// The DER of the certificate or the public key.
    pub verifier: &'a [u8],
    /// The bytes of the signature.
    pub signature: &'a [u8],
    /// What is signed.
    pub content: Signed<'a>,
}

/// What is signed.
#[derive(Clone, Copy)]
pub(super) enum Signed<'a> {
    /// An artifact.
    Message(&'a [u8]),
    /// A statement, and the bytes that its signature is over.
    Envelope { payload: &'a [u8], signed: &'a [u8] },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    api_version: String,
    kind: String,
    spec: serde_json::Value,
}

#[derive(Deserialize)]
struct HashedV1 {
    data: HashedData,
    signature: HashedSignature,
}

#[derive(Deserialize)]
struct HashedData {
    hash: HexHash,
}

#[derive(Deserialize)]
struct HexHash {
    algorithm: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HashedSignature {
    content: String,
    public_key: PemKey,
}

#[derive(Deserialize)]
struct PemKey {
    content: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HashedV2 {
    hashed_rekord_v002: HashedV2Body,
}

#[derive(Deserialize)]
struct HashedV2Body {
    data: Base64Hash,
    signature: V2Signature,
}

#[derive(Deserialize)]
struct Base64Hash {
    algorithm: String,
    digest: String,
}

#[derive(Deserialize)]
struct V2Signature {
    content: String,
    verifier: V2Verifier,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct V2Verifier {
    x509_certificate: Option<V2Bytes>,
    public_key: Option<V2Bytes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct V2Bytes {
    raw_bytes: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DsseV1 {
    payload_hash: HexHash,
    signatures: Vec<DsseV1Signature>,
}

#[derive(Deserialize)]
struct DsseV1Signature {
    signature: String,
    verifier: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DsseV2 {
    dsse_v002: DsseV2Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DsseV2Body {
    payload_hash: Base64Hash,
    signatures: Vec<V2Signature>,
}

#[derive(Deserialize)]
struct InTotoV2 {
    content: InTotoContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InTotoContent {
    envelope: InTotoEnvelope,
    payload_hash: HexHash,
}

#[derive(Deserialize)]
struct InTotoEnvelope {
    signatures: Vec<InTotoSignature>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InTotoSignature {
    sig: String,
    public_key: String,
}

/// The parts of an entry that must be those of the bundle. A part that could not be read is `None`, and equals nothing.
struct Parts {
    verifier: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
    hash: Option<[u8; 32]>,
    of: Of,
}

/// What the hash of an entry is of.
enum Of {
    /// What the signature is over.
    Signed,
    /// The payload of the envelope.
    Payload,
}

/// Checks that the entry is about this signature, of this content, by this key.
///
/// Source: the JSON schemas of Rekor, `pkg/types`, and `rekor_entry.proto` of Rekor's second version.
pub(super) fn verify(entry: &Entry, expected: &Expected<'_>) -> Result<(), &'static str> {
    // The body is as large as the statement, in the kinds that hold it.
    let bounds = Bounds { bytes: u64::MAX, depth: 32, folded: usize::MAX };
    let body: Body = json::read(&entry.body, bounds).map_err(|_| "its body cannot be read")?;
    if body.kind != entry.kind || body.api_version != entry.version {
        return Err("its body is of another kind than the bundle says");
    }
    let parts = parts(body).map_err(|_| "its body is not of the form of its kind")?;
    let parts = parts.ok_or("its kind is not known")?;
    let hash = match (parts.of, expected.content) {
        (Of::Signed, Signed::Message(artifact)) => Sha256::digest(artifact),
        (Of::Signed, Signed::Envelope { signed, .. }) => Sha256::digest(signed),
        (Of::Payload, Signed::Envelope { payload, .. }) => Sha256::digest(payload),
        (Of::Payload, Signed::Message(_)) => return Err("it is of a statement, and the bundle signs an artifact"),
    };
    if parts.hash != Some(hash.into()) {
        return Err("it is of other content than the bundle signs");
    }
    if parts.signature.as_deref() != Some(expected.signature) {
        return Err("it is of another signature than that of the bundle");
    }
    if parts.verifier.as_deref() != Some(expected.verifier) {
        return Err("it is of another certificate or key than that of the bundle");
    }
    Ok(())
}

fn parts(body: Body) -> Result<Option<Parts>, serde_json::Error> {
    Ok(Some(match (body.kind.as_str(), body.api_version.as_str()) {
        ("hashedrekord", "0.0.1") => {
            let written: HashedV1 = serde_json::from_value(body.spec)?;
            Parts {
                verifier: pem(&written.signature.public_key.content),
                signature: base64::decode(&written.signature.content),
                hash: hex(&written.data.hash),
                of: Of::Signed,
            }
        }
        ("hashedrekord", "0.0.2") => {
            let written: HashedV2 = serde_json::from_value(body.spec)?;
            let HashedV2Body { data, signature } = written.hashed_rekord_v002;
            v2(&data, &signature, Of::Signed)
        }
        ("dsse", "0.0.1") => {
            let written: DsseV1 = serde_json::from_value(body.spec)?;
            let signature = one(&written.signatures);
            Parts {
                verifier: signature.and_then(|signature| pem(&signature.verifier)),
                signature: signature.and_then(|signature| base64::decode(&signature.signature)),
                hash: hex(&written.payload_hash),
                of: Of::Payload,
            }
        }
        ("dsse", "0.0.2") => {
            let written: DsseV2 = serde_json::from_value(body.spec)?;
            let DsseV2Body { payload_hash, signatures } = written.dsse_v002;
            let Some(signature) = one(&signatures) else { return Ok(None) };
            v2(&payload_hash, signature, Of::Payload)
        }
        ("intoto", "0.0.2") => {
            let written: InTotoV2 = serde_json::from_value(body.spec)?;
            let signature = one(&written.content.envelope.signatures);
            Parts {
                verifier: signature.and_then(|signature| pem(&signature.public_key)),
                // This kind has base64 of base64.
                signature: signature.and_then(|signature| {
                    let inner = String::from_utf8(base64::decode(&signature.sig)?).ok()?;
                    base64::decode(&inner)
                }),
                hash: hex(&written.content.payload_hash),
                of: Of::Payload,
            }
        }
        _ => return Ok(None),
    }))
}

fn v2(hash: &Base64Hash, signature: &V2Signature, of: Of) -> Parts {
    let verifier = match (&signature.verifier.x509_certificate, &signature.verifier.public_key) {
        (Some(bytes), None) | (None, Some(bytes)) => base64::decode(&bytes.raw_bytes),
        _ => None,
    };
    let is_sha256 = hash.algorithm == "SHA2_256";
    let hash = is_sha256.then(|| base64::decode(&hash.digest)?.try_into().ok()).flatten();
    Parts { verifier, signature: base64::decode(&signature.content), hash, of }
}

/// A bundle has one signature, and so must its entry.
const fn one<T>(signatures: &[T]) -> Option<&T> {
    match signatures {
        [signature] => Some(signature),
        _ => None,
    }
}

/// The DER in a PEM in base64. Not every client breaks its lines as RFC 7468 wants them.
fn pem(text: &str) -> Option<Vec<u8>> {
    let text = String::from_utf8(base64::decode(text)?).ok()?;
    let body = |label: &str| {
        let body = text.trim().strip_prefix(&format!("-----BEGIN {label}-----"))?;
        body.strip_suffix(&format!("-----END {label}-----"))
    };
    let body = body("CERTIFICATE").or_else(|| body("PUBLIC KEY"))?;
    base64::decode(&body.split_ascii_whitespace().collect::<String>())
}

fn hex(hash: &HexHash) -> Option<[u8; 32]> {
    if hash.algorithm != "sha256" || hash.value.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (number, byte) in bytes.iter_mut().enumerate() {
        let digits = hash.value.get(number * 2..number * 2 + 2)?;
        *byte =
            digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())??;
    }
    Some(bytes)
}
