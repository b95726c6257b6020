//! `boltseal policy explain`

use std::fmt::Write as _;

use anyhow::anyhow;
use boltseal_model::{Limits, Position};
use boltseal_policy::{Breach, Day, Outcome as Judged, Policy, RuleError, Subject};
use boltseal_posture::{Known, schemas};
use boltseal_scan::visible;

use super::load::{load, say};
use super::subjects::declared;
use crate::arguments::PolicyExplain;
use crate::commands::write;
use crate::exit::Exit;
use crate::{Failure, Outcome, places};

/// Says what policies come to on every subject of a file, and why.
pub fn run(arguments: &PolicyExplain) -> Outcome {
    let (library, mistakes) = load(std::slice::from_ref(&arguments.policy), &schemas())?;
    say(&mistakes);
    let is_wanted = |policy: &&Policy| arguments.id.as_ref().is_none_or(|id| *id == policy.id);
    let policies: Vec<&Policy> = library.policies.iter().filter(is_wanted).collect();
    if policies.is_empty() {
        return Err(Failure::usage(anyhow!("no such policy can be read in {}", arguments.policy.display())));
    }
    let (declared, problems) = declared(&arguments.file)?;
    let today = places::today().and_then(places::day);
    let mut exit = if mistakes.is_empty() { Exit::Clean } else { Exit::Usage };
    for problem in problems.into_sorted() {
        let path = problem.path.unwrap_or_default();
        anstream::eprintln!("{}", visible(&format!("{path}: {}", problem.detail)));
        exit = exit.and(Exit::Incomplete);
    }
    for subject in &declared {
        for policy in &policies {
            exit = exit.and(one(policy, subject, today)?);
        }
    }
    Ok(exit)
}

fn one(policy: &Policy, declared: &Known, today: Option<Day>) -> Outcome {
    let (subject, limits) = (Subject::new(declared.root, &declared.facts), Limits::default());
    let outcome = policy.judge(&subject, today, &limits);
    let mut text = format!("{} on {} ({}): ", policy.id, visible(&declared.name), declared.at);
    let (word, exit): (&str, Exit) = match &outcome {
        Judged::Pass => ("passes", Exit::Clean),
        Judged::Broken(breaches) if breaches.iter().all(|breach| breach.exemption.is_some()) => ("exempt", Exit::Clean),
        Judged::Broken(_) => ("broken", Exit::Denied),
        Judged::NotApplicable(_) => ("not applicable", Exit::Clean),
        Judged::Unknown { .. } => ("cannot be told", Exit::Incomplete),
        Judged::Error { .. } => ("could not be judged", Exit::Denied),
    };
    let _ = writeln!(text, "{word}");
    let (errors, breaches): (&[RuleError], &[Breach]) = match &outcome {
        Judged::NotApplicable(reason) => {
            let _ = writeln!(text, "  {reason}");
            (&[], &[])
        }
        Judged::Unknown { reasons: errors, breaches } | Judged::Error { errors, breaches } => (errors, breaches),
        Judged::Broken(breaches) => (&[], breaches),
        Judged::Pass => (&[], &[]),
    };
    for breach in breaches {
        let _ = writeln!(text, "  {}: {}", place(breach.position), breach.message);
        if let Some(excuse) = &breach.exemption {
            let (end, reason, owner) = (excuse.expires, visible(&excuse.reason), visible(&excuse.owner));
            let _ = writeln!(text, "  exempt until {end}: {reason} ({owner})");
        }
    }
    for error in errors {
        let _ = writeln!(text, "  {error}");
    }
    for (element, explanation) in policy.explain(&subject, &limits) {
        if let Some(element) = element {
            let _ = writeln!(text, "\n  for {element}");
        }
        for line in explanation.to_string().lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    let _ = writeln!(text);
    write(None, &text)?;
    Ok(exit)
}

fn place(position: Option<Position>) -> String {
    position.map_or_else(|| "somewhere".to_owned(), |position| position.to_string())
}
