//! Findings that the base image brought, which its own publisher mends.

use boltseal_model::{Finding, Subject};

/// Why a finding is the base image's, if all its places are.
pub fn reason(finding: &Finding, subject: &Subject) -> Option<String> {
    let base = subject.base_layers?;
    let mut places = std::iter::once(&finding.location).chain(&finding.also);
    let is_base = places.all(|place| place.layer.is_some_and(|layer| layer < base));
    is_base.then(|| match base {
        1 => "brought by the base image, which is layer 0".into(),
        _ => format!("brought by the base image, which is the layers 0 to {}", base - 1),
    })
}
