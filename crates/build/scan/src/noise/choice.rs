//! Findings that the user does not want to see, whatever they mean.

use boltseal_model::{Finding, FindingKind, Severity, Subject, Suppressed};

use super::base;
use crate::Options;

/// Why a vulnerability is left out that nobody can mend.
const UNFIXED: &str = "no version is known that fixes it";

/// Why a finding is left out, if the options say so.
pub fn reason(finding: &Finding, options: &Options) -> Option<String> {
    let is_unfixed = finding.kind == FindingKind::Vulnerability && finding.fixed.is_none();
    if options.ignore_unfixed && is_unfixed {
        return Some(UNFIXED.to_owned());
    }
    options.min_severity.filter(|least| finding.severity < *least).map(milder)
}

fn milder(least: Severity) -> String {
    format!("less severe than {least}")
}

/// Whether a finding was left out for a reason that says nothing of what it means for the subject.
pub fn is_choice(suppressed: &Suppressed, subject: &Subject) -> bool {
    let reason = &suppressed.reason;
    reason == UNFIXED
        || Severity::WORST_FIRST.into_iter().any(|least| milder(least) == *reason)
        || base::reason(&suppressed.finding, subject).as_ref() == Some(reason)
}
