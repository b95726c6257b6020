//! Takes out of the findings what would only distract, and keeps account of it.
//!
//! Nothing is dropped here: a finding is merged with its like, or it moves to the suppressed ones with a reason.

pub(crate) mod base;
mod choice;
mod duplicates;
mod exemptions;

use boltseal_advisory::vex::Statement;
use boltseal_model::{Finding, Subject, Suppressed};

use crate::Options;
use crate::matching::Matches;

pub(crate) use choice::is_choice;
pub use exemptions::{Exemption, Exemptions, ExemptionsError};

/// Applies every rule of the options. What the user says comes last, so that it is counted only where it matters, and
/// what is not wanted after all that tells more.
pub fn reduce(matches: &mut Matches, subject: &Subject, options: &Options) {
    duplicates::merge(&mut matches.findings);
    if options.exclude_base {
        suppress(matches, |finding| base::reason(finding, subject));
    }
    suppress(matches, |finding| {
        let statement = options.vex.deciding(finding, subject)?;
        statement.dismisses().then(|| said(statement))
    });
    let (exemptions, problems) = options.exemptions.in_force(options.exemptions_on);
    matches.problems.append(problems);
    suppress(matches, |finding| {
        exemptions.iter().find(|exemption| exemption.covers(finding)).map(|found| found.shown())
    });
    suppress(matches, |finding| choice::reason(finding, options));
}

fn suppress(matches: &mut Matches, reason: impl Fn(&Finding) -> Option<String>) {
    let findings = std::mem::take(&mut matches.findings);
    for finding in findings {
        match reason(&finding) {
            Some(reason) => matches.suppressed.push(Suppressed { reason, finding }),
            None => matches.findings.push(finding),
        }
    }
}

/// A statement as the reason for leaving a finding out.
fn said(statement: &Statement) -> String {
    let justification = statement.justification.as_ref().map(|words| format!(", {words}")).unwrap_or_default();
    format!("{}{justification}, says {}", statement.status.name(), statement.document)
}
