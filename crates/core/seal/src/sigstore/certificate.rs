//! The certificate of whoever signed: what it says, and whether it leads to an authority.

use std::time::Duration;

use boltseal_model::Timestamp;
use der::asn1::{ObjectIdentifier, Utf8StringRef};
use der::{Decode as _, Encode as _};
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{KeyUsage as KeyUsageBits, SubjectAltName};

use super::key::Key;
use super::root::Authority;
use super::{BundleError, Identity};

/// `id-kp-codeSigning` and `id-kp-timeStamping` (RFC 5280, section 4.2.1.12), without tag and length.
pub(super) const CODE_SIGNING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 3];
pub(super) const TIME_STAMPING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 8];

/// The issuer of the identity as a text of DER, and as bare bytes, which old certificates have (Fulcio, `docs/oid-info.md`).
const ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.8");
const OLD_ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.1");
/// A name of a user in a form of Fulcio's own.
const USER_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.7");

/// The certificate of whoever signed, and those that came with it.
pub(super) struct Signing {
    der: Vec<u8>,
    pub parsed: Certificate,
    pub key: Key,
    others: Vec<(Vec<u8>, Certificate)>,
}

impl Signing {
    pub fn parse(certificates: &[Vec<u8>]) -> Result<Self, BundleError> {
        let parse = |der: &Vec<u8>| {
            Certificate::from_der(der).map_err(|_| BundleError::Certificate("it is no certificate in DER"))
        };
        let (first, others) = certificates.split_first().ok_or(BundleError::Form("it has no certificate"))?;
        let parsed = parse(first)?;
        let key = Key::of(parsed.tbs_certificate().subject_public_key_info());
        let key = key.ok_or(BundleError::Certificate("its key is of an unknown kind"))?;
        let others = others.iter().map(|der| parse(der).map(|parsed| (der.clone(), parsed)));
        let others = others.collect::<Result<Vec<_>, _>>()?;
        let is_root = |certificate: &Certificate| {
            certificate.tbs_certificate().subject() == certificate.tbs_certificate().issuer()
        };
        if others.iter().any(|(_, certificate)| is_root(certificate)) {
            return Err(BundleError::Certificate("it brings a root of its own, which proves nothing"));
        }
        Ok(Self { der: first.clone(), parsed, key, others })
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether it led to an authority at that time, and the certificates that may have issued it.
    pub fn lead_to<'a>(
        &'a self,
        authorities: &'a [Authority],
        at: Timestamp,
    ) -> Result<Vec<&'a Certificate>, BundleError> {
        let usage = self.parsed.tbs_certificate().get_extension::<KeyUsageBits>().ok().flatten();
        if !usage.is_some_and(|(_, usage)| usage.digital_signature()) {
            return Err(BundleError::Certificate("it is not for signatures"));
        }
        let others: Vec<&[u8]> = self.others.iter().map(|(der, _)| der.as_slice()).collect();
        let authority = lead_to(&self.der, &others, authorities, CODE_SIGNING, at)?;
        let trusted = authority.certificates.iter().map(|certificate| &certificate.parsed);
        let all = trusted.chain(self.others.iter().map(|(_, certificate)| certificate));
        let issuer = self.parsed.tbs_certificate().issuer();
        Ok(all.filter(|certificate| certificate.tbs_certificate().subject() == issuer).collect())
    }

    /// Who it is of, and who vouched for that.
    pub fn identity(&self) -> Result<Identity, BundleError> {
        let body = self.parsed.tbs_certificate();
        let names = body.get_extension::<SubjectAltName>().ok().flatten();
        let (_, SubjectAltName(names)) = names.ok_or(BundleError::Certificate("it names nobody"))?;
        let subject = match names.as_slice() {
            [GeneralName::UniformResourceIdentifier(uri)] => uri.as_str().to_owned(),
            [GeneralName::Rfc822Name(address)] => address.as_str().to_owned(),
            [GeneralName::OtherName(name)] if name.type_id == USER_NAME => {
                let text = name.value.decode_as::<Utf8StringRef<'_>>();
                text.map_err(|_| BundleError::Certificate("its name is no text"))?.as_str().to_owned()
            }
            _ => {
                return Err(BundleError::Certificate("it must name exactly one subject, by URI, address or user name"));
            }
        };
        let extension = |oid| {
            let all = body.extensions().map(Vec::as_slice).unwrap_or_default();
            all.iter().find(|extension| extension.extn_id == oid).map(|extension| extension.extn_value.as_bytes())
        };
        let issuer = match (extension(ISSUER), extension(OLD_ISSUER)) {
            (Some(der), _) => Utf8StringRef::from_der(der).ok().map(|text| text.as_str().to_owned()),
            (None, Some(bytes)) => String::from_utf8(bytes.to_vec()).ok(),
            (None, None) => None,
        };
        let issuer = issuer.ok_or(BundleError::Certificate("it does not say who vouched for its subject"))?;
        Ok(Identity { subject, issuer })
    }
}

