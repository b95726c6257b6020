//! What is held against a verdict whose signature holds.

use super::{Accepted, Question, Refusal};
use crate::json::quoted;
use crate::predicates::{SealedVerdict, VerificationResult};

/// Whether a verdict is one for this question at all: by whom and for the policy that is asked about, and not from the future.
pub(super) fn counts(verdict: &SealedVerdict, question: &Question<'_>) -> Result<(), Refusal> {
    let verifiers = &question.requirements.verifiers;
    if !verifiers.is_empty() && !verifiers.contains(&verdict.verifier.id) {
        return Err(Refusal::Verifier { found: quoted(&verdict.verifier.id) });
    }
    if let Some(wanted) = question.policy.filter(|policy| !verdict.policy.is(policy)) {
        let found = verdict.policy.digest.first_key_value();
        let found = found.map_or_else(|| "no digest".to_owned(), |(name, hex)| quoted(&format!("{name}:{hex}")));
        return Err(Refusal::OtherPolicy { wanted: wanted.clone(), found });
    }
    if verdict.time_verified > question.now.after(question.requirements.clock_skew) {
        return Err(Refusal::FromTheFuture { at: verdict.time_verified, now: question.now });
    }
    Ok(())
}

/// The newest verdict. Of two of the same second, the one that failed: an image that once failed is not passed by a coin.
pub(super) fn newest(accepted: &[Accepted]) -> Option<&SealedVerdict> {
    let verdicts = accepted.iter().filter_map(|statement| statement.verdict.as_ref());
    verdicts.max_by_key(|verdict| (verdict.time_verified, verdict.verification_result == VerificationResult::Failed))
}

/// Adds every reason for which the verdict does not do.
pub(super) fn hold(verdict: &SealedVerdict, question: &Question<'_>, reasons: &mut Vec<Refusal>) {
    let requirements = question.requirements;
    if verdict.verification_result == VerificationResult::Failed {
        reasons.push(Refusal::Failed { at: verdict.time_verified });
    }
    let is_older = |at: boltseal_model::Timestamp, limit| question.now.since(at).is_some_and(|age| age > limit);
    if let Some(limit) = requirements.max_age.filter(|limit| is_older(verdict.time_verified, *limit)) {
        reasons.push(Refusal::Stale { at: verdict.time_verified, limit });
    }
    if let Some(limit) = requirements.max_advisory_age {
        match verdict.advisories_from {
            None => reasons.push(Refusal::NoAdvisoryTime),
            Some(at) if is_older(at, limit) => reasons.push(Refusal::StaleAdvisories { at, limit }),
            Some(_) => {}
        }
    }
    for level in requirements.levels.iter().filter(|level| !verdict.reaches(level)) {
        let found: Vec<String> = verdict.verified_levels.iter().take(8).map(|level| quoted(level)).collect();
        reasons.push(Refusal::Level { wanted: level.clone(), found: found.join(", ") });
    }
    for (what, wanted, found) in [
        ("builder", &requirements.builders, &verdict.facts.builder),
        ("source", &requirements.sources, &verdict.facts.source),
        ("branch", &requirements.branches, &verdict.facts.branch),
    ] {
        let is_met = found.as_ref().is_some_and(|found| wanted.contains(found));
        if !wanted.is_empty() && !is_met {
            let found = found.as_ref().map_or_else(|| "not stated".to_owned(), |found| quoted(found));
            reasons.push(Refusal::Fact { what, wanted: wanted.join(" or "), found });
        }
    }
}
