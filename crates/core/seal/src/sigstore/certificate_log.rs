//! Certificate transparency: that a log saw the certificate.

use std::time::Duration;

use boltseal_model::Timestamp;
use der::Encode as _;
use der::asn1::ObjectIdentifier;
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SignedCertificateTimestampList;
use x509_cert::ext::pkix::sct::{HashAlgorithm, SignatureAlgorithm, SignedCertificateTimestamp};

use super::BundleError;
use super::certificate::body_without;
use super::key::Hash;
use super::root::Log;

const SCT_LIST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.4.2");

/// Checks that a log of the root promised to publish the certificate.
///
/// Source: RFC 6962, sections 3.2 and 3.3. One promise that holds is enough.
pub(super) fn verify(certificate: &Certificate, issuers: &[&Certificate], logs: &[Log]) -> Result<(), BundleError> {
    const UNREADABLE: BundleError = BundleError::CertificateLog("its promises cannot be read");
    let list =
        certificate.tbs_certificate().get_extension::<SignedCertificateTimestampList>().map_err(|_| UNREADABLE)?;
    let (_, list) = list.ok_or(BundleError::CertificateLog("it has no promise of one"))?;
    let promises = list.parse_timestamps().map_err(|_| UNREADABLE)?;
    let body = body_without(certificate, SCT_LIST).ok_or(UNREADABLE)?;
    let mut error = BundleError::CertificateLog("it has no promise of one");
    for promise in promises.iter().take(8) {
        let promise = promise.parse_timestamp().map_err(|_| UNREADABLE)?;
        match verify_one(&promise, &body, issuers, logs) {
            Ok(()) => return Ok(()),
            Err(other) => error = other,
        }
    }
    Err(error)
}

fn verify_one(
    promise: &SignedCertificateTimestamp,
    body: &[u8],
    issuers: &[&Certificate],
    logs: &[Log],
) -> Result<(), BundleError> {
    let at = Timestamp::from_seconds(Duration::from_millis(promise.timestamp).as_secs());
    let mut of_log = logs.iter().filter(|log| log.id == promise.log_id.key_id).peekable();
    if of_log.peek().is_none() {
        return Err(BundleError::CertificateLog("the log that promised is not in the root"));
    }
    let algorithm = &promise.signature.algorithm;
    let hash = match (&algorithm.hash, &algorithm.signature) {
        (HashAlgorithm::Sha256, SignatureAlgorithm::Ecdsa | SignatureAlgorithm::Rsa) => Hash::Sha256,
        (HashAlgorithm::Sha384, SignatureAlgorithm::Ecdsa | SignatureAlgorithm::Rsa) => Hash::Sha384,
        _ => return Err(BundleError::CertificateLog("its promise is signed by an unknown algorithm")),
    };
    let signed: Vec<Vec<u8>> = issuers.iter().filter_map(|issuer| signed_bytes(promise, body, issuer)).collect();
    for log in of_log.filter(|log| at.is_some_and(|at| log.valid.contains(at))) {
        if signed.iter().any(|signed| log.key.verifies(hash, signed, promise.signature.signature.as_slice())) {
            return Ok(());
        }
    }
    Err(BundleError::CertificateLog("the promise of the log does not hold, or the log was not trusted at that time"))
}

fn signed_bytes(promise: &SignedCertificateTimestamp, body: &[u8], issuer: &Certificate) -> Option<Vec<u8>> {
    let key = issuer.tbs_certificate().subject_public_key_info().to_der().ok()?;
    // Version 1, a signature of a certificate, and an entry that is a certificate before it had its promises.
    let mut bytes = vec![0, 0];
    bytes.extend(promise.timestamp.to_be_bytes());
    bytes.extend([0, 1]);
    bytes.extend(Sha256::digest(&key));
    bytes.extend(u32::try_from(body.len()).ok().filter(|length| *length < 1 << 24)?.to_be_bytes().get(1..)?);
    bytes.extend(body);
    bytes.extend(u16::try_from(promise.extensions.len()).ok()?.to_be_bytes());
    bytes.extend(promise.extensions.as_slice());
    Some(bytes)
}