/// The authority that a certificate led to at that time, for that use.
pub(super) fn lead_to<'a>(
    certificate: &[u8],
    others: &[&[u8]],
    authorities: &'a [Authority],
    usage: &'static [u8],
    at: Timestamp,
) -> Result<&'a Authority, BundleError> {
    let mut detail = "no authority of the root is trusted at that time".to_owned();
    for authority in authorities.iter().filter(|authority| authority.valid.contains(at)) {
        match leads_to(certificate, others, authority, usage, at) {
            Ok(()) => return Ok(authority),
            Err(error) => detail = error,
        }
    }
    Err(BundleError::Chain { at, detail })
}

fn leads_to(
    certificate: &[u8],
    others: &[&[u8]],
    authority: &Authority,
    usage: &'static [u8],
    at: Timestamp,
) -> Result<(), String> {
    let (anchor, intermediates) = authority.certificates.split_last().ok_or("the authority has no certificate")?;
    // The library takes an anchor at its word; the root says from when until when its own certificate is one.
    let validity = anchor.parsed.tbs_certificate().validity();
    let seconds = Duration::from_secs(at.seconds());
    if seconds < validity.not_before.to_unix_duration() || seconds > validity.not_after.to_unix_duration() {
        return Err("the certificate of the authority was not valid at that time".to_owned());
    }
    let anchor = CertificateDer::from(anchor.der.as_slice());
    let anchor = anchor_from_trusted_cert(&anchor).map_err(|error| told(&error))?;
    let others = others.iter().copied().chain(intermediates.iter().map(|intermediate| intermediate.der.as_slice()));
    let others: Vec<CertificateDer<'_>> = others.map(CertificateDer::from).collect();
    let certificate = CertificateDer::from(certificate);
    let certificate = EndEntityCert::try_from(&certificate).map_err(|error| told(&error))?;
    certificate
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &[anchor],
            &others,
            UnixTime::since_unix_epoch(seconds),
            KeyUsage::required(usage),
            None,
            None,
        )
        .map(|_| ())
        .map_err(|error| told(&error))
}

/// The library's errors are names with data, for programmers.
fn told(error: &webpki::Error) -> String {
    match error {
        webpki::Error::CertExpired { .. } => "a certificate had expired by then".to_owned(),
        webpki::Error::CertNotValidYet { .. } => "a certificate was not valid yet".to_owned(),
        webpki::Error::UnknownIssuer => "nobody whom the root names issued it".to_owned(),
        webpki::Error::RequiredEkuNotFoundContext(_) => "a certificate is not for this use".to_owned(),
        other => {
            let name = format!("{other:?}");
            let name = name.split([' ', '(', '{']).next().unwrap_or_default();
            format!("the chain does not hold ({name})")
        }
    }
}

/// The DER of a certificate's body without one extension, as a log of certificates signs it (RFC 6962, section 3.2).
pub(super) fn body_without(certificate: &Certificate, without: ObjectIdentifier) -> Option<Vec<u8>> {
    use der::asn1::{Any, ContextSpecific};
    use der::{Reader as _, SliceReader, TagMode, TagNumber};

    let der = certificate.tbs_certificate().to_der().ok()?;
    let mut reader = SliceReader::new(&der).ok()?;
    let whole = Any::decode(&mut reader).ok()?;
    let mut parts = SliceReader::new(whole.value()).ok()?;
    let mut body = Vec::new();
    while !parts.is_finished() {
        let part = Any::decode(&mut parts).ok()?;
        let encoded = part.to_der().ok()?;
        if encoded.first() != Some(&0xa3) {
            body.extend(encoded);
        }
    }
    let extensions = certificate.tbs_certificate().extensions()?;
    let kept: Vec<_> = extensions.iter().filter(|extension| extension.extn_id != without).cloned().collect();
    if !kept.is_empty() {
        let kept = ContextSpecific { tag_number: TagNumber(3), tag_mode: TagMode::Explicit, value: kept };
        body.extend(kept.to_der().ok()?);
    }
    Any::new(der::Tag::Sequence, body).ok()?.to_der().ok()
}
