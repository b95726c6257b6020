//! Signed timestamps: that an authority saw a signature at a time.

use boltseal_model::Timestamp;
use der::asn1::{Any, Int, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode as _, Sequence, Tag, TagNumber, Tagged as _};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::name::Name;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::certificate::{self, TIME_STAMPING};
use super::key::{Hash, Key};
use super::root::Authority;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

/// Certificates that one timestamp may bring. Each may be the one that signed.
const CERTIFICATES: usize = 8;

/// `TimeStampResp` (RFC 3161, section 2.4.2).
#[derive(Sequence)]
struct Response {
    status: Status,
    token: Option<ContentInfo>,
}

#[derive(Sequence)]
struct Status {
    status: u8,
    #[asn1(optional = "true")]
    text: Option<Any>,
    #[asn1(optional = "true")]
    failure: Option<der::asn1::BitString>,
}

/// `ContentInfo` (RFC 5652, section 3).
#[derive(Sequence)]
struct ContentInfo {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: Any,
}

/// `EncapsulatedContentInfo` (RFC 5652, section 5.2).
#[derive(Sequence)]
struct Encapsulated {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: OctetString,
}

/// `SignedData` (RFC 5652, section 5.1), whose sets are taken apart by hand: not every authority sorts them.
struct SignedData {
    content: Encapsulated,
    certificates: Vec<Vec<u8>>,
    signer: SignerInfo,
}

/// `SignerInfo` (RFC 5652, section 5.3).
struct SignerInfo {
    issuer: Name,
    serial: Int,
    digest: ObjectIdentifier,
    attributes: Vec<Attribute>,
    /// What the signature is over: the attributes, as a set.
    signed: Vec<u8>,
    algorithm: ObjectIdentifier,
    signature: Vec<u8>,
}

#[derive(Sequence)]
struct Attribute {
    kind: ObjectIdentifier,
    values: SetOfVec<Any>,
}

#[derive(Sequence)]
struct IssuerAndSerial {
    issuer: Name,
    serial: Int,
}

/// The beginning of `TSTInfo` (RFC 3161, section 2.4.2).
struct Info {
    algorithm: ObjectIdentifier,
    hashed: Vec<u8>,
    at: Timestamp,
}

#[derive(Sequence)]
struct Imprint {
    algorithm: AlgorithmIdentifierOwned,
    hashed: OctetString,
}

/// Checks that an authority of the root saw `signature`, and says when.
///
/// Source: RFC 3161, with the chain of the authority held to the root at the time of the timestamp, not at that of asking.
pub(super) fn verify(timestamp: &[u8], signature: &[u8], authorities: &[Authority]) -> Result<Timestamp, &'static str> {
    let response = Response::from_der(timestamp).map_err(|_| "it is no answer of RFC 3161")?;
    // 0 is granted, 1 granted with changes.
    let token = response.token.filter(|_| response.status.status <= 1).ok_or("the authority granted none")?;
    if token.kind != SIGNED_DATA {
        return Err("it is no signed data");
    }
    let data = SignedData::parse(&token.content).ok_or("its signed data cannot be read")?;
    if data.content.kind != TST_INFO {
        return Err("it signs something else than a time");
    }
    let content = data.content.content.as_bytes();
    let info = Info::parse(content).ok_or("its time cannot be read")?;
    if hashed(info.algorithm, signature).as_ref() != Some(&info.hashed) {
        return Err("it is of another signature");
    }
    let attribute = |kind| {
        let mut found = data.signer.attributes.iter().filter(|attribute| attribute.kind == kind);
        let values = found.next().filter(|_| found.next().is_none())?.values.as_slice();
        if let [value] = values { Some(value) } else { None }
    };
    let kind = attribute(CONTENT_TYPE).and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
    let digest = attribute(MESSAGE_DIGEST).and_then(|value| value.decode_as::<OctetString>().ok());
    let wanted = hashed(data.signer.digest, content);
    if kind != Some(TST_INFO) || wanted.is_none() || digest.map(OctetString::into_bytes).as_deref() != wanted.as_deref()
    {
        return Err("what is signed is not its time");
    }
    let hash = signature_hash(data.signer.algorithm, data.signer.digest).ok_or("its algorithm is not known")?;
    data.held_to(authorities, hash, info.at)?;
    Ok(info.at)
}

