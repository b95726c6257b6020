//! From what a scan found to the statements about an image, signed.

use boltseal_model::{Digest, Intent, Limits, ProblemKind, Report, Timestamp, Verdict};
use serde_json::value::to_raw_value;

use crate::envelope::Envelope;
use crate::json::JsonError;
use crate::keys::{SignError, Signer};
use crate::predicates::{
    CYCLONEDX, Facts, InputAttestation, Invocation, Kind, PolicyReference, ScanTimes, Scanner, ScannerDatabase,
    SealedVerdict, VerificationResult, Verifier, VulnerabilityReport,
};
use crate::statement::{Statement, StatementError};
use crate::verify::Accepted;

/// The level of an image of which everything could be read and was held to the advisories and rules.
pub const SCANNED: &str = "BOLTSEAL_SCANNED";
/// The level of an image with an intent that guards can hold its containers to.
pub const INTENT: &str = "BOLTSEAL_INTENT";
/// What stands in the place of levels where an image failed, as SLSA 1.1 has it.
const FAILED: &str = "FAILED";
/// The version of SLSA whose levels are meant.
const SLSA: &str = "1.1";

/// What is known of an image when it is sealed. Nothing else becomes part of its statements, so that the same gives the same bytes.
#[derive(Debug, Clone, Copy)]
pub struct Examined<'a> {
    /// The name under which the image is pulled; for people.
    pub name: &'a str,
    /// The image, by the digest of what is pulled.
    pub image: &'a Digest,
    /// What the scan found, and what came of it. It must name no place of the machine: see [`published`].
    pub report: &'a Report,
    /// What the image consists of: CycloneDX in JSON.
    pub bill_of_materials: &'a [u8],
    /// What it is meant to do.
    pub intent: Option<&'a Intent>,
    /// Verified provenance of it.
    pub provenance: &'a [Accepted],
}

/// By whom, when and by what an image is judged.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    /// Who judges.
    pub verifier: &'a Verifier,
    /// The policy.
    pub policy: &'a PolicyReference,
    /// The flags that count, for people.
    pub parameters: &'a [String],
    /// When.
    pub at: Timestamp,
    /// Whether an image passes of which something could not be read.
    pub accepts_incomplete: bool,
    /// Levels of the build track of SLSA that builders reach, by their URI. Verified provenance by any other reaches level 1.
    pub builders: &'a [(String, u8)],
}

/// A statement that was sealed.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// What it says.
    pub kind: Kind,
    /// The statement, with signatures over it.
    pub envelope: Envelope,
}

impl Sealed {
    /// The type of its predicate: that of those that are written of its kind.
    pub fn predicate_type(&self) -> &'static str {
        self.kind.types().first().copied().unwrap_or_default()
    }
}

/// Composes the statements about an image and signs them: bill of materials, vulnerability report, intent if there is one, and last the
/// verdict, which names the others by their digests.
///
/// The image passes if the report allows it, its bytes are those that its digests name, and, unless that is accepted, everything could be
/// read. The same arguments give the same
/// bytes, if the signers sign so, as [`PrivateKey`](crate::PrivateKey) does.
///
/// # Errors
/// When the bill of materials is not JSON, a statement is larger than [`Limits::envelope_bytes`], the verdict larger than
/// [`Limits::verdict_bytes`], provenance contradicts itself, or a signer fails.
pub fn compose(
    examined: &Examined<'_>,
    judge: &Judge<'_>,
    signers: &[&dyn Signer],
    limits: &Limits,
) -> Result<(SealedVerdict, Vec<Sealed>), ComposeError> {
    let mut sealed = Vec::new();
    let mut inputs: Vec<InputAttestation> = Vec::new();
    let bill = Statement::of_json(examined.name, examined.image, CYCLONEDX, examined.bill_of_materials, limits)?;
    let report = Statement::new(examined.name, examined.image, &vulnerabilities(examined.report, judge)?)?;
    let intent = examined.intent.map(|intent| Statement::new(examined.name, examined.image, intent)).transpose()?;
    // What lies in the envelope is a third longer in base64, has signatures beside it, and must be read back.
    let most = limits.envelope_bytes.saturating_sub(64 << 10) / 4 * 3;
    let statements =
        [(Kind::BillOfMaterials, Some(bill)), (Kind::Vulnerabilities, Some(report)), (Kind::Intent, intent)];
    for (kind, statement) in statements.into_iter().filter_map(|(kind, statement)| Some((kind, statement?))) {
        let envelope = sign(&statement, signers, most)?;
        inputs.push(input(statement.predicate_type(), &envelope.digest()));
        sealed.push(Sealed { kind, envelope });
    }
    for provenance in examined.provenance {
        inputs.push(input(provenance.statement.predicate_type(), &provenance.digest));
    }
    let verdict = verdict(examined, judge, inputs)?;
    let statement = Statement::new(examined.name, examined.image, &verdict)?;
    let most = u64::try_from(limits.verdict_bytes).unwrap_or(u64::MAX);
    sealed.push(Sealed { kind: Kind::Verdict, envelope: sign(&statement, signers, most)? });
    Ok((verdict, sealed))
}

