//! Cases of rules: subjects that a rule must fire on, be quiet about, or not apply to.

use boltseal_model::Limits;

use crate::judge::{Outcome, Subject};
use crate::policy::Policy;

/// What a case promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// The rule is broken by a subject of it.
    Fires,
    /// It holds for every subject, and applies to one at least.
    Quiet,
    /// It applies to none.
    NotApplicable,
    /// Of none it can be told, and of one at least for want of a fact.
    Unknown,
}

impl Promise {
    /// What the name of a file promises, if it is that of a case.
    pub fn of(name: &str) -> Option<Self> {
        if case_of_expected(name).is_some() {
            return None;
        }
        [
            ("fires-", Self::Fires),
            ("quiet-", Self::Quiet),
            ("not-applicable-", Self::NotApplicable),
            ("unknown-", Self::Unknown),
        ]
        .into_iter()
        .find(|(prefix, _)| name.starts_with(prefix))
        .map(|(_, promise)| promise)
    }
}

/// The case whose mended text a file holds, by its name: that of `fires-x.fixed.yaml` is `fires-x.yaml`.
pub fn case_of_expected(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once(FIXED)?;
    let is_one = stem.starts_with("fires-") && !ending.is_empty() && !ending.contains('.');
    is_one.then(|| format!("{stem}.{ending}"))
}

/// What stands in the name of such a file before its ending.
const FIXED: &str = ".fixed.";

/// A case that a rule does not stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The case, or the rule where it lacks one.
    pub name: String,
    /// What is wrong.
    pub detail: String,
}

/// Holds a rule to what the name of a case promises of its subjects.
pub fn hold(
    policy: &Policy,
    name: &str,
    promise: Promise,
    subjects: &[Subject<'_>],
    limits: &Limits,
) -> Option<Broken> {
    let broken = |detail: String| Some(Broken { name: name.to_owned(), detail });
    if subjects.is_empty() {
        return broken("it holds no subject".into());
    }
    let outcomes: Vec<Outcome> = subjects.iter().map(|subject| policy.judge(subject, None, limits)).collect();
    for outcome in &outcomes {
        match (outcome, promise) {
            (Outcome::Error { errors, .. }, _) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                return broken(format!("the rule fails: {}", errors.join("; ")));
            }
            (Outcome::Unknown { reasons, .. }, Promise::Fires | Promise::Quiet | Promise::NotApplicable) => {
                let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                return broken(format!("it cannot be told: {}", reasons.join("; ")));
            }
            (
                Outcome::Broken(breaches) | Outcome::Unknown { breaches, .. },
                Promise::Quiet | Promise::NotApplicable | Promise::Unknown,
            ) if !breaches.is_empty() => {
                let messages: Vec<&str> = breaches.iter().map(|breach| breach.message.as_str()).collect();
                return broken(format!("the rule fires: {}", messages.join("; ")));
            }
            (Outcome::Pass, Promise::NotApplicable | Promise::Unknown) => {
                return broken("the rule applies, and passes".into());
            }
            _ => {}
        }
    }
    let any = |wanted: fn(&Outcome) -> bool| outcomes.iter().any(wanted);
    match promise {
        Promise::Fires if !any(|outcome| matches!(outcome, Outcome::Broken(_))) => {
            broken("the rule does not fire".into())
        }
        Promise::Unknown if !any(|outcome| matches!(outcome, Outcome::Unknown { .. })) => {
            broken("the rule does not apply".into())
        }
        Promise::Quiet if !any(|outcome| *outcome == Outcome::Pass) => broken("the rule does not apply".into()),
        _ => None,
    }
}

/// What a rule lacks that has these cases, and as many expected texts: without one of each, nobody knows whether it can fire, whether
/// it ever does not, and what becomes of what it mends.
pub fn lacking(policy: &Policy, promises: &[Promise], expected: usize) -> Vec<Broken> {
    let unfixed = (policy.has_fix() && expected == 0).then(|| Broken {
        name: policy.id.clone(),
        detail: "no file is called fires-….fixed.yaml; a rule that says how it is mended needs one that shows it"
            .into(),
    });
    let lacked = [(Promise::Fires, "fires-"), (Promise::Quiet, "quiet-")]
        .into_iter()
        .filter(|(promise, _)| !promises.contains(promise))
        .map(|(_, prefix)| Broken {
            name: policy.id.clone(),
            detail: format!("no case is called {prefix}….yaml; a rule needs one that fires and one that is quiet"),
        });
    lacked.chain(unfixed).collect()
}
