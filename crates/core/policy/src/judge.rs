//! Rules held to subjects.

mod fix;

use std::cmp::Reverse;
use std::fmt;

use boltseal_model::{Limits, Position, Severity};

use crate::Day;
use crate::evaluate::{ErrorKind, EvaluationError, Evaluator, Stop, Value, shown};
use crate::explain::{Explanation, Trace};
use crate::facts::{Fact, Facts};
use crate::policy::{Action, Excuse, Expression, Policy, Rule, Text};
use crate::syntax::Span;

pub use fix::Mended;

/// What is judged: facts, each under the name by which rules know them.
#[derive(Debug, Clone, Default)]
pub struct Subject<'f> {
    roots: Vec<(&'f str, &'f Facts)>,
}

impl<'f> Subject<'f> {
    /// A subject of which one thing is known.
    pub fn new(root: &'f str, facts: &'f Facts) -> Self {
        Self { roots: vec![(root, facts)] }
    }

    /// The same with a further thing known.
    #[must_use]
    pub fn with(mut self, root: &'f str, facts: &'f Facts) -> Self {
        self.roots.push((root, facts));
        self
    }

    fn find(&self, name: &str) -> Option<&'f Fact> {
        self.roots.iter().find(|(root, _)| *root == name).map(|(_, facts)| &facts.root)
    }
}

/// What a rule says of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It is broken, once for each element that breaks it.
    Broken(Vec<Breach>),
    /// It is not for such a subject, with the reason.
    NotApplicable(String),
    /// It cannot be told, since facts that it asks for are not known: never a pass.
    Unknown {
        /// What is not known, and why.
        reasons: Vec<RuleError>,
        /// What is broken all the same.
        breaches: Vec<Breach>,
    },
    /// It could not be judged, or not in full: never a pass.
    Error {
        /// Why not.
        errors: Vec<RuleError>,
        /// What is broken all the same.
        breaches: Vec<Breach>,
    },
}

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong.
    pub message: String,
    /// Where, if the subject knows its places.
    pub position: Option<Position>,
    /// The element that breaks it, as `container shop`, where the rule judges one by one.
    pub element: Option<String>,
    /// Commands that mend it, where the rule knows some. Values in them are quoted for the shell.
    pub commands: Option<String>,
    /// Who answers for it, if somebody does.
    pub exemption: Option<Excuse>,
    /// Who did, until a day that is past.
    pub expired: Option<Excuse>,
}

/// Why a rule could not be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// What is wrong, as a lower-case fragment.
    pub detail: String,
    /// The file of the rule.
    pub path: String,
    /// The part of the rule.
    pub at: Position,
    /// The element that it was judged for.
    pub element: Option<String>,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, at) = (&self.path, self.at);
        write!(f, "{path}:{}:{}: {}", at.line, at.column, self.detail)?;
        self.element.as_ref().map_or(Ok(()), |element| write!(f, " (for {element})"))
    }
}

/// What a rule of a set says of a subject.
#[derive(Debug, Clone)]
pub struct Judgement<'l> {
    /// The rule.
    pub rule: Rule<'l>,
    /// What it says.
    pub outcome: Outcome,
}

/// Holds a subject to rules. Without a day, exemptions never end.
pub fn judge<'l>(rules: &[Rule<'l>], subject: &Subject<'_>, today: Option<Day>, limits: &Limits) -> Vec<Judgement<'l>> {
    rules.iter().map(|rule| Judgement { rule: *rule, outcome: rule.policy.judge(subject, today, limits) }).collect()
}

/// What is to be done with a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// `None` lets it through without a word.
    pub action: Option<Action>,
    /// Why, the worst first.
    pub reasons: Vec<Reason>,
}

/// One thing that stands against a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: String,
    /// What it does.
    pub action: Action,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub position: Option<Position>,
}

