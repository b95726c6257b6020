//! `boltseal seal IMAGE`

use std::path::Path;

use anyhow::{Context, anyhow};
use boltseal_model::{Digest, Limits, Report, Timestamp};
use boltseal_registry::Access;
use boltseal_scan::content::{self, Sought};
use boltseal_scan::format::{self, Style};
use boltseal_scan::{Options, Posture, Scanned, Target, visible};
use boltseal_seal::predicates::{Kind, VerificationResult, Verifier};
use boltseal_seal::{Accepted, Examined, Judge, Question, Requirements, compose, published, verify};

use super::intent;
use crate::arguments::SealImage;
use crate::commands::tell;
use crate::commands::verify::word;
use crate::exit::Exit;
use crate::policies::{self, Policy};
use crate::seals::{self, Beside, Folder, Lines, Shelf};
use crate::{Failure, Outcome, keys, places, subjects};

/// Who judges, in verdicts.
const VERIFIER: &str = "urn:boltseal:verifier";

/// Scans an image, decides, and signs what came of it.
pub fn run(arguments: &SealImage) -> Outcome {
    let key = arguments.key.as_deref().ok_or_else(|| Failure::usage(anyhow!("name a key with --key")))?;
    let at = arguments.at.or_else(places::now).context("the clock of this machine cannot be read")?;
    let policy = Policy::load(&arguments.policy)?;
    let declared = arguments.declared.as_deref().map(intent::declared).transpose()?;
    // Asked for before the scan, so that nobody waits for it in vain.
    let signer = keys::signer(key)?;
    let (reference, digest) = (policy.reference.clone(), policy.digest.clone());
    let (scanned, exit) = scan(arguments, policy, at)?;
    let Scanned { report, mut intent, .. } = scanned;
    if let (Some(file), Some(intent)) = (&declared, &mut intent) {
        intent::declare(file, intent);
    }
    let unnamed = || {
        Failure::usage(anyhow!(
            "nothing says which digest {} has, so that no seal can be about it",
            report.subject.name
        ))
    };
    let image = report.subject.digest.clone().ok_or_else(unnamed)?;
    let provenance = provenance(arguments, &image, at)?;
    let name = name(&report);
    let report = published(report, &name);
    let format = format::find("cyclonedx").and_then(|format| format.sbom);
    let bill = format.context("there is no writer of bills of materials")?(&report, Style::default());
    let examined = Examined {
        name: &name,
        image: &image,
        report: &report,
        bill_of_materials: bill.as_bytes(),
        intent: intent.as_ref(),
        provenance: &provenance,
    };
    let version = [("boltseal".to_owned(), report.tool.version.clone())].into();
    let judge = Judge {
        verifier: &Verifier { id: VERIFIER.to_owned(), version },
        policy: &reference,
        parameters: &policies::words(&arguments.policy),
        at,
        accepts_incomplete: arguments.accept_incomplete,
        builders: &arguments.builder,
    };
    let (verdict, sealed) = compose(&examined, &judge, &[&*signer], &Limits::default()).map_err(Failure::usage)?;
    if arguments.attach {
        Beside::of(&target(arguments)?, &image, Access::Push, &arguments.subjects.reach)?.put(&sealed)?;
    }
    match &arguments.output {
        Some(folder) => Folder(folder).put(&sealed)?,
        None if arguments.attach => {}
        None => Lines.put(&sealed)?,
    }
    report.problems.iter().filter(|problem| problem.kind.is_incomplete()).for_each(tell);
    report.decision.reasons.iter().for_each(|reason| anstream::eprintln!("denied: {}", visible(reason)));
    let (word, levels) = (word(verdict.verification_result), verdict.verified_levels.join(", "));
    anstream::eprintln!("{image}: {word} for the policy {digest} ({})", visible(&levels));
    Ok(match (exit, verdict.verification_result) {
        (Exit::Incomplete, VerificationResult::Passed) => Exit::Clean,
        (exit, _) => exit,
    })
}

