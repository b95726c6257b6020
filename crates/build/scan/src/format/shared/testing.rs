//! Reports and findings for tests of the forms.

use boltseal_model::{
    DatabaseInfo, Decision, Finding, FindingKind, FixStatus, Location, Package, Report, SCHEMA, Scores, Severity,
    Subject, SubjectKind, Summary, Tool, Verdict,
};

/// A report of a directory with these packages.
pub fn report(packages: Vec<Package>) -> Report {
    let digest = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    Report {
        schema: SCHEMA.into(),
        tool: Tool { name: "boltseal".into(), version: "1.0.0".into() },
        database: DatabaseInfo { origin: "embedded".into(), digest, advisories: 0, newest: None },
        subject: Subject::new(SubjectKind::Directory, "dir:x"),
        packages,
        findings: Vec::new(),
        suppressed: Vec::new(),
        problems: Vec::new(),
        decision: Decision { verdict: Verdict::Allow, reasons: Vec::new() },
        summary: Summary { complete: true, ..Summary::default() },
    }
}

/// A vulnerability of a package.
pub fn finding(package: &str) -> Finding {
    Finding {
        kind: FindingKind::Vulnerability,
        id: "CVE-1".into(),
        aliases: Vec::new(),
        severity: Severity::High,
        title: String::new(),
        package: package.into(),
        installed: String::new(),
        fixed: None,
        status: FixStatus::Affected,
        scores: Scores::default(),
        location: Location::at("a b", 3),
        also: Vec::new(),
        evidence: String::new(),
        remediation: String::new(),
        fix: None,
    }
}