/// What judgements come to. A rule that could not be judged counts as broken.
pub fn decide(judgements: &[Judgement<'_>]) -> Ruling {
    let mut reasons = Vec::new();
    for Judgement { rule, outcome } in judgements {
        let mut add = |message: String, position| {
            let (rule, action, severity) = (rule.policy.id.clone(), rule.action, rule.severity);
            reasons.push(Reason { rule, action, severity, message, position });
        };
        let (errors, breaches): (&[RuleError], &[Breach]) = match outcome {
            Outcome::Pass | Outcome::NotApplicable(_) => (&[], &[]),
            Outcome::Broken(breaches) => (&[], breaches),
            Outcome::Unknown { reasons: errors, breaches } | Outcome::Error { errors, breaches } => (errors, breaches),
        };
        errors.iter().for_each(|error| add(format!("could not be judged: {error}"), None));
        for breach in breaches.iter().filter(|breach| breach.exemption.is_none()) {
            add(breach.message.clone(), breach.position);
        }
    }
    reasons.sort_by_key(|reason| Reverse((reason.action, reason.severity)));
    Ruling { action: reasons.first().map(|reason| reason.action), reasons }
}

impl Policy {
    /// Holds a subject to the rule. Without a day, exemptions never end.
    pub fn judge(&self, subject: &Subject<'_>, today: Option<Day>, limits: &Limits) -> Outcome {
        match self.roots_of(subject) {
            Ok(roots) => Judging::new(self, roots, limits).run(today),
            Err(reason) => Outcome::NotApplicable(reason),
        }
    }

    /// Takes the verdict of the rule apart: one explanation, or one for each element.
    pub fn explain(&self, subject: &Subject<'_>, limits: &Limits) -> Vec<(Option<String>, Explanation)> {
        let Ok(roots) = self.roots_of(subject) else { return Vec::new() };
        Judging::new(self, roots, limits).explain()
    }

    /// The facts that the rule names, if it is for such a subject.
    fn roots_of<'f>(&self, subject: &Subject<'f>) -> Result<Vec<&'f Fact>, String> {
        let mut roots = Vec::with_capacity(self.roots.len());
        for name in &self.roots {
            roots.push(subject.find(name).ok_or_else(|| format!("no facts called `{name}` are known"))?);
        }
        let platform = roots.first().copied().and_then(platform);
        if !self.is_for_platform(platform) {
            return Err(format!("it is for {}, not for {}", self.platforms.join(", "), platform.unwrap_or("this")));
        }
        Ok(roots)
    }

    /// Whether it is for such a subject. Of many rules most are for others, and need not say so in words.
    pub fn is_for(&self, subject: &Subject<'_>) -> bool {
        let first = self.roots.first().and_then(|name| subject.find(name));
        self.roots.iter().all(|name| subject.find(name).is_some()) && self.is_for_platform(first.and_then(platform))
    }

    fn is_for_platform(&self, platform: Option<&str>) -> bool {
        let is_known = |platform: &str| self.platforms.iter().any(|known| known == platform);
        self.platforms.is_empty() || platform.is_some_and(is_known)
    }
}

fn platform(fact: &Fact) -> Option<&str> {
    fact.child("platform").and_then(Fact::text)
}

/// One rule and one subject.
struct Judging<'a> {
    policy: &'a Policy,
    evaluator: Evaluator<'a>,
    breaches: Vec<Breach>,
    errors: Vec<RuleError>,
}

/// Errors that are kept of one rule and subject.
const ERRORS: usize = 100;

/// Steps that a finding costs, so that their number is bounded too.
const BREACH: usize = 50;

impl<'a> Judging<'a> {
    fn new(policy: &'a Policy, roots: Vec<&'a Fact>, limits: &Limits) -> Self {
        let evaluator = Evaluator::new(roots, &policy.variables, limits);
        Self { policy, evaluator, breaches: Vec::new(), errors: Vec::new() }
    }

    fn run(mut self, today: Option<Day>) -> Outcome {
        if let Some(applies) = &self.policy.applies {
            match self.evaluator.condition(&applies.node) {
                Ok(true) => {}
                Ok(false) => return Outcome::NotApplicable(format!("`{}` is not so", applies.text.text.trim())),
                Err(stop) => {
                    self.error(stop, &applies.text, None);
                    return self.outcome();
                }
            }
        }
        for element in self.elements() {
            let Err(stop) = self.element(element.as_ref(), today) else { continue };
            let is_exhausted = stop.0 == Stop::Exhausted;
            self.error(stop.0, stop.1, element.as_ref());
            // The rest would fail alike.
            if is_exhausted {
                break;
            }
        }
        self.outcome()
    }

    fn outcome(self) -> Outcome {
        let (errors, breaches) = (self.errors, self.breaches);
        let is_unknown = errors.iter().all(|error| error.kind == ErrorKind::Unknown);
        match (errors.is_empty(), breaches.is_empty()) {
            (true, true) => Outcome::Pass,
            (true, false) => Outcome::Broken(breaches),
            (false, _) if is_unknown => Outcome::Unknown { reasons: errors, breaches },
            (false, _) => Outcome::Error { errors, breaches },
        }
    }

