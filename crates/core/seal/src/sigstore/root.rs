//! The trust root of Sigstore: its authorities and logs, from when until when.

use boltseal_model::{Limits, Timestamp};
use serde::Deserialize;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use super::RootError;
use super::key::Key;
use crate::base64;
use crate::json::{self, Bounds, quoted};

/// The authorities and logs of Sigstore, or of an instance of one's own, from when until when.
///
/// Source: `sigstore_trustroot.proto` of protobuf-specs. Keys of kinds that are not known are left out: what they alone vouch for is
/// refused.
#[derive(Debug, Clone)]
pub struct TrustedRoot {
    pub(super) logs: Vec<Log>,
    pub(super) certificate_logs: Vec<Log>,
    pub(super) certificate_authorities: Vec<Authority>,
    pub(super) timestamp_authorities: Vec<Authority>,
}

/// A log, and the key that it signs with.
#[derive(Debug, Clone)]
pub(super) struct Log {
    pub id: Vec<u8>,
    pub key: Key,
    pub valid: Window,
}

/// An authority, by its certificates: the last one is trusted as it is.
#[derive(Debug, Clone)]
pub(super) struct Authority {
    pub certificates: Vec<TrustedCertificate>,
    pub valid: Window,
}

#[derive(Debug, Clone)]
pub(super) struct TrustedCertificate {
    pub der: Vec<u8>,
    pub parsed: Certificate,
}

/// A span of time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Window {
    pub fn contains(self, at: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at <= end)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    media_type: String,
    #[serde(default)]
    tlogs: Vec<WrittenLog>,
    #[serde(default)]
    certificate_authorities: Vec<WrittenAuthority>,
    #[serde(default)]
    ctlogs: Vec<WrittenLog>,
    #[serde(default)]
    timestamp_authorities: Vec<WrittenAuthority>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenLog {
    public_key: WrittenKey,
    log_id: WrittenLogId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenLogId {
    key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenKey {
    raw_bytes: String,
    #[serde(default)]
    valid_for: WrittenWindow,
}

#[derive(Default, Deserialize)]
struct WrittenWindow {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenAuthority {
    #[serde(default)]
    uri: String,
    cert_chain: WrittenChain,
    #[serde(default)]
    valid_for: WrittenWindow,
}

#[derive(Deserialize)]
struct WrittenChain {
    certificates: Vec<WrittenCertificate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenCertificate {
    raw_bytes: String,
}

impl From<WrittenWindow> for Window {
    fn from(written: WrittenWindow) -> Self {
        Self { start: written.start, end: written.end }
    }
}

impl TrustedRoot {
    /// Reads a `trusted_root.json`.
    ///
    /// # Errors
    /// When it is larger than [`Limits::trust_bytes`], is no such document, or a certificate in it cannot be read.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, RootError> {
        let bounds = Bounds { bytes: limits.trust_bytes, depth: limits.json_depth, folded: usize::MAX };
        let written: Written = json::read(bytes, bounds)?;
        let rest = written.media_type.strip_prefix("application/vnd.dev.sigstore.trustedroot");
        if !matches!(rest, Some("+json;version=0.1" | "+json;version=0.2" | ".v0.1+json" | ".v0.2+json")) {
            return Err(RootError::MediaType { found: quoted(&written.media_type) });
        }
        Ok(Self {
            logs: logs(written.tlogs)?,
            certificate_logs: logs(written.ctlogs)?,
            certificate_authorities: authorities(written.certificate_authorities)?,
            timestamp_authorities: authorities(written.timestamp_authorities)?,
        })
    }
}

fn logs(written: Vec<WrittenLog>) -> Result<Vec<Log>, RootError> {
    let mut logs = Vec::new();
    for log in written {
        let spki = base64::decode(&log.public_key.raw_bytes).ok_or(RootError::Base64 { what: "the key of a log" })?;
        let id = base64::decode(&log.log_id.key_id).ok_or(RootError::Base64 { what: "the id of a log" })?;
        if let Some(key) = Key::from_spki(&spki) {
            logs.push(Log { id, key, valid: log.public_key.valid_for.into() });
        }
    }
    Ok(logs)
}

fn authorities(written: Vec<WrittenAuthority>) -> Result<Vec<Authority>, RootError> {
    let authority = |written: WrittenAuthority| {
        let name = quoted(&written.uri);
        let certificates = written.cert_chain.certificates.iter().map(|certificate| {
            let der = base64::decode(&certificate.raw_bytes).ok_or(RootError::Base64 { what: "a certificate" })?;
            let parsed = Certificate::from_der(&der);
            let parsed = parsed.map_err(|_| RootError::Certificate { authority: name.clone() })?;
            Ok(TrustedCertificate { der, parsed })
        });
        let certificates = certificates.collect::<Result<Vec<_>, RootError>>()?;
        if certificates.is_empty() {
            return Err(RootError::NoCertificates { authority: name });
        }
        Ok(Authority { certificates, valid: written.valid_for.into() })
    };
    written.into_iter().map(authority).collect()
}