/// The one image that is sealed.
fn target(arguments: &SealImage) -> Result<Target, Failure> {
    let mut targets = subjects::targets(&arguments.subjects)?;
    let target = targets.pop().filter(|_| targets.is_empty());
    let target = target.ok_or_else(|| Failure::usage(anyhow!("a seal is about one image; name one target")))?;
    match target.is_image() {
        true => Ok(target),
        false => Err(Failure::usage(anyhow!("{target} is no image, and only images are sealed"))),
    }
}

/// Looks at the image for everything that a scan finds.
fn scan(arguments: &SealImage, policy: Policy, at: Timestamp) -> Result<(Scanned, Exit), Failure> {
    let target = target(arguments)?;
    let file = subjects::database(&arguments.subjects)?;
    let database = file.database().map_err(Failure::usage)?;
    let options = Options {
        platform: arguments.subjects.reach.platform.clone(),
        fail_on: arguments.policy.fail_on,
        denying: policy.denying,
        exemptions_on: places::date(at),
        derives_intent: true,
        ..Options::default()
    };
    let cache = places::cache().map(|cache| cache.join("boltseal"));
    let everything = Sought { malware: true, secrets: true };
    let (content, _) = content::load(everything, &[], cache.as_deref(), &options.limits).map_err(Failure::usage)?;
    let posture = Posture { checks: policy.checks, today: places::date(at).and_then(places::day), fixes: false };
    let sought = subjects::Sought { content: Some(&content), posture: Some(&posture) };
    let targets = std::slice::from_ref(&target);
    let looked = subjects::look(targets, &arguments.subjects, &database, file.origin(), sought, &options)?;
    let scanned = looked.scanned.into_iter().next();
    let nothing = || Failure::incomplete(anyhow!("nothing of {target} could be read"));
    Ok((scanned.ok_or_else(nothing)?, looked.exit))
}

/// What people call the image: its first name in its archive, or the target without the place where a file lies.
fn name(report: &Report) -> String {
    if let Some(tag) = report.subject.tags.first() {
        return tag.clone();
    }
    let target = report.subject.name.as_str();
    match target.split_once(':') {
        Some(("docker-archive" | "oci", path)) => {
            Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
        }
        Some(("registry" | "docker" | "podman" | "containerd", name)) => name.to_owned(),
        _ => target.to_owned(),
    }
}

/// The provenance that was given, all of which must hold: what is given and not believed is a mistake or an attack.
fn provenance(arguments: &SealImage, image: &Digest, now: Timestamp) -> Result<Vec<Accepted>, Failure> {
    let Some(trust) = &arguments.trust else { return Ok(Vec::new()) };
    let (trust, limits) = (keys::trust(trust)?, Limits::default());
    let seals = seals::in_files(&arguments.provenance, &limits)?;
    let bytes: Vec<&[u8]> = seals.iter().map(|seal| seal.bytes.as_slice()).collect();
    let question = Question { image, policy: None, requirements: &Requirements::default(), now };
    let verification = verify(&bytes, &question, &trust, &limits);
    let denied = |detail: String| Failure { exit: Exit::Denied, error: anyhow!("{detail}; nothing was sealed") };
    if let Some(refused) = verification.refused.first() {
        let place = seals.get(refused.number).map(|seal| seal.place.as_str()).unwrap_or_default();
        return Err(denied(format!("{}: {}", visible(place), visible(&refused.refusal.to_string()))));
    }
    if verification.accepted.len() < seals.len() {
        return Err(denied("there are more files of provenance than are verified for one image".to_owned()));
    }
    match verification.accepted.iter().find(|accepted| accepted.kind != Kind::Provenance) {
        Some(other) => Err(denied(format!("a file that was given as provenance is {}", other.kind.name()))),
        None => Ok(verification.accepted),
    }
}
