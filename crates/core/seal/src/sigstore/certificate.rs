//! The certificate of whoever signed: what it says, and whether it leads to an authority.

use std::time::Duration;

use boltseal_model::Timestamp;
use der::asn1::{ObjectIdentifier, Utf8StringRef};
use der::{Decode as _, Encode as _};
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage as KeyUsageBits, SubjectAltName};

use super::key::Key;
use super::root::{Authority, TrustedCertificate};
use super::{BundleError, Identity};

/// `id-kp-codeSigning` and `id-kp-timeStamping` (RFC 5280, section 4.2.1.12), without tag and length.
pub(super) const CODE_SIGNING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 3];
pub(super) const TIME_STAMPING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 8];

/// The issuer of the identity as a text of DER, and as bare bytes, which old certificates have (Fulcio, `docs/oid-info.md`).
const ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.8");
const OLD_ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.1");
/// A name of a user in a form of Fulcio's own.
const USER_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.7");

/// The certificate of whoever signed.
pub(super) struct Signing {
    der: Vec<u8>,
    pub parsed: Certificate,
    pub key: Key,
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
        // Those that came with it are not needed, since a root names whole chains; but one that is wrong is a sign that all is.
        for other in others {
            let other = parse(other)?;
            if other.tbs_certificate().subject() == other.tbs_certificate().issuer() {
                return Err(BundleError::Certificate("it brings a root of its own, which proves nothing"));
            }
        }
        Ok(Self { der: first.clone(), parsed, key })
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
        let mut detail = "no authority of the root is trusted at that time".to_owned();
        for authority in authorities.iter().filter(|authority| authority.valid.contains(at)) {
            match authority.issued(&self.der, CODE_SIGNING, at) {
                Ok(()) => {
                    let issuer = self.parsed.tbs_certificate().issuer();
                    let all = authority.certificates.iter().map(|certificate| &certificate.parsed);
                    return Ok(all.filter(|certificate| certificate.tbs_certificate().subject() == issuer).collect());
                }
                Err(error) => detail = error,
            }
        }
        Err(BundleError::Chain { at, detail })
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

impl Authority {
    /// Whether it issued a certificate for that use, which held at that time.
    ///
    /// Only its own certificates are looked at: a root stands in several authorities, each of which has its own time, and one must not be
    /// had by another's.
    pub fn issued(&self, certificate: &[u8], usage: &'static [u8], at: Timestamp) -> Result<(), String> {
        let (anchor, intermediates) = self.certificates.split_last().ok_or("the authority has no certificate")?;
        // The library takes an anchor at its word; the root says from when until when its own certificate is one.
        let validity = anchor.parsed.tbs_certificate().validity();
        let seconds = Duration::from_secs(at.seconds());
        if seconds < validity.not_before.to_unix_duration() || seconds > validity.not_after.to_unix_duration() {
            return Err("the certificate of the authority was not valid at that time".to_owned());
        }
        let anchor = CertificateDer::from(anchor.der.as_slice());
        let anchor = anchor_from_trusted_cert(&anchor).map_err(|error| told(&error))?;
        let intermediates = intermediates.iter().map(|intermediate| CertificateDer::from(intermediate.der.as_slice()));
        let intermediates: Vec<CertificateDer<'_>> = intermediates.collect();
        let certificate = CertificateDer::from(certificate);
        let certificate = EndEntityCert::try_from(&certificate).map_err(|error| told(&error))?;
        certificate
            .verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                &[anchor],
                &intermediates,
                UnixTime::since_unix_epoch(seconds),
                KeyUsage::required(usage),
                None,
                None,
            )
            .map(|_| ())
            .map_err(|error| told(&error))
    }

    /// The certificate that it signs with itself, if it names it: the first one, where that is no authority over others.
    pub fn signer(&self) -> Option<&TrustedCertificate> {
        let first = self.certificates.first()?;
        let constraints = first.parsed.tbs_certificate().get_extension::<BasicConstraints>().ok().flatten();
        (!constraints.is_some_and(|(_, constraints)| constraints.ca)).then_some(first)
    }
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
