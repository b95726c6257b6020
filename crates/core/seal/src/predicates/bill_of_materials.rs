//! Bills of materials, whose forms are their own.

/// A bill of materials of CycloneDX in JSON, as `cosign attest --type cyclonedx` names it.
///
/// Source: in-toto attestation framework, `spec/predicates/cyclonedx.md`.
pub const CYCLONEDX: &str = "https://cyclonedx.org/bom";

/// A bill of materials of SPDX in JSON.
///
/// Source: in-toto attestation framework, `spec/predicates/spdx.md`.
pub const SPDX: &str = "https://spdx.dev/Document";

/// The same, under the name that `actions/attest-sbom` gives it.
pub const SPDX_2_3: &str = "https://spdx.dev/Document/v2.3";
