//! The rules that come with the program, and what they say of a subject.

use boltseal_model::{Limits, Position, Severity};
use boltseal_policy::{Breach, Day, Excuse, Library, Loader, Mistake, Outcome, Rule, judge};

use crate::{Known, Subject, schemas};

/// The texts of the rules and their sets: (name, text).
static BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Rules for what is declared.
#[derive(Debug, Default)]
pub struct Checks {
    library: Library,
    /// The set that chooses among the rules, by its place; without one, every rule counts.
    set: Option<usize>,
}

/// What a rule says of a subject that breaks it, or that it could not judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check<'c> {
    /// The rule.
    pub rule: &'c str,
    /// What is wrong where it is broken.
    pub title: &'c str,
    /// How bad that is.
    pub severity: Severity,
    /// What to do about it.
    pub remediation: &'c str,
    /// The subject, as `Deployment/shop`.
    pub subject: String,
    /// What is wrong here.
    pub message: String,
    /// Where.
    pub at: Position,
    /// Who answers for it, if somebody does: then it counts for nothing, and is kept.
    pub exemption: Option<Excuse>,
    /// Who did, until a day that is past.
    pub expired: Option<Excuse>,
}

/// A rule that could not be judged, as a lower-case fragment with its place.
pub type Unjudged = (Position, String);

impl Checks {
    /// The rules that come with the program, and those of files, given as (name, content). A mistake in one keeps no other from
    /// being read.
    pub fn load(files: &[(String, Vec<u8>)], limits: &Limits) -> (Self, Vec<Mistake>) {
        let schemas = schemas();
        let mut loader = Loader::new(&schemas, limits);
        BUILT_IN.iter().for_each(|(name, text)| loader.add(name, text.as_bytes()));
        files.iter().for_each(|(name, bytes)| loader.add(name, bytes));
        let (library, mistakes) = loader.finish();
        (Self { library, set: None }, mistakes)
    }

    /// The same with the rules of a set alone, and what it makes of them. `None` if there is no such set.
    pub fn of_set(self, id: &str) -> Option<Self> {
        let set = self.library.sets.iter().position(|set| set.id == id)?;
        Some(Self { set: Some(set), ..self })
    }

    /// The ids of the sets, those that come with the program first.
    pub fn sets(&self) -> impl Iterator<Item = &str> {
        self.library.sets.iter().map(|set| set.id.as_str())
    }

    /// How many rules there are.
    pub fn count(&self) -> usize {
        self.library.policies.len()
    }

    /// The rules.
    pub fn rules(&self) -> Vec<Rule<'_>> {
        let set = self.set.and_then(|set| self.library.sets.get(set));
        set.map_or_else(|| self.library.rules(), |set| set.rules(&self.library.policies))
    }

    /// The texts of what comes with the program and counts: of all its rules, or of those that the set takes in, and of the set.
    pub fn texts(&self) -> Vec<&'static str> {
        let set = self.set.and_then(|set| self.library.sets.get(set)).map(|set| set.path.as_str());
        let rules = self.rules();
        let counts = |name: &str| set == Some(name) || rules.iter().any(|rule| rule.policy.path == name);
        BUILT_IN.iter().filter(|(name, _)| counts(name)).map(|(_, text)| *text).collect()
    }

    /// What the rules say of a subject, and which of them could not be judged. Exemptions in policies are judged by the day.
    pub fn judge(&self, subject: &Subject, today: Option<Day>, limits: &Limits) -> (Vec<Check<'_>>, Vec<Unjudged>) {
        let known = match Known::of(subject) {
            Ok(known) => known,
            Err(error) => return (Vec::new(), vec![(subject.at(), error.to_string())]),
        };
        let (rules, mut checks, mut unjudged) = (self.rules(), Vec::new(), Vec::new());
        for known in &known {
            let facts = boltseal_policy::Subject::new(known.root, &known.facts);
            let rules: Vec<Rule<'_>> = rules.iter().filter(|rule| rule.policy.is_for(&facts)).copied().collect();
            for judgement in judge(&rules, &facts, today, limits) {
                let breaches: Vec<Breach> = match judgement.outcome {
                    Outcome::Pass | Outcome::NotApplicable(_) => continue,
                    Outcome::Broken(breaches) => breaches,
                    Outcome::Unknown { reasons: errors, breaches } | Outcome::Error { errors, breaches } => {
                        unjudged.extend(errors.iter().map(|error| (known.at, error.to_string())));
                        breaches
                    }
                };
                let policy = judgement.rule.policy;
                checks.extend(breaches.into_iter().map(|breach| Check {
                    rule: &policy.id,
                    title: &policy.title,
                    severity: judgement.rule.severity,
                    remediation: &policy.remediation,
                    subject: known.name.clone(),
                    message: breach.message,
                    at: breach.position.unwrap_or(known.at),
                    exemption: breach.exemption,
                    expired: breach.expired,
                }));
            }
        }
        (checks, unjudged)
    }
}