impl SignedData {
    fn held_to(&self, authorities: &[Authority], hash: Hash, at: Timestamp) -> Result<(), &'static str> {
        let embedded = self.certificates.iter().filter_map(|der| Some((der.clone(), Certificate::from_der(der).ok()?)));
        let trusted = authorities.iter().flat_map(|authority| &authority.certificates);
        let trusted = trusted.map(|certificate| (certificate.der.clone(), certificate.parsed.clone()));
        let is_signer = |certificate: &Certificate| {
            let body = certificate.tbs_certificate();
            *body.issuer() == self.signer.issuer && body.serial_number().as_bytes() == self.signer.serial.as_bytes()
        };
        let others: Vec<&[u8]> = self.certificates.iter().map(Vec::as_slice).collect();
        let mut error = "its authority is not in the root";
        for (der, certificate) in embedded.chain(trusted).filter(|(_, certificate)| is_signer(certificate)) {
            let key = Key::of(certificate.tbs_certificate().subject_public_key_info());
            if !key.is_some_and(|key| key.verifies(hash, &self.signer.signed, &self.signer.signature)) {
                error = "its signature does not hold";
            } else if certificate::lead_to(&der, &others, authorities, TIME_STAMPING, at).is_err() {
                error = "its authority is not in the root, or was not trusted at that time";
            } else {
                return Ok(());
            }
        }
        Err(error)
    }

    fn parse(content: &Any) -> Option<Self> {
        let parts = parts(content)?;
        let mut parts = parts.iter();
        let _version = parts.next()?;
        let _algorithms = parts.next()?;
        let content = Encapsulated::from_der(&parts.next()?.to_der().ok()?).ok()?;
        let mut certificates = Vec::new();
        let mut signers = None;
        for part in parts {
            match part.tag() {
                Tag::ContextSpecific { number: TagNumber(0), .. } => {
                    certificates = inner(part.value())?.iter().map(|any| any.to_der().ok()).collect::<Option<_>>()?;
                }
                Tag::ContextSpecific { number: TagNumber(1), .. } => {}
                Tag::Set => signers = Some(inner(part.value())?),
                _ => return None,
            }
        }
        // An authority signs alone.
        let [signer] = signers.as_deref()? else { return None };
        (certificates.len() <= CERTIFICATES).then_some(())?;
        Some(Self { content, certificates, signer: SignerInfo::parse(signer)? })
    }
}

impl SignerInfo {
    fn parse(signer: &Any) -> Option<Self> {
        let parts = parts(signer)?;
        let mut parts = parts.iter().skip(1);
        let named = IssuerAndSerial::from_der(&parts.next()?.to_der().ok()?).ok()?;
        let digest = parts.next()?.decode_as::<AlgorithmIdentifierOwned>().ok()?.oid;
        let attributes = parts.next()?;
        if attributes.tag() != (Tag::ContextSpecific { constructed: true, number: TagNumber(0) }) {
            return None;
        }
        let algorithm = parts.next()?.decode_as::<AlgorithmIdentifierOwned>().ok()?.oid;
        let signature = parts.next()?.decode_as::<OctetString>().ok()?.into_bytes().into_vec();
        // The tag says where they stand; what is signed has that of a set (RFC 5652, section 5.4).
        let signed = Any::new(Tag::Set, attributes.value()).ok()?.to_der().ok()?;
        let attributes = inner(attributes.value())?;
        let attributes = attributes.iter().map(|any| Attribute::from_der(&any.to_der().ok()?).ok());
        let attributes = attributes.collect::<Option<Vec<_>>>()?;
        Some(Self { issuer: named.issuer, serial: named.serial, digest, attributes, signed, algorithm, signature })
    }
}

impl Info {
    fn parse(der: &[u8]) -> Option<Self> {
        let whole = Any::from_der(der).ok()?;
        let parts = parts(&whole)?;
        let mut parts = parts.iter().skip(2);
        let imprint = parts.next()?.decode_as::<Imprint>().ok()?;
        let (_serial, at) = (parts.next()?, parts.next()?);
        let at = (at.tag() == Tag::GeneralizedTime).then(|| generalized_time(at.value()))??;
        Some(Self { algorithm: imprint.algorithm.oid, hashed: imprint.hashed.as_bytes().to_vec(), at })
    }
}

/// `20250612120217Z`, with a fraction if the authority gives one, which the strict reader of DER does not know.
fn generalized_time(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let (digits, rest) = text.split_at_checked(14)?;
    let part = |from: usize, to: usize| digits.get(from..to);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    rest.ends_with('Z').then(|| format!("{year}-{month}-{day}T{hour}:{minute}:{second}{rest}").parse().ok())?
}

/// What a sequence holds, part by part.
fn parts(sequence: &Any) -> Option<Vec<Any>> {
    (sequence.tag() == Tag::Sequence).then(|| inner(sequence.value()))?
}

fn inner(bytes: &[u8]) -> Option<Vec<Any>> {
    use der::{Reader as _, SliceReader};
    let mut reader = SliceReader::new(bytes).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(Any::decode(&mut reader).ok()?);
    }
    Some(parts)
}

fn hashed(algorithm: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match hash_of(algorithm)? {
        Hash::Sha256 => Sha256::digest(bytes).to_vec(),
        Hash::Sha384 => Sha384::digest(bytes).to_vec(),
        Hash::Sha512 => Sha512::digest(bytes).to_vec(),
    })
}

fn hash_of(algorithm: ObjectIdentifier) -> Option<Hash> {
    // The arc of the hash functions of NIST.
    match algorithm.to_string().strip_prefix("2.16.840.1.101.3.4.2.")? {
        "1" => Some(Hash::Sha256),
        "2" => Some(Hash::Sha384),
        "3" => Some(Hash::Sha512),
        _ => None,
    }
}

/// The hash function of a signature: that of its algorithm, or, where that names none, the one of the attributes.
fn signature_hash(algorithm: ObjectIdentifier, digest: ObjectIdentifier) -> Option<Hash> {
    match algorithm.to_string().as_str() {
        "1.2.840.10045.4.3.2" | "1.2.840.113549.1.1.11" => Some(Hash::Sha256),
        "1.2.840.10045.4.3.3" | "1.2.840.113549.1.1.12" => Some(Hash::Sha384),
        "1.2.840.10045.4.3.4" | "1.2.840.113549.1.1.13" | "1.3.101.112" => Some(Hash::Sha512),
        "1.2.840.113549.1.1.1" | "1.2.840.10045.2.1" => hash_of(digest),
        _ => None,
    }
}
