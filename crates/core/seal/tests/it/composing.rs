//! From what a scan found to statements that are believed.

use boltseal_model::{
    DatabaseInfo, Decision, Intent, Limits, Problem, ProblemKind, Report, SCHEMA, Subject, SubjectKind, Summary, Tool,
    Verdict,
};
use boltseal_seal::predicates::{
    Kind, PolicyReference, SealedVerdict, VerificationResult, Verifier, VulnerabilityReport,
};
use boltseal_seal::{
    Accepted, ComposeError, Examined, INTENT, Judge, PrivateKey, Question, Requirements, SCANNED, Sealed, SignError,
    Signer, Statement, compose, published, verify,
};

use crate::support::{at, digest, key, noon, p256, seal, trust};

const BILL: &[u8] = br#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[]}"#;

fn report() -> Report {
    Report {
        schema: SCHEMA.into(),
        tool: Tool { name: "boltseal".into(), version: "0.1.0".into() },
        database: DatabaseInfo {
            origin: "/srv/advisories.db".into(),
            digest: digest("database"),
            advisories: 7,
            newest: Some("2026-11-27".into()),
        },
        subject: Subject::new(SubjectKind::Image, "docker-archive:/home/ann/shop.tar"),
        packages: Vec::new(),
        findings: Vec::new(),
        suppressed: Vec::new(),
        problems: Vec::new(),
        decision: Decision { verdict: Verdict::Allow, reasons: Vec::new() },
        summary: Summary { complete: true, ..Summary::default() },
    }
}

/// What an image is sealed with, and may be changed for one test.
struct Sealing {
    report: Report,
    bill: Vec<u8>,
    intent: Option<Intent>,
    provenance: Vec<Accepted>,
    builders: Vec<(String, u8)>,
    accepts_incomplete: bool,
    limits: Limits,
}

impl Default for Sealing {
    fn default() -> Self {
        Self {
            report: report(),
            bill: BILL.to_vec(),
            intent: Some(Intent::default()),
            provenance: Vec::new(),
            builders: Vec::new(),
            accepts_incomplete: false,
            limits: Limits::default(),
        }
    }
}

impl Sealing {
    fn seal(&self, signers: &[&dyn Signer]) -> Result<(SealedVerdict, Vec<Sealed>), ComposeError> {
        let examined = Examined {
            name: "shop:1.2",
            image: &digest("image"),
            report: &published(self.report.clone(), "shop:1.2"),
            bill_of_materials: &self.bill,
            intent: self.intent.as_ref(),
            provenance: &self.provenance,
        };
        let version = [("boltseal".to_owned(), "0.1.0".to_owned())].into();
        let judge = Judge {
            verifier: &Verifier { id: "urn:boltseal:verifier".into(), version },
            policy: &PolicyReference::new("urn:boltseal:policy:strict", &digest("policy")),
            parameters: &["--policy-set=strict".to_owned()],
            at: noon(),
            accepts_incomplete: self.accepts_incomplete,
            builders: &self.builders,
        };
        compose(&examined, &judge, signers, &self.limits)
    }

    fn verdict(&self) -> SealedVerdict {
        self.seal(&[&key(1)]).unwrap().0
    }
}

fn texts(sealed: &[Sealed]) -> Vec<String> {
    sealed.iter().map(|sealed| sealed.envelope.to_json()).collect()
}

/// Provenance of a builder and a branch, verified.
fn provenance(builder: &str, branch: &str) -> Accepted {
    let predicate = format!(
        r#"{{"buildDefinition":{{"buildType":"https://builder.example/type","externalParameters":{{"workflow":{{"repository":
        "https://forge.example/shop","ref":"refs/heads/{branch}"}}}}}},"runDetails":{{"builder":{{"id":"{builder}"}}}}}}"#
    );
    let limits = Limits::default();
    let kind = "https://slsa.dev/provenance/v1";
    let statement = Statement::of_json("shop", &digest("image"), kind, predicate.as_bytes(), &limits).unwrap();
    let (image, requirements) = (digest("image"), Requirements::default());
    let question = Question { image: &image, policy: None, requirements: &requirements, now: noon() };
    let verification = verify(&[&seal(&statement, &key(2))], &question, &trust(&key(2)), &limits);
    verification.accepted.into_iter().next().unwrap()
}

#[test]
fn the_same_image_policy_and_time_give_the_same_bytes() {
    let keys: [fn(u64) -> PrivateKey; 2] = [key, p256];
    for key in keys {
        let first = Sealing::default().seal(&[&key(1)]).unwrap().1;
        let mut moved = Sealing::default();
        moved.report.subject.name = "docker-archive:/mnt/ben/shop-copy.tar".into();
        moved.report.database.origin = "embedded".into();
        assert_eq!(texts(&first), texts(&moved.seal(&[&key(1)]).unwrap().1));
        assert!(first.iter().all(|sealed| !String::from_utf8_lossy(sealed.envelope.payload()).contains("/home/ann")));
        let mut other = Sealing::default();
        other.report.database.newest = Some("2026-11-26".into());
        assert_ne!(texts(&first), texts(&other.seal(&[&key(1)]).unwrap().1));
    }
}

