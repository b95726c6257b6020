//! The edits that mend what a rule finds broken.

use boltseal_model::Limits;
use boltseal_yaml::edit::Scalar;

use super::{Judging, Subject};
use crate::evaluate::{EvaluationError, Stop, Value};
use crate::facts::Fact;
use crate::policy::{Change, Doing, Edit, Mend, Message, Pattern, Policy, Template, Text};

/// What mends one breach of a rule.
#[derive(Debug, Clone)]
pub struct Mended {
    /// The number of the element that breaks it, from 0; 0 for the subject as a whole.
    pub element: usize,
    /// The edits, all of which are needed; none where the rule has none for such a case. Or why they could not be worked out.
    pub edits: Result<Vec<Edit>, String>,
}

impl Policy {
    /// Whether it says how it is mended.
    pub const fn has_fix(&self) -> bool {
        !self.fix.is_empty()
    }

    /// What mends a subject, for each element that breaks the rule, in the order of its breaches. Nothing where it says nothing of
    /// that, or where the subject does not break it.
    pub fn mend(&self, subject: &Subject<'_>, limits: &Limits) -> Vec<Mended> {
        if !self.has_fix() {
            return Vec::new();
        }
        let Ok(roots) = self.roots_of(subject) else { return Vec::new() };
        Judging::new(self, roots, limits).mend()
    }
}

impl<'a> Judging<'a> {
    fn mend(mut self) -> Vec<Mended> {
        let mut mended = Vec::new();
        let applies = self.policy.applies.as_ref().map(|applies| &applies.node);
        if applies.is_some_and(|applies| !self.evaluator.condition(applies).unwrap_or(false)) {
            return mended;
        }
        for (index, element) in self.elements().into_iter().enumerate() {
            self.bind(element.as_ref());
            // What could not be judged is said by whoever judges.
            if !self.evaluator.condition(&self.policy.when.node).unwrap_or(false) {
                continue;
            }
            let edits = self.edits(element.as_ref()).map_err(|(stop, _)| detail(stop));
            mended.push(Mended { element: index, edits });
        }
        mended
    }

    fn edits(&mut self, element: Option<&Value<'a>>) -> Result<Vec<Edit>, (Stop, &'a Text)> {
        let policy = self.policy;
        let mut edits = Vec::new();
        for mend in &policy.fix {
            if let Some(when) = &mend.when
                && !self.evaluator.condition(&when.node).map_err(|stop| (stop, &when.text))?
            {
                continue;
            }
            edits.push(self.edit(mend, element)?);
        }
        Ok(edits)
    }

    fn edit(&mut self, mend: &'a Mend, element: Option<&Value<'a>>) -> Result<Edit, (Stop, &'a Text)> {
        let change = match &mend.doing {
            Doing::Set(Template::Flag(flag)) => Change::Set(Scalar::Flag(*flag)),
            Doing::Set(Template::Integer(number)) => Change::Set(Scalar::Integer(*number)),
            Doing::Set(Template::Text(text)) => Change::Set(Scalar::Text(self.text(text)?)),
            Doing::Add(texts) => Change::Add(self.shown(texts)?),
            Doing::Remove(texts) => Change::Remove(self.shown(texts)?),
            Doing::Replace(regex, with) => Change::Replace(Pattern { regex: regex.clone(), with: self.text(with)? }),
            Doing::Append(text) => Change::Append(self.text(text)?),
        };
        let element: Option<&'a Fact> = match element {
            Some(Value::Fact(fact)) => Some(fact),
            _ => None,
        };
        let roots = &self.evaluator.roots;
        Ok(Edit {
            of: mend.of.clone(),
            at: mend.path.beginning(roots, element).and_then(|fact| fact.at),
            near: mend.path.position(roots, element),
            field: mend.field.clone(),
            change,
        })
    }

    /// The whole text: what is cut for a reader's sake is no edit.
    fn text(&mut self, text: &'a Message) -> Result<String, (Stop, &'a Text)> {
        let shown = text.shown(&mut self.evaluator)?;
        if shown.contains('…') {
            return Err((Stop::value("a value that is longer than edits may be"), &self.policy.when.text));
        }
        Ok(shown)
    }

    fn shown(&mut self, texts: &'a [Message]) -> Result<Vec<String>, (Stop, &'a Text)> {
        texts.iter().map(|text| self.text(text)).collect()
    }
}

fn detail(stop: Stop) -> String {
    match stop {
        Stop::Error(error) => {
            let EvaluationError { detail, .. } = *error;
            detail
        }
        Stop::Exhausted => "it takes more steps than a rule may".to_owned(),
    }
}
