//! `boltseal verify`

use anyhow::{Context, anyhow};
use boltseal_model::{Digest, Limits, ProblemKind, Verdict};
use boltseal_registry::Access;
use boltseal_scan::{NoRegistry, Reach, Registry, Target, identify, visible};
use boltseal_seal::predicates::VerificationResult;
use boltseal_seal::{Question, Requirements, SignedBy, Verification, verify};
use serde_json::json;

use super::write;
use crate::arguments::{Verify, VerifyFormat};
use crate::exit::Exit;
use crate::policies::Policy;
use crate::progress::Bars;
use crate::remote::Remote;
use crate::seals::{self, Beside, Seal};
use crate::{Failure, Outcome, keys, places, subjects};

/// Says whether an image may be believed.
pub fn run(arguments: &Verify) -> Outcome {
    let limits = Limits::default();
    let now = arguments.at.or_else(places::now).context("the clock of this machine cannot be read")?;
    let trust = keys::trust(&arguments.trust)?;
    let policy = if arguments.policy.is_empty() { None } else { Some(Policy::load(&arguments.policy)?.digest) };
    let target = Target::parse(&arguments.target).map_err(Failure::usage)?;
    let image = image(&target, arguments, &limits)?;
    let found = match arguments.seals.as_slice() {
        [] => Beside::of(&target, &image, Access::Pull, &arguments.reach)?.seals()?,
        files => seals::in_files(files, &limits)?,
    };
    let requirements = Requirements {
        max_age: arguments.max_age,
        max_advisory_age: arguments.max_advisory_age,
        levels: arguments.level.clone(),
        builders: arguments.builder.clone(),
        sources: arguments.source.clone(),
        branches: arguments.branch.clone(),
        ..Requirements::default()
    };
    let question = Question { image: &image, policy: policy.as_ref(), requirements: &requirements, now };
    let bytes: Vec<&[u8]> = found.iter().map(|seal| seal.bytes.as_slice()).collect();
    let verification = verify(&bytes, &question, &trust, &limits);
    let text = match arguments.format {
        VerifyFormat::Text => words(&image, &verification, &found),
        VerifyFormat::Json => document(&image, &verification, &found)?,
    };
    write(None, &text)?;
    Ok(match verification.decision.verdict {
        Verdict::Allow => Exit::Clean,
        Verdict::Deny => Exit::Denied,
    })
}

/// The digest of the image, if its bytes are those that the digest names.
fn image(target: &Target, arguments: &Verify, limits: &Limits) -> Result<Digest, Failure> {
    subjects::reachable(target, &arguments.reach)?;
    let (remote, sockets, bars) = (Remote::new(&arguments.reach), places::sockets(), Bars::new());
    let registry: &dyn Registry = if arguments.reach.offline { &NoRegistry } else { &remote };
    let reach = Reach { registry, sockets: &sockets, progress: &bars };
    if !target.is_image() {
        return Err(Failure::usage(anyhow!("{target} is no image, and seals are about images")));
    }
    let identity = identify(target, reach, arguments.reach.platform.as_deref(), limits).map_err(Failure::incomplete)?;
    if !identity.problems.is_empty() {
        identity.problems.iter().for_each(super::tell);
        let is_another = identity.problems.iter().any(|problem| problem.kind == ProblemKind::DigestMismatch);
        return Err(match is_another {
            true => Failure {
                exit: Exit::Denied,
                error: anyhow!("{target} was changed: its bytes are not those that its digests name; fetch it again"),
            },
            false => Failure::incomplete(anyhow!("{target} cannot be held to its digest; fetch it again")),
        });
    }
    identity.digest.ok_or_else(|| Failure::usage(anyhow!("nothing says which digest {target} has")))
}

fn place(found: &[Seal], number: usize) -> &str {
    found.get(number).map(|seal| seal.place.as_str()).unwrap_or_default()
}

fn words(image: &Digest, verification: &Verification, found: &[Seal]) -> String {
    let mut lines = Vec::new();
    let is_allowed = verification.decision.verdict == Verdict::Allow;
    lines.push(format!("{image}: {}", if is_allowed { "may be believed" } else { "is refused" }));
    if let Some(verdict) = &verification.verdict {
        let policy = verdict.policy.digest.get("sha256").map(String::as_str).unwrap_or("without a digest");
        let result = word(verdict.verification_result);
        lines.push(format!("verdict: {result} at {}, policy sha256:{policy}", verdict.time_verified));
        if let Some(at) = verdict.advisories_from {
            lines.push(format!("advisories: of {at}"));
        }
        lines.push(format!("levels: {}", verdict.verified_levels.join(", ")));
        let facts = &verdict.facts;
        let facts = [("builder", &facts.builder), ("source", &facts.source), ("branch", &facts.branch)];
        lines.extend(facts.iter().filter_map(|(what, fact)| Some(format!("{what}: {}", fact.as_ref()?))));
    }
    for accepted in &verification.accepted {
        lines.push(format!(
            "seal: {} {}, signed by {}",
            accepted.kind.name(),
            accepted.digest,
            who(&accepted.signed_by)
        ));
    }
    // Where no verdict is left, the reasons list every seal that does not count.
    let of_seals = |reason: &&String| !verification.refused.iter().any(|refused| **reason == refused.to_string());
    let reasons = verification.decision.reasons.iter().filter(of_seals);
    lines.extend(reasons.map(|reason| format!("refused: {reason}")));
    for refused in &verification.refused {
        lines.push(format!("does not count: {}: {}", place(found, refused.number), refused.refusal));
    }
    lines.iter().map(|line| visible(line).into_owned() + "\n").collect()
}

/// The word that verdicts have for it.
pub(super) const fn word(result: VerificationResult) -> &'static str {
    match result {
        VerificationResult::Passed => "PASSED",
        VerificationResult::Failed => "FAILED",
    }
}

fn who(signed_by: &SignedBy) -> String {
    match signed_by {
        SignedBy::Key { name, id } if *name == id.to_string() => name.clone(),
        SignedBy::Key { name, id } => format!("{name} ({id})"),
        SignedBy::Identity { subject, issuer, .. } => format!("{subject} ({issuer})"),
    }
}

fn document(image: &Digest, verification: &Verification, found: &[Seal]) -> Result<String, Failure> {
    let accepted = verification.accepted.iter().map(
        |accepted| json!({ "kind": accepted.kind, "digest": accepted.digest, "signedBy": who(&accepted.signed_by) }),
    );
    let refused = verification
        .refused
        .iter()
        .map(|refused| json!({ "place": place(found, refused.number), "reason": refused.refusal.to_string() }));
    let document = json!({
        "schema": "boltseal.verification/v1",
        "image": image,
        "decision": verification.decision,
        "verdict": verification.verdict,
        "accepted": accepted.collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&document).context("writing the answer")? + "\n")
}