#[test]
fn what_is_composed_is_believed_by_whoever_trusts_the_key() {
    let (verdict, sealed) = Sealing::default().seal(&[&key(1)]).unwrap();
    let seals: Vec<String> = texts(&sealed);
    let seals: Vec<&[u8]> = seals.iter().map(String::as_bytes).collect();
    let (image, policy) = (digest("image"), digest("policy"));
    let requirements = Requirements {
        levels: vec![SCANNED.into(), INTENT.into()],
        statements: vec![Kind::BillOfMaterials, Kind::Vulnerabilities, Kind::Intent],
        max_age: Some(std::time::Duration::from_secs(60)),
        max_advisory_age: Some(std::time::Duration::from_secs(86_400 * 2)),
        ..Requirements::default()
    };
    let question = Question { image: &image, policy: Some(&policy), requirements: &requirements, now: noon() };
    let verification = verify(&seals, &question, &trust(&key(1)), &Limits::default());
    assert_eq!(verification.decision.reasons, Vec::<String>::new());
    assert!(verification.refused.is_empty() && verification.verdict == Some(verdict));
    let other = verify(&seals, &question, &trust(&key(2)), &Limits::default());
    assert_eq!((other.decision.verdict, other.refused.len()), (Verdict::Deny, 4));
}

#[test]
fn the_verdict_names_the_other_statements_by_their_digests() {
    let sealing = Sealing { provenance: vec![provenance("https://builder.example", "main")], ..Sealing::default() };
    let (verdict, sealed) = sealing.seal(&[&key(1)]).unwrap();
    let kinds: Vec<Kind> = sealed.iter().map(|sealed| sealed.kind).collect();
    assert_eq!(kinds, [Kind::BillOfMaterials, Kind::Vulnerabilities, Kind::Intent, Kind::Verdict]);
    let mut named: Vec<String> = sealed[..3].iter().map(|sealed| sealed.envelope.digest().hex().to_owned()).collect();
    named.push(sealing.provenance[0].digest.hex().to_owned());
    let inputs: Vec<&String> = verdict.input_attestations.iter().map(|input| &input.digest["sha256"]).collect();
    assert_eq!(inputs, named.iter().collect::<Vec<_>>());
    assert_eq!(verdict.advisories_from, Some(at("2026-11-27T00:00:00Z")));
    let report = Statement::parse(sealed[1].envelope.payload(), &Limits::default()).unwrap();
    let report: VulnerabilityReport = report.predicate().unwrap();
    assert!(report.scanner.result.get().contains(r#""name":"shop:1.2""#));
    assert_eq!(report.invocation.parameters, ["--policy-set=strict"]);
}

#[test]
fn an_image_that_is_denied_fails_and_reaches_nothing() {
    let mut denied = Sealing { provenance: vec![provenance("https://builder.example", "main")], ..Sealing::default() };
    denied.report.decision = Decision { verdict: Verdict::Deny, reasons: vec!["1 finding is of severity high".into()] };
    denied.accepts_incomplete = true;
    let verdict = denied.verdict();
    assert_eq!(verdict.verification_result, VerificationResult::Failed);
    assert_eq!(verdict.verified_levels, ["FAILED"]);
}

#[test]
fn an_image_that_could_not_be_read_in_full_passes_only_where_that_is_accepted() {
    let mut partial = Sealing::default();
    partial.report.summary.complete = false;
    assert_eq!(partial.verdict().verification_result, VerificationResult::Failed);
    partial.accepts_incomplete = true;
    let verdict = partial.verdict();
    assert_eq!(verdict.verification_result, VerificationResult::Passed);
    assert_eq!(verdict.verified_levels, [INTENT], "it was not scanned in full, and does not say so");
}

#[test]
fn bytes_of_another_digest_pass_under_no_circumstances() {
    let mut another = Sealing { accepts_incomplete: true, ..Sealing::default() };
    another.report.summary.complete = false;
    another.report.problems = vec![Problem::new(ProblemKind::DigestMismatch, "the layer has another digest")];
    assert_eq!(another.verdict().verification_result, VerificationResult::Failed);
}

#[test]
fn verified_provenance_becomes_facts_and_a_level_of_its_builder() {
    let builder = "https://builder.example/hosted";
    let mut sealing = Sealing { provenance: vec![provenance(builder, "main")], intent: None, ..Sealing::default() };
    let verdict = sealing.verdict();
    assert_eq!(verdict.facts.builder.as_deref(), Some(builder));
    assert_eq!(verdict.facts.source.as_deref(), Some("https://forge.example/shop"));
    assert_eq!(verdict.facts.branch.as_deref(), Some("main"));
    assert_eq!(verdict.verified_levels, ["SLSA_BUILD_LEVEL_1", SCANNED]);
    sealing.builders = vec![("https://builder.example".into(), 3), (builder.into(), 2)];
    assert_eq!(sealing.verdict().verified_levels, ["SLSA_BUILD_LEVEL_2", SCANNED]);
    sealing.provenance.push(provenance(builder, "feature"));
    assert!(matches!(sealing.seal(&[&key(1)]), Err(ComposeError::Provenance)));
}

#[test]
fn advisories_are_never_of_a_day_to_come() {
    let mut sealing = Sealing::default();
    sealing.report.database.newest = Some("2031-01-01".into());
    assert_eq!(sealing.verdict().advisories_from, Some(noon()));
    for unknown in [None, Some("soon".to_owned())] {
        sealing.report.database.newest = unknown;
        assert_eq!(sealing.verdict().advisories_from, None);
    }
}

#[test]
fn what_nobody_would_read_is_not_signed() {
    let broken = Sealing { bill: b"<bom/>".to_vec(), ..Sealing::default() };
    assert!(matches!(broken.seal(&[&key(1)]), Err(ComposeError::Statement(_))));
    let limits = Limits { verdict_bytes: 100, ..Limits::default() };
    let large = Sealing { limits, ..Sealing::default() };
    assert!(matches!(large.seal(&[&key(1)]), Err(ComposeError::TooLarge { limit: 100, .. })));
    assert!(matches!(Sealing::default().seal(&[]), Err(ComposeError::Sign(SignError::NoSigner))));
}
