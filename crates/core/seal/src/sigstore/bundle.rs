//! Bundles of Sigstore, as they are written.

use boltseal_model::{Limits, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::BundleError;
use crate::base64;
use crate::envelope::Envelope;
use crate::json::{self, Bounds, quoted};

/// Hashes of a proof: one for each level of a tree whose leaves are counted in 64 bits.
const HASHES: usize = 64;

const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle";

/// A signature with everything that is needed to verify it without asking anybody.
///
/// Source: `sigstore_bundle.proto` of protobuf-specs, versions 0.1 to 0.3, in the JSON form of protocol buffers.
#[derive(Debug, Clone)]
pub struct Bundle {
    pub(super) material: Material,
    pub(super) entries: Vec<Entry>,
    pub(super) timestamps: Vec<Vec<u8>>,
    pub(super) content: Content,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    V0_1,
    V0_2,
    V0_3,
}

/// Whose signature it is.
#[derive(Debug, Clone)]
pub(super) enum Material {
    /// That of a certificate, which others lead from to an authority.
    Certificates(Vec<Vec<u8>>),
    /// That of a key which whoever verifies must have.
    PublicKey,
}

/// What is signed.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Message { digest: Option<Vec<u8>>, signature: Vec<u8> },
    Envelope { envelope: Envelope, signature: Vec<u8> },
}

/// An entry of a transparency log.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub index: i64,
    pub log_id: Vec<u8>,
    pub kind: String,
    pub version: String,
    pub integrated: Option<Timestamp>,
    pub promise: Option<Vec<u8>>,
    pub proof: Option<Proof>,
    pub body: Vec<u8>,
}

/// That an entry is in a tree.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    pub index: u64,
    pub size: u64,
    pub root: Vec<u8>,
    pub hashes: Vec<Vec<u8>>,
    pub checkpoint: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    media_type: String,
    verification_material: WrittenMaterial,
    message_signature: Option<WrittenMessage>,
    #[serde(borrow)]
    dsse_envelope: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenMaterial {
    #[serde(rename = "x509CertificateChain")]
    chain: Option<WrittenChain>,
    certificate: Option<Bytes>,
    public_key: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    tlog_entries: Vec<WrittenEntry>,
    timestamp_verification_data: Option<WrittenTimestamps>,
}

