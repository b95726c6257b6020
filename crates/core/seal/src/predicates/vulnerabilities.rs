//! What a scan found, as cosign writes it.

use boltseal_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::null_is_empty;
use crate::statement::Predicate;

/// What a scan found.
///
/// Source: cosign, `specs/COSIGN_VULN_ATTESTATION_SPEC.md`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VulnerabilityReport {
    /// What started the scan.
    pub invocation: Invocation,
    /// What scanned.
    pub scanner: Scanner,
    /// When.
    pub metadata: ScanTimes,
}

/// What started a scan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Invocation {
    /// The flags that count.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub parameters: Vec<String>,
    /// Where it ran.
    #[serde(default)]
    pub uri: String,
    /// What set it off.
    #[serde(default)]
    pub event_id: String,
    /// What it ran on.
    #[serde(default, rename = "builder.id")]
    pub builder_id: String,
}

/// What scanned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scanner {
    /// The program, as a package URL or another URI.
    pub uri: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// The database it asked.
    #[serde(default)]
    pub db: ScannerDatabase,
    /// Its report, in its own form.
    pub result: Value,
}

/// The database that a scanner asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScannerDatabase {
    /// Where it comes from.
    #[serde(default)]
    pub uri: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// When its advisories were gathered. The form of in-toto for such reports has this member; that of cosign does not forbid it.
    #[serde(default, rename = "lastUpdate", skip_serializing_if = "Option::is_none")]
    pub last_update: Option<Timestamp>,
}

/// When a scan ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScanTimes {
    /// When it began.
    pub scan_started_on: Timestamp,
    /// When it ended.
    pub scan_finished_on: Timestamp,
}

impl Predicate for VulnerabilityReport {
    const TYPE: &'static str = "https://cosign.sigstore.dev/attestation/vuln/v1";
}
