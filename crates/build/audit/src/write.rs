//! Reports for people, and commands for those who mend what is wrong.

use crate::check::{Reason, Verdict};
use crate::report::{Audit, Checked};

/// Reasons of one check that a table shows.
const SHOWN: usize = 5;

/// A table of the checks, each with its reasons, and the score.
pub fn table(audit: &Audit) -> String {
    let mut text = format!("{} {}", audit.title, audit.version);
    for (before, of) in [(" on ", &audit.host), (", ", &audit.system)] {
        if !of.is_empty() {
            text.push_str(&format!("{before}{of}"));
        }
    }
    if let Some(name) = &audit.container_optimised {
        text.push_str(&format!(" (made to run containers: {name})"));
    }
    text.push_str("\n\n");
    let width = audit.checks.iter().map(|check| check.number.len()).max().unwrap_or_default();
    for check in &audit.checks {
        let (number, verdict) = (&check.number, check.verdict.name());
        text.push_str(&format!("{number:<width$}  {verdict:<7}  {}\n", check.title));
        let reasons: Vec<&Reason> = check.reasons.iter().filter(|reason| is_shown(check, reason)).collect();
        for reason in reasons.iter().take(SHOWN) {
            text.push_str(&format!("{:width$}           {}\n", "", reason.text()));
        }
        if let Some(more) = reasons.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            text.push_str(&format!("{:width$}           and {more} more\n", ""));
        }
    }
    text.push('\n');
    for score in &audit.score {
        let judged = score.passed + score.failed;
        let percent = score.percent.map(|percent| format!(" ({percent} %)")).unwrap_or_default();
        text.push_str(&format!(
            "level {}: {} of {judged} judged pass{percent}; {} unknown, {} not applicable\n",
            score.level, score.passed, score.unknown, score.not_applicable
        ));
    }
    text
}

fn is_shown(check: &Checked, reason: &Reason) -> bool {
    check.verdict != Verdict::NotApplicable || matches!(reason, Reason::Absent { .. })
}

/// Commands that mend what fails, for a person to read and run. Nothing is run here.
pub fn commands(audit: &Audit) -> String {
    let mut text = format!(
        "# What mends the failures of {} {} on {}. Read it before you run any of it.\n",
        audit.title, audit.version, audit.host
    );
    for check in audit.checks.iter().filter(|check| check.verdict == Verdict::Fail) {
        text.push_str(&format!("\n# {} {}\n", check.number, check.title));
        let mut said: Vec<&str> = Vec::new();
        for fix in &check.fixes {
            text.push_str(&format!("# {}\n", fix.changes));
            match &fix.commands {
                // What mends several failures at once is written once.
                Some(commands) if said.contains(&commands.as_str()) => {}
                Some(commands) => {
                    said.push(commands);
                    text.push_str(&format!("{commands}\n"));
                }
                None => text.push_str(&format!("# no command does it: {}\n", fix.remediation)),
            }
        }
    }
    text
}