#[derive(Deserialize)]
struct WrittenChain {
    #[serde(default)]
    certificates: Vec<Bytes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bytes {
    raw_bytes: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenTimestamps {
    #[serde(default)]
    rfc3161_timestamps: Vec<WrittenTimestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenTimestamp {
    signed_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenMessage {
    message_digest: Option<WrittenDigest>,
    signature: String,
}

#[derive(Deserialize)]
struct WrittenDigest {
    algorithm: String,
    digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenEntry {
    #[serde(default)]
    log_index: Number,
    log_id: WrittenLogId,
    kind_version: WrittenKind,
    #[serde(default)]
    integrated_time: Number,
    inclusion_promise: Option<WrittenPromise>,
    inclusion_proof: Option<WrittenProof>,
    canonicalized_body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenLogId {
    key_id: String,
}

#[derive(Deserialize)]
struct WrittenKind {
    kind: String,
    version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenPromise {
    signed_entry_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenProof {
    #[serde(default)]
    log_index: Number,
    root_hash: String,
    tree_size: Number,
    #[serde(default)]
    hashes: Vec<String>,
    checkpoint: Option<WrittenCheckpoint>,
}

#[derive(Deserialize)]
struct WrittenCheckpoint {
    envelope: String,
}

/// A number of 64 bits, which protocol buffers write as a text or a number.
#[derive(Default, Clone, Copy)]
struct Number(i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(number) => number.as_i64(),
            serde_json::Value::String(text) => text.parse().ok(),
            _ => None,
        }
        .map(Self)
        .ok_or_else(|| D::Error::custom("a number of 64 bits is expected"))
    }
}

impl Bundle {
    /// Whether bytes say of themselves that they are a bundle.
    pub fn is_one(bytes: &[u8]) -> bool {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Probe {
            media_type: String,
        }
        serde_json::from_slice(bytes).is_ok_and(|probe: Probe| probe.media_type.starts_with(MEDIA_TYPE))
    }

    /// Reads a bundle. Nothing of it is to be believed before it was verified.
    ///
    /// # Errors
    /// When it is larger than [`Limits::envelope_bytes`], has more parts than [`Limits::bundle_parts`], or is not of the form that its
    /// version has.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, BundleError> {
        let bounds = Bounds { bytes: limits.envelope_bytes, depth: limits.json_depth, folded: usize::MAX };
        let written: Written<'_> = json::read(bytes, bounds)?;
        let version = version(&written.media_type)
            .ok_or_else(|| BundleError::MediaType { found: quoted(&written.media_type) })?;
        let content = match (written.message_signature, written.dsse_envelope) {
            (Some(message), None) => message_content(&message)?,
            (None, Some(envelope)) => envelope_content(envelope, limits)?,
            _ => return Err(BundleError::Form("it must sign a message or a statement, and one alone")),
        };
        let written = written.verification_material;
        let timestamps = written.timestamp_verification_data.unwrap_or_default().rfc3161_timestamps;
        within(limits, "log entries", written.tlog_entries.len())?;
        within(limits, "timestamps", timestamps.len())?;
        let timestamps = timestamps.iter().map(|timestamp| decode("a timestamp", &timestamp.signed_timestamp));
        let timestamps = timestamps.collect::<Result<_, _>>()?;
        let entries = written.tlog_entries.into_iter().map(|entry| entry.read(version));
        let entries = entries.collect::<Result<_, _>>()?;
        let material = material(version, written.chain, written.certificate, written.public_key.is_some(), limits)?;
        Ok(Self { material, entries, timestamps, content })
    }

    /// The statement that it signs, if it does.
    pub fn statement(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Envelope { envelope, .. } => Some(envelope.payload()),
            Content::Message { .. } => None,
        }
    }

    /// Whether it is signed by a key, which whoever verifies must have, and not with a certificate.
    pub const fn is_by_key(&self) -> bool {
        matches!(self.material, Material::PublicKey)
    }

    /// Whether it names an entry of a transparency log.
    pub const fn is_logged(&self) -> bool {
        !self.entries.is_empty()
    }

    /// The bytes of the signature.
    pub(super) fn signature(&self) -> &[u8] {
        match &self.content {
            Content::Envelope { signature, .. } | Content::Message { signature, .. } => signature,
        }
    }
}

fn version(media_type: &str) -> Option<Version> {
    match media_type.strip_prefix(MEDIA_TYPE)? {
        "+json;version=0.1" => Some(Version::V0_1),
        "+json;version=0.2" => Some(Version::V0_2),
        "+json;version=0.3" | ".v0.3+json" => Some(Version::V0_3),
        _ => None,
    }
}

fn message_content(message: &WrittenMessage) -> Result<Content, BundleError> {
    let digest = match &message.message_digest {
        Some(digest) if digest.algorithm == "SHA2_256" => Some(decode("the digest", &digest.digest)?),
        Some(_) => return Err(BundleError::Form("its digest is no SHA-256")),
        None => None,
    };
    Ok(Content::Message { digest, signature: decode("the signature", &message.signature)? })
}

fn envelope_content(envelope: &RawValue, limits: &Limits) -> Result<Content, BundleError> {
    let envelope = Envelope::parse(envelope.get().as_bytes(), limits)?;
    let signature = match envelope.signatures() {
        [signature] => signature.bytes.clone(),
        _ => return Err(BundleError::Form("its statement must have exactly one signature")),
    };
    Ok(Content::Envelope { envelope, signature })
}

fn material(
    version: Version,
    chain: Option<WrittenChain>,
    certificate: Option<Bytes>,
    is_key: bool,
    limits: &Limits,
) -> Result<Material, BundleError> {
    let certificates = match (chain, certificate, is_key) {
        (None, None, true) => return Ok(Material::PublicKey),
        (Some(chain), None, false) if version < Version::V0_3 => chain.certificates,
        (None, Some(certificate), false) if version == Version::V0_3 => vec![certificate],
        _ => return Err(BundleError::Form("it must name a certificate or a key, as its version writes it")),
    };
    if certificates.is_empty() {
        return Err(BundleError::Form("its chain of certificates is empty"));
    }
    within(limits, "certificates", certificates.len())?;
    let certificates = certificates.iter().map(|certificate| decode("a certificate", &certificate.raw_bytes));
    Ok(Material::Certificates(certificates.collect::<Result<_, _>>()?))
}

impl WrittenEntry {
    fn read(self, version: Version) -> Result<Entry, BundleError> {
        let integrated = u64::try_from(self.integrated_time.0).ok().filter(|seconds| *seconds > 0);
        if self.log_index.0 < 0 || self.integrated_time.0 < 0 {
            return Err(BundleError::Form("an index or a time in it is negative"));
        }
        let promise =
            self.inclusion_promise.map(|promise| decode("a promise of a log", &promise.signed_entry_timestamp));
        let promise = promise.transpose()?;
        let proof = self.inclusion_proof.map(WrittenProof::read).transpose()?;
        if version == Version::V0_1 && promise.is_none() {
            return Err(BundleError::Form("an entry of version 0.1 must have a promise of inclusion"));
        }
        if version > Version::V0_1 && proof.as_ref().is_none_or(|proof| proof.checkpoint.is_none()) {
            return Err(BundleError::Form("an entry must have a proof of inclusion, with its checkpoint"));
        }
        Ok(Entry {
            index: self.log_index.0,
            log_id: decode("the id of a log", &self.log_id.key_id)?,
            kind: self.kind_version.kind,
            version: self.kind_version.version,
            integrated: integrated.and_then(Timestamp::from_seconds),
            promise,
            proof,
            body: decode("the body of an entry", &self.canonicalized_body)?,
        })
    }
}

impl WrittenProof {
    fn read(self) -> Result<Proof, BundleError> {
        const NEGATIVE: BundleError = BundleError::Form("a proof in it has a negative number");
        if self.hashes.len() > HASHES {
            return Err(BundleError::TooMany { what: "hashes in a proof", limit: HASHES });
        }
        let hashes = self.hashes.iter().map(|hash| decode("a hash of a proof", hash));
        Ok(Proof {
            index: u64::try_from(self.log_index.0).map_err(|_| NEGATIVE)?,
            size: u64::try_from(self.tree_size.0).map_err(|_| NEGATIVE)?,
            root: decode("the root of a tree", &self.root_hash)?,
            hashes: hashes.collect::<Result<_, _>>()?,
            checkpoint: self.checkpoint.map(|checkpoint| checkpoint.envelope).filter(|text| !text.is_empty()),
        })
    }
}

const fn within(limits: &Limits, what: &'static str, found: usize) -> Result<(), BundleError> {
    if found > limits.bundle_parts {
        return Err(BundleError::TooMany { what, limit: limits.bundle_parts });
    }
    Ok(())
}

fn decode(what: &'static str, text: &str) -> Result<Vec<u8>, BundleError> {
    base64::decode_either(text).ok_or(BundleError::Base64(what))
}