    /// What is judged one by one; without `for`, the subject as a whole.
    fn elements(&mut self) -> Vec<Option<Value<'a>>> {
        let Some(binding) = &self.policy.binding else { return vec![None] };
        match self.evaluator.evaluate(&binding.list.node).map(Value::plain) {
            Ok(value) => match value.as_list() {
                Some(list) => list.iter().map(Some).collect(),
                None => {
                    let stop = Stop::ty(format!("`for` goes through a list, not {}", value.kind()));
                    self.error(stop, &binding.list.text, None);
                    Vec::new()
                }
            },
            Err(stop) => {
                self.error(stop, &binding.list.text, None);
                Vec::new()
            }
        }
    }

    fn element(&mut self, element: Option<&Value<'a>>, today: Option<Day>) -> Result<(), (Stop, &'a Text)> {
        let policy = self.policy;
        let when = &policy.when;
        self.bind(element);
        if !self.evaluator.condition(&when.node).map_err(|stop| (stop, &when.text))? {
            return Ok(());
        }
        self.evaluator.steps.take(BREACH).map_err(|stop| (stop, &when.text))?;
        let message = match policy.message.shown(&mut self.evaluator) {
            Ok(message) => message,
            // It is broken, whatever keeps it from saying so.
            Err((stop, text)) => {
                self.error(stop, text, element);
                policy.title.clone()
            }
        };
        let commands = match policy.commands.as_ref().map(|commands| commands.quoted(&mut self.evaluator)) {
            None => None,
            Some(Ok(commands)) => commands,
            // Nobody knows what to run, and it is broken all the same.
            Some(Err((Stop::Error(error), _))) if error.kind == ErrorKind::Unknown => None,
            Some(Err((stop, text))) => {
                self.error(stop, text, element);
                None
            }
        };
        let (exemption, expired) = self.exemptions(element, today);
        let position = self.position(element);
        let element = element.map(|element| self.named(element));
        self.breaches.push(Breach { message, position, element, commands, exemption, expired });
        Ok(())
    }

    fn bind(&mut self, element: Option<&Value<'a>>) {
        if let Some(element) = element {
            self.evaluator.bind(element.clone());
        }
    }

    /// The exemption that holds, and one that would if it had not ended.
    fn exemptions(&mut self, element: Option<&Value<'a>>, today: Option<Day>) -> (Option<Excuse>, Option<Excuse>) {
        let (mut held, mut expired) = (None, None);
        for exemption in &self.policy.exemptions {
            let is_meant = match &exemption.when {
                None => true,
                Some(when) => match self.evaluator.condition(&when.node) {
                    Ok(is_meant) => is_meant,
                    // What cannot be told is not exempt.
                    Err(stop) => {
                        self.error(stop, &when.text, element);
                        false
                    }
                },
            };
            if is_meant {
                let has_ended = today.is_some_and(|today| exemption.excuse.expires < today);
                let place = if has_ended { &mut expired } else { &mut held };
                place.get_or_insert_with(|| exemption.excuse.clone());
            }
        }
        (held, expired)
    }

    /// The place that the rule names, or the nearest around it that is known.
    fn position(&self, element: Option<&Value<'a>>) -> Option<Position> {
        let fact = match element {
            Some(Value::Fact(fact)) => Some(*fact),
            _ => None,
        };
        let named = self.policy.place.as_ref().and_then(|place| place.position(&self.evaluator.roots, fact));
        let root = self.evaluator.roots.first().and_then(|root| root.at);
        named.or(fact.and_then(|fact| fact.at)).or(root)
    }

    /// An element as people call it: by its name where it has one.
    fn named(&self, element: &Value<'a>) -> String {
        let kind = self.policy.binding.as_ref().map_or("", |binding| binding.name.as_str());
        let name = match element {
            Value::Fact(fact) => fact.child("name").map(|name| shown(&Value::Fact(name), false)),
            _ => None,
        };
        match name {
            Some(name) if name.is_empty() => kind.to_owned(),
            Some(name) => format!("{kind} {name}"),
            None if element.is_map() => kind.to_owned(),
            None => format!("{kind} {}", shown(element, false)),
        }
    }

    fn error(&mut self, stop: Stop, text: &Text, element: Option<&Value<'a>>) {
        let (kind, detail, span) = match stop {
            Stop::Error(error) => {
                let EvaluationError { kind, detail, span } = *error;
                (kind, detail, span.unwrap_or_default())
            }
            Stop::Exhausted => {
                let detail = "it takes more steps than a rule may; the rest is not judged".to_owned();
                (ErrorKind::Steps, detail, Span::default())
            }
        };
        let at = text.origin.at;
        let element = element.map(|element| self.named(element));
        let at = if text.origin.skipped == 0 { text.origin.position(&text.text, span) } else { at };
        // One error for each place is enough to mend it; an attacker could make many. What is unknown is so of each element.
        let is_said = |error: &RuleError| error.at == at && (kind != ErrorKind::Unknown || error.element == element);
        if self.errors.len() < ERRORS && !self.errors.iter().any(is_said) {
            self.errors.push(RuleError { kind, detail, path: self.policy.path.clone(), at, element });
        }
    }

    fn explain(mut self) -> Vec<(Option<String>, Explanation)> {
        let policy = self.policy;
        let mut explained = Vec::new();
        for element in self.elements() {
            self.bind(element.as_ref());
            self.evaluator.trace = Some(Trace::new());
            // What it comes to is in the trace.
            let _ = self.evaluator.evaluate(&policy.when.node);
            let traced = self.evaluator.trace.take().and_then(|mut trace| trace.whole.pop());
            let variable = |text: &str| {
                let name = text.strip_prefix("variables.")?;
                let index = policy.scope.variables.iter().position(|(known, _)| known == name)?;
                policy.variable_texts.get(index).map(|text| text.text.clone())
            };
            let Expression { text, .. } = &policy.when;
            explained.extend(traced.map(|traced| {
                (element.as_ref().map(|element| self.named(element)), traced.explanation(&text.text, &variable))
            }));
        }
        explained
    }
}
