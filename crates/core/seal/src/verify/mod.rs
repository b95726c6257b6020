//! Whether an image may be believed, from its seals alone.

mod open;
mod refusal;
mod requirements;
mod verdict;

use boltseal_model::{Decision, Digest, Limits, Timestamp, Verdict};

pub use open::{Accepted, SignedBy};
pub use refusal::{Refusal, Refused};
pub use requirements::Requirements;

use crate::predicates::{Kind, Provenance, SealedVerdict};
use crate::trust::Trust;
use crate::work::Work;

/// What an image's seals come to.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Whether the image may be believed; if not, every reason with what can be done.
    pub decision: Decision,
    /// The verdict that decided: the newest one that counts.
    pub verdict: Option<SealedVerdict>,
    /// Every statement about the image that is signed by whom it must be.
    pub accepted: Vec<Accepted>,
    /// Every seal that does not count, and why. Anybody who may push can put one there, so that these alone deny nothing.
    pub refused: Vec<Refused>,
}

impl Verification {
    /// How the image was built, by provenance beside it that is signed by whom it must be. It becomes the facts of a new verdict.
    pub fn provenance(&self) -> Vec<Provenance> {
        let statements = self.accepted.iter().filter(|accepted| accepted.kind == Kind::Provenance);
        statements.filter_map(|accepted| Provenance::of(&accepted.statement).ok()).collect()
    }
}

/// What is asked of an image's seals.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The image, by the digest of what is pulled.
    pub image: &'a Digest,
    /// The digest of the policy that must have been satisfied; without it, any policy of whoever is believed will do.
    pub policy: Option<&'a Digest>,
    /// What else must be true.
    pub requirements: &'a Requirements,
    /// The time of asking.
    pub now: Timestamp,
}

/// Decides from its seals alone whether an image may be believed.
///
/// `seals` are envelopes and bundles as they lie in a registry or a folder; who offers them counts for nothing. It is allowed if the newest
/// verdict about it that is signed, by whom it must be and for this policy, says that it passed, and everything else that is required is
/// there. Time is proportional to the bytes of the seals, and to signatures times keys up to [`Limits::verified_bytes`].
pub fn verify(seals: &[&[u8]], question: &Question<'_>, trust: &Trust, limits: &Limits) -> Verification {
    let (mut accepted, mut refused, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    if !question.requirements.algorithms.contains(&question.image.algorithm()) {
        reasons.push(Refusal::Algorithm { found: question.image.algorithm().name() });
    }
    if seals.len() > limits.seals {
        // Which of them are looked at must not depend on an order that an attacker chooses.
        reasons.push(Refusal::TooManySeals { found: seals.len(), limit: limits.seals });
    }
    if reasons.is_empty() {
        let mut work = Work::new(limits);
        for (number, bytes) in seals.iter().enumerate() {
            match open::open(bytes, question, trust, limits, &mut work) {
                Ok(opened) => accepted.push(opened),
                // What was not looked at could be a newer verdict, so that none decides.
                Err(Refusal::Exhausted) => {
                    reasons.push(Refusal::Exhausted);
                    break;
                }
                Err(refusal) => refused.push(Refused { number, refusal }),
            }
        }
    }
    let verdict = if reasons.is_empty() { verdict::newest(&accepted) } else { None };
    if let Some(verdict) = verdict {
        verdict::hold(verdict, question, &mut reasons);
    } else if reasons.is_empty() {
        reasons.push(Refusal::NoVerdict { refused: refused.len() });
    }
    for kind in &question.requirements.statements {
        if !accepted.iter().any(|statement| statement.kind == *kind) {
            reasons.push(Refusal::Missing { kind: kind.name() });
        }
    }
    let verdict = verdict.cloned();
    let mut texts: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    if verdict.is_none() {
        texts.extend(refused.iter().map(ToString::to_string));
    }
    let decision = Decision { verdict: if texts.is_empty() { Verdict::Allow } else { Verdict::Deny }, reasons: texts };
    Verification { decision, verdict, accepted, refused }
}
