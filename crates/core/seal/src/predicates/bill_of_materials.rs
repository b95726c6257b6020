//! Bills of materials, whose forms are their own.

/// A bill of materials of CycloneDX in JSON, as `cosign attest --type cyclonedx` names it.
///
/// Source: in-toto attestation framework, `spec/predicates/cyclonedx.md`.
pub const CYCLONEDX: &str = "https://cyclonedx.org/bom";

/// A bill of materials of SPDX in JSON.
///
/// Source: in-toto attestation framework, `spec/predicates/spdx.md`.
pub const SPDX: &str = "https://spdx.dev/Document";
