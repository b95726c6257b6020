//! Findings on declarations mended: the edits that rules state of the model, made in the text of the file.
//!
//! [`Checks::mend`] gives an [`Offer`] for each finding whose rule says how it is mended: [`TextEdit`]s, or why only words are given;
//! and the file with all of them made. Platforms say in a table each where a field of the model stands in their files.
//!
//! Invariant: an edit is offered only after it was made, and the document read and judged again: the finding is gone, no other is
//! there that was not before, nothing is read worse, and nothing else says something else than before.

mod aci;
mod compose;
mod diff;
mod dockerfile;
mod ecs;
mod kubernetes;
mod platform;
mod state;
mod text;
mod verify;
mod ways;

use std::collections::BTreeSet;

use boltseal_model::{Limits, Position, TextEdit};
use boltseal_policy::cases::Broken;
use boltseal_policy::{Day, Policy, Rule};
use boltseal_yaml::edit::{Editor, Splice, apply};
use boltseal_yaml::{documents, is_blank, tree};

use crate::checks::Checks;
use crate::formats;
use crate::reading::{File, Reading};
use state::{Judge, Mendable, Of, State};
use text::Lines;

/// What mends one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The rule.
    pub rule: String,
    /// Where the finding is.
    pub at: Position,
    /// What it says.
    pub message: String,
    /// Edits of the file as it is, which mend this finding alone; or why only words are given.
    pub edits: Result<Vec<TextEdit>, String>,
}

/// What mends the findings of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mending {
    /// For each finding whose rule says how it is mended, in the order of their places in each document.
    pub offers: Vec<Offer>,
    /// The file with everything mended that could be; `None` where that is nothing.
    pub text: Option<String>,
    /// The difference between the two, in unified format; empty where there is none.
    pub diff: String,
    /// Patches that were made and not offered, since they would not do what they are for: with the place of the finding.
    pub faults: Vec<(Position, String)>,
}

/// Why an edit is not offered.
enum Refused {
    /// Only words are given.
    Words(String),
    /// It was made, and did not do what it is for.
    Fault(String),
}

impl Checks {
    /// Mends a file as far as rules say how. Exemptions in policies are judged by the day; what they are for is left as it is.
    pub fn mend(&self, file: &File<'_>, today: Option<Day>, limits: &Limits) -> Mending {
        mend(&self.rules(), file, today, limits)
    }

    /// What mends each finding of a file alone: the offers, and no text.
    pub fn offers(&self, file: &File<'_>, today: Option<Day>, limits: &Limits) -> Mending {
        mending(&self.rules(), file, today, limits, &Asked { offers: true, patch: None })
    }

    /// The file with all those findings mended that are wanted, and no offers.
    pub fn patch(&self, file: &File<'_>, today: Option<Day>, wanted: &Wanted<'_>, limits: &Limits) -> Mending {
        mending(&self.rules(), file, today, limits, &Asked { offers: false, patch: Some(wanted) })
    }
}

/// Whether a finding is to be mended, by its rule, its place and what it says.
pub type Wanted<'w> = dyn Fn(&str, Position, &str) -> bool + 'w;

/// What is asked for.
struct Asked<'w> {
    /// What mends each finding alone.
    offers: bool,
    /// What mends these together.
    patch: Option<&'w Wanted<'w>>,
}