/// A report that names no place of the machine which made it: the subject has the name of the image, and the database its digest. The
/// same image gives the same then, wherever it lies.
pub fn published(mut report: Report, name: &str) -> Report {
    name.clone_into(&mut report.subject.name);
    report.database.origin = report.database.digest.to_string();
    report
}

fn sign(statement: &Statement, signers: &[&dyn Signer], most: u64) -> Result<Envelope, ComposeError> {
    let payload = statement.to_json().into_bytes();
    let found = u64::try_from(payload.len()).unwrap_or(u64::MAX);
    if found > most {
        let predicate = statement.predicate_type().to_owned();
        return Err(ComposeError::TooLarge { predicate, found, limit: most });
    }
    Ok(Envelope::sign(payload, signers)?)
}

fn input(predicate_type: &str, digest: &Digest) -> InputAttestation {
    let named = [(digest.algorithm().name().to_owned(), digest.hex().to_owned())];
    InputAttestation { uri: predicate_type.to_owned(), digest: named.into() }
}

fn vulnerabilities(report: &Report, judge: &Judge<'_>) -> Result<VulnerabilityReport, ComposeError> {
    let result = to_raw_value(report).map_err(|error| StatementError::Predicate(JsonError::from(error)))?;
    Ok(VulnerabilityReport {
        invocation: Invocation { parameters: judge.parameters.to_vec(), ..Invocation::default() },
        scanner: Scanner {
            uri: judge.verifier.id.clone(),
            version: report.tool.version.clone(),
            db: ScannerDatabase {
                uri: String::new(),
                version: report.database.digest.to_string(),
                last_update: advisories_from(report, judge.at),
            },
            result,
        },
        metadata: ScanTimes { scan_started_on: judge.at, scan_finished_on: judge.at },
    })
}

/// Midnight before the newest advisory was published. A database holds nothing of later than it was gathered, so that this is never
/// too late; of an advisory that states a day to come it is the time of sealing.
fn advisories_from(report: &Report, at: Timestamp) -> Option<Timestamp> {
    let newest: Timestamp = format!("{}T00:00:00Z", report.database.newest.as_deref()?).parse().ok()?;
    Some(newest.min(at))
}

fn verdict(
    examined: &Examined<'_>,
    judge: &Judge<'_>,
    input_attestations: Vec<InputAttestation>,
) -> Result<SealedVerdict, ComposeError> {
    let report = examined.report;
    let facts = facts(examined.provenance)?;
    // What was scanned is not what the digest names, so that nothing is known of the image that the seal would be about.
    let is_another = report.problems.iter().any(|problem| problem.kind == ProblemKind::DigestMismatch);
    let is_allowed = report.decision.verdict == Verdict::Allow && !is_another;
    let has_passed = is_allowed && (report.summary.complete || judge.accepts_incomplete);
    let verified_levels = if has_passed { levels(examined, judge, &facts) } else { vec![FAILED.to_owned()] };
    Ok(SealedVerdict {
        verifier: judge.verifier.clone(),
        time_verified: judge.at,
        resource_uri: examined.name.to_owned(),
        policy: judge.policy.clone(),
        input_attestations,
        verification_result: if has_passed { VerificationResult::Passed } else { VerificationResult::Failed },
        verified_levels,
        slsa_version: Some(SLSA.to_owned()),
        advisories_from: advisories_from(report, judge.at),
        facts,
    })
}

fn levels(examined: &Examined<'_>, judge: &Judge<'_>, facts: &Facts) -> Vec<String> {
    let mut levels = Vec::new();
    if let Some(builder) = &facts.builder {
        let known = judge.builders.iter().find(|(uri, _)| uri == builder);
        levels.push(format!("SLSA_BUILD_LEVEL_{}", known.map_or(1, |(_, level)| *level)));
    }
    levels.extend(examined.report.summary.complete.then(|| SCANNED.to_owned()));
    levels.extend(examined.intent.map(|_| INTENT.to_owned()));
    levels
}

/// What all provenance says. Of two that differ nobody can say which is right.
fn facts(provenance: &[Accepted]) -> Result<Facts, ComposeError> {
    let mut all = provenance.iter().filter_map(|accepted| Some(&accepted.provenance.as_ref()?.facts));
    let Some(first) = all.next() else { return Ok(Facts::default()) };
    if all.any(|facts| facts != first) {
        return Err(ComposeError::Provenance);
    }
    Ok(first.clone())
}

/// Why an image was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// A statement cannot be made.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A statement that nobody would read.
    #[error("the statement with the predicate {predicate} has {found} bytes, more than the {limit} that are read")]
    TooLarge {
        /// The type of its predicate.
        predicate: String,
        /// How many bytes there are.
        found: u64,
        /// How many may be.
        limit: u64,
    },
    /// Two that contradict each other.
    #[error("the provenance that was given names different builds; give that of the build which made the image")]
    Provenance,
    /// A signer failed.
    #[error(transparent)]
    Sign(#[from] SignError),
}
