//! A document, or a Dockerfile, and what rules say of it.

use std::collections::{BTreeMap, BTreeSet};

use boltseal_model::{Limits, Position, ProblemKind};
use boltseal_policy::{Breach, Day, Edit, Mended, Outcome, Rule};

use crate::facts::Known;
use crate::formats::read;
use crate::reading::File;
use crate::subject::Subject;

/// What rules are applied with.
#[derive(Clone, Copy)]
pub(super) struct Judge<'c> {
    pub(super) rules: &'c [Rule<'c>],
    pub(super) today: Option<Day>,
    pub(super) limits: &'c Limits,
    pub(super) path: &'c str,
}

/// What a text declares, and what rules find broken.
pub(super) struct State<'c> {
    pub(super) subjects: Vec<Subject>,
    /// What could not be read.
    pub(super) problems: Vec<ProblemKind>,
    /// How often each rule is broken by each thing that is judged, or could not be judged.
    pub(super) broken: BTreeMap<(usize, &'c str), usize>,
    /// What rules with a fix find broken, and nobody answers for, in the order of its places.
    pub(super) mendable: Vec<Mendable<'c>>,
}

/// Something broken that the rule says how to mend.
pub(super) struct Mendable<'c> {
    pub(super) of: Of<'c>,
    /// The subject, by its number.
    pub(super) subject: usize,
    pub(super) message: String,
    pub(super) at: Position,
    pub(super) edits: Result<Vec<Edit>, String>,
}

/// What is broken, wherever edits move it: the number of what is judged, the rule, and the number of the element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Of<'c> {
    pub(super) known: usize,
    pub(super) rule: &'c str,
    pub(super) element: usize,
}

impl<'c> State<'c> {
    pub(super) fn of(text: &str, judge: &Judge<'c>) -> Self {
        let (subjects, problems) = read(&File { path: judge.path, bytes: text.as_bytes() }, judge.limits);
        let problems = problems.into_sorted().into_iter().map(|problem| problem.kind).collect();
        let mut state = Self { subjects: Vec::new(), problems, broken: BTreeMap::new(), mendable: Vec::new() };
        let mut count = 0;
        for (number, subject) in subjects.iter().enumerate() {
            // What is larger than facts may be is said where it is judged.
            for known in Known::of(subject).unwrap_or_default() {
                state.judge(number, count, &known, judge);
                count += 1;
            }
        }
        state.subjects = subjects;
        state.mendable.sort_by_key(|mendable| (mendable.at, mendable.of));
        state
    }

    fn judge(&mut self, subject: usize, known: usize, facts: &Known, judge: &Judge<'c>) {
        let asked = boltseal_policy::Subject::new(facts.root, &facts.facts);
        for Rule { policy, .. } in judge.rules.iter().filter(|rule| rule.policy.is_for(&asked)) {
            let (errors, breaches): (usize, Vec<Breach>) = match policy.judge(&asked, judge.today, judge.limits) {
                Outcome::Pass | Outcome::NotApplicable(_) => continue,
                Outcome::Broken(breaches) => (0, breaches),
                Outcome::Unknown { reasons: errors, breaches } | Outcome::Error { errors, breaches } => {
                    (errors.len(), breaches)
                }
            };
            self.broken.insert((known, &policy.id), errors + breaches.len());
            for (breach, Mended { element, edits, .. }) in breaches.into_iter().zip(policy.mend(&asked, judge.limits)) {
                if breach.exemption.is_none() {
                    let of = Of { known, rule: &policy.id, element };
                    let at = breach.position.unwrap_or(facts.at);
                    self.mendable.push(Mendable { of, subject, message: breach.message, at, edits });
                }
            }
        }
    }

    /// What of a rule is broken in one thing.
    fn elements(&self, of: Of<'_>) -> BTreeSet<usize> {
        let same = self.mendable.iter().filter(|it| it.of.known == of.known && it.of.rule == of.rule);
        same.map(|it| it.of.element).collect()
    }

    /// Why a later state is none that one would want, if it is not: something must be mended, and nothing else worse.
    pub(super) fn objection(&self, later: &Self, mended: Of<'_>) -> Option<String> {
        if later.problems != self.problems || later.subjects.len() != self.subjects.len() {
            return Some("the file would not be read as before".to_owned());
        }
        let (before, after) = (self.elements(mended), later.elements(mended));
        if after.contains(&mended.element) || !after.is_subset(&before) {
            return Some("the finding would still be there".to_owned());
        }
        let worse = later.broken.iter().find(|(what, count)| self.broken.get(what).is_none_or(|before| before < count));
        worse.map(|((_, rule), _)| format!("it would break {rule}"))
    }
}