/// Mends a file by these rules.
pub fn mend(rules: &[Rule<'_>], file: &File<'_>, today: Option<Day>, limits: &Limits) -> Mending {
    mending(rules, file, today, limits, &Asked { offers: true, patch: Some(&|_, _, _| true) })
}

fn mending(rules: &[Rule<'_>], file: &File<'_>, today: Option<Day>, limits: &Limits, asked: &Asked<'_>) -> Mending {
    let mut mending = Mending::default();
    if !rules.iter().any(|rule| rule.policy.has_fix()) {
        return mending;
    }
    // What is wrong with the file as a whole is said by whoever reads it.
    let Some(text) = Reading::new(file.path, limits).text(file) else { return mending };
    let mark = if file.bytes.len() > text.len() { "\u{feff}" } else { "" };
    let mut file_mending = FileMending {
        judge: Judge { rules, today, limits, path: file.path },
        room: limits.patch_bytes,
        is_exhausted: false,
        asked,
        mending: &mut mending,
    };
    let mut whole = mark.to_owned();
    if formats::is_text(file.path, text) {
        whole.push_str(&file_mending.unit(text, 0, "dockerfile"));
    } else {
        for (count, (before, document)) in documents(text).enumerate() {
            let is_read = count < limits.documents_per_file && !is_blank(document);
            let format = is_read.then(|| tree(document, 0, limits).ok()).flatten();
            match format.and_then(|node| formats::of_tree(&node)) {
                Some(format) => whole.push_str(&file_mending.unit(document, before, format.id)),
                None => whole.push_str(document),
            }
        }
    }
    if whole.as_bytes() != file.bytes {
        mending.diff = diff::unified(file.path, &format!("{mark}{text}"), &whole);
        mending.text = Some(whole);
    }
    mending
}

/// Holds a rule to the text that is expected of one of its cases, both given as bytes.
pub fn hold(policy: &Policy, case: &File<'_>, expected: &[u8], limits: &Limits) -> Option<Broken> {
    let mending = mend(&[Rule::from(policy)], case, None, limits);
    let broken = |detail: String| Some(Broken { name: case.path.to_owned(), detail });
    match mending.text {
        Some(text) if text.as_bytes() == expected => None,
        Some(text) => {
            let difference = diff::unified(case.path, &String::from_utf8_lossy(expected), &text);
            broken(format!("it is mended to something else than expected:\n{difference}"))
        }
        None => {
            let reasons = mending.offers.into_iter().filter_map(|offer| offer.edits.err());
            let reasons: Vec<String> = reasons.chain(mending.faults.into_iter().map(|(_, detail)| detail)).collect();
            broken(format!("it is not mended: {}", reasons.join("; ")))
        }
    }
}

/// A place of a document that stands behind as many lines.
fn behind(at: Position, before: u32) -> Position {
    Position { line: at.line.saturating_add(before), ..at }
}

/// A file while it is mended.
struct FileMending<'m, 'c> {
    judge: Judge<'c>,
    /// Bytes that may still be read again.
    room: u64,
    is_exhausted: bool,
    asked: &'m Asked<'m>,
    mending: &'m mut Mending,
}

impl<'c> FileMending<'_, 'c> {
    /// Mends a document, or a Dockerfile, that stands behind `before` lines; gives its text, mended as far as it could be.
    fn unit(&mut self, text: &str, before: u32, format: &str) -> String {
        let state = State::of(text, &self.judge);
        if self.asked.offers {
            self.offers(text, &state, before, format);
        }
        match self.asked.patch {
            Some(wanted) => self.together(text, state, wanted, before, format),
            None => text.to_owned(),
        }
    }

    /// Mends each finding alone.
    fn offers(&mut self, text: &str, state: &State<'c>, before: u32, format: &str) {
        let lines = Lines::of(text);
        for mendable in &state.mendable {
            let at = behind(mendable.at, before);
            let edits = match self.attempt(text, state, mendable, format) {
                Ok((splices, ..)) => Ok(lines.edits(text, &splices, before)),
                Err(Refused::Words(reason)) => Err(reason),
                Err(Refused::Fault(reason)) => {
                    self.mending.faults.push((at, format!("no patch for {}: {reason}", mendable.of.rule)));
                    Err(reason)
                }
            };
            let (rule, message) = (mendable.of.rule.to_owned(), mendable.message.clone());
            self.mending.offers.push(Offer { rule, at, message, edits });
        }
    }

    /// Mends one after the other, each in what those before it left, so that two that need the same mapping make one. What only those
    /// before it made possible is mended too.
    fn together(&mut self, text: &str, state: State<'c>, wanted: &Wanted<'_>, before: u32, format: &str) -> String {
        let is_wanted = |it: &&Mendable<'_>| wanted(it.of.rule, behind(it.at, before), &it.message);
        let mut left: BTreeSet<Of<'c>> = state.mendable.iter().filter(is_wanted).map(|it| it.of).collect();
        let (mut text, mut state) = (text.to_owned(), state);
        loop {
            let mut faults = Vec::new();
            let mended = state.mendable.iter().filter(|it| left.contains(&it.of)).find_map(|mendable| {
                match self.attempt(&text, &state, mendable, format) {
                    Ok((_, mended, later)) => Some((mendable.of, mended, later)),
                    Err(Refused::Words(_)) => None,
                    Err(Refused::Fault(reason)) => {
                        let at = behind(mendable.at, before);
                        let rule = mendable.of.rule;
                        faults.push((at, format!("the patch for {rule} does not go with those before it: {reason}")));
                        None
                    }
                }
            });
            match mended {
                Some((of, mended, later)) => {
                    left.remove(&of);
                    (text, state) = (mended, later);
                }
                None => {
                    // What was no use alone either was said.
                    let said: BTreeSet<Position> = self.mending.faults.iter().map(|(at, _)| *at).collect();
                    self.mending.faults.extend(faults.into_iter().filter(|(at, _)| !said.contains(at)));
                    return text;
                }
            }
        }
    }

    /// Makes the edits of one finding, and judges what comes of it.
    fn attempt(
        &mut self,
        text: &str,
        state: &State<'c>,
        mendable: &Mendable<'c>,
        format: &str,
    ) -> Result<(Vec<Splice>, String, State<'c>), Refused> {
        let edits = mendable.edits.as_ref().map_err(|reason| Refused::Words(reason.clone()))?;
        if edits.is_empty() {
            return Err(Refused::Words("the rule knows no edit for such a case".to_owned()));
        }
        let fault = |reason: &str| Refused::Fault(reason.to_owned());
        self.pay(text)?;
        let (mut paths, mut instructions) = (Vec::new(), Vec::new());
        let mut all: Vec<Splice> = Vec::new();
        for edit in edits {
            let splices = if format == "dockerfile" {
                let planned = dockerfile::planned(text, edit).map_err(Refused::Words)?;
                instructions.push(planned.instruction);
                planned.splices
            } else {
                let editor = Editor::new(text, self.judge.limits).map_err(|_| fault("it cannot be read again"))?;
                let subject = state.subjects.get(mendable.subject).ok_or_else(|| fault("it cannot be read again"))?;
                let planned = platform::planned(&editor, edit, subject, format).map_err(Refused::Words)?;
                paths.push(planned.path);
                planned.splices
            };
            for splice in splices {
                if !all.contains(&splice) {
                    all.push(splice);
                }
            }
        }
        let made = apply(text, &all).ok_or_else(|| fault("its edits overlap"))?;
        if made == text {
            return Err(fault("it would change nothing"));
        }
        let later = State::of(&made, &self.judge);
        if let Some(objection) = state.objection(&later, mendable.of) {
            return Err(Refused::Fault(objection));
        }
        let is_contained = match format {
            "dockerfile" => verify::differ_only_in(&state.subjects, &later.subjects, &instructions),
            _ => verify::differs_only(text, &made, &paths, self.judge.limits),
        };
        if !is_contained {
            return Err(fault("it would change something else as well"));
        }
        Ok((all, made, later))
    }

    fn pay(&mut self, text: &str) -> Result<(), Refused> {
        let cost = u64::try_from(text.len()).unwrap_or(u64::MAX);
        match self.room.checked_sub(cost) {
            Some(room) => {
                self.room = room;
                Ok(())
            }
            None => {
                let reason = "the file is so large that no further patches are tried".to_owned();
                // Said once.
                if std::mem::replace(&mut self.is_exhausted, true) {
                    return Err(Refused::Words(reason));
                }
                Err(Refused::Fault(reason))
            }
        }
    }
}
