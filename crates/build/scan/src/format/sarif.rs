//! The report as SARIF 2.1.0, which code scanning services show beside the code.
//!
//! Source: OASIS "Static Analysis Results Interchange Format Version 2.1.0 Plus Errata 01", and GitHub's "SARIF support for
//! code scanning" for the properties that it reads: `security-severity`, `precision`, `primaryLocationLineHash`, and a line
//! in every location.

use std::collections::{BTreeMap, BTreeSet};

use boltseal_model::{Finding, FindingKind, HeldTo, Location, Problem, Report, Severity, SubjectKind};
use serde_json::{Value, json};

use super::shared::{brought_by, concerned, fingerprint, json as text_of, markdown, page, pruned, uri};
use super::{Format, Style, Writer};
use boltseal_model::text::visible;

/// For code scanning: a rule per vulnerability, a result per finding, and what could not be read as notifications.
pub static FORMAT: Format = Format {
    id: "sarif",
    title: "SARIF 2.1.0, for code scanning services and editors",
    omits: "packages without findings; what was left out on purpose",
    source: "SARIF 2.1.0, errata 01",
    held_to: Some(HeldTo {
        what: "the schema of OASIS",
        tests: &[
            "e2e/functional/report_formats.rs::golden_documents_keep_to_their_schemas",
            "e2e/functional/report_formats.rs::sarif_keeps_to_its_schema_and_holds_every_finding",
        ],
    }),
    writer: Writer::Many(write),
    sbom: None,
};

/// The base of all paths, as producers for code scanning call it.
const ROOT: &str = "%SRCROOT%";

fn write(reports: &[Report], _: Style) -> String {
    text_of(&pruned(json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": reports.iter().map(|report| run(report, reports.len() > 1)).collect::<Vec<_>>(),
    })))
}

/// A run is one subject. Where there are several, each has a category of its own: services take two runs of one tool
/// without it for two looks at the same thing.
fn run(report: &Report, is_one_of_several: bool) -> Value {
    let rules = rules(report);
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, id)| (*id, index)).collect();
    let results: Vec<Value> =
        report.findings.iter().map(|finding| result(finding, index.get(finding.id.as_str()).copied())).collect();
    let rules: Vec<Value> = rules.iter().map(|(id, findings)| rule(report, id, findings)).collect();
    json!({
        "tool": { "driver": {
            "name": report.tool.name,
            "semanticVersion": report.tool.version,
            "rules": rules,
            "notifications": notification_kinds(report),
        }},
        "automationDetails": is_one_of_several.then(|| json!({ "id": format!("{}/", uri(&report.subject.name)) })),
        "invocations": [{
            "executionSuccessful": report.summary.complete,
            "toolExecutionNotifications": report.problems.iter().map(notification).collect::<Vec<_>>(),
        }],
        "originalUriBaseIds": { ROOT: { "description": { "text": root(report.subject.kind) } } },
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "subject": report.subject,
            "database": report.database,
            "summary": report.summary,
            "decision": report.decision,
        },
    })
}

fn root(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Image => "the root of the image's file system",
        SubjectKind::Container => "the root of the container's file system",
        SubjectKind::Configuration => "the folder in which the scan was started",
        SubjectKind::Directory => "the directory that was scanned",
        SubjectKind::Repository => "the root of the repository",
        SubjectKind::Sbom => "the root of the subject that the bill of materials describes",
        _ => "the root of the subject",
    }
}

/// Findings by the identifier of their vulnerability, which is the rule.
fn rules(report: &Report) -> BTreeMap<&str, Vec<&Finding>> {
    let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        rules.entry(&finding.id).or_default().push(finding);
    }
    rules
}

fn rule(report: &Report, id: &str, findings: &[&Finding]) -> Value {
    let worst = findings.iter().map(|finding| finding.severity).max().unwrap_or_default();
    let names: BTreeSet<String> = findings.iter().map(|finding| concerned(report, finding)).collect();
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let aliases: BTreeSet<&str> = findings.iter().flat_map(|finding| &finding.aliases).map(String::as_str).collect();
    let also = if aliases.is_empty() { String::new() } else { format!(", also known as {},", joined(&aliases)) };
    let affected = joined(&names);
    let kind = findings.first().map_or(FindingKind::Vulnerability, |finding| finding.kind);
    let remedies: BTreeSet<(&str, &str)> =
        findings.iter().map(|finding| (finding.title.as_str(), finding.remediation.as_str())).collect();
    let plain: Vec<String> = remedies.iter().map(|(title, remedy)| format!("{title}: {remedy}")).collect();
    let formatted: Vec<String> = remedies
        .iter()
        .map(|(title, remedy)| format!("- {}: <code>{}</code>", markdown(title), markdown(remedy)))
        .collect();
    json!({
        "id": id,
        "shortDescription": { "text": message(&format!("{id} in {affected}")) },
        "fullDescription": { "text": message(&format!("{id}{also} {} {affected}.", predicate(kind))) },
        "help": {
            "text": plain.iter().map(|line| message(line)).collect::<Vec<_>>().join("\n"),
            "markdown": formatted.join("\n"),
        },
        "helpUri": page(id).map(|page| page.address),
        "defaultConfiguration": { "level": level(worst) },
        "properties": {
            "tags": ["security", kind.name()],
            "precision": "very-high",
            "security-severity": security_severity(findings, worst),
        },
    })
}

/// What a finding says of the packages that it names.
fn predicate(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::EndOfLife => "means that the publisher no longer looks after",
        FindingKind::Licence => "is a licence that is not allowed, of",
        FindingKind::Malware => "is malware, in",
        FindingKind::Secret => "can be read by anybody, in",
        FindingKind::Misconfiguration => "is a rule that is broken, in",
        _ => "is a known vulnerability of",
    }
}

fn result(finding: &Finding, rule: Option<usize>) -> Value {
    let place = brought_by(&finding.location).map(|place| format!(" Brought by {place}.")).unwrap_or_default();
    let fingerprint = fingerprint(finding);
    json!({
        "ruleId": finding.id,
        "ruleIndex": rule,
        "level": level(finding.severity),
        "message": { "text": message(&format!("{}. Decided by {}.{place}", finding.title, finding.evidence)) },
        "locations": [location(&finding.location, Some(&finding.package))],
        "relatedLocations": related(finding),
        "partialFingerprints": {
            "boltsealFinding/v1": fingerprint,
            // The only one that GitHub reads; without it the uploader looks for the file in the repository.
            "primaryLocationLineHash": fingerprint,
        },
        "fixes": fixes(finding),
        "properties": {
            "package": finding.package,
            "installed": finding.installed,
            "fixed": finding.fixed,
            "status": finding.status,
            "severity": finding.severity,
            "aliases": finding.aliases,
            "cvss": finding.scores.cvss,
            "cvssVector": finding.scores.cvss_vector,
            "epss": finding.scores.epss,
            "knownExploitedSince": finding.scores.kev,
            "risk": finding.scores.risk,
            "kind": finding.kind,
            "evidence": finding.evidence,
            "remediation": finding.remediation,
        },
    })
}

/// What mends the file, which code hosts offer to whoever reads the result.
fn fixes(finding: &Finding) -> Option<Vec<Value>> {
    let edits = finding.fix.as_ref().map(|fix| &fix.edits).filter(|edits| !edits.is_empty())?;
    let replacements: Vec<Value> = edits
        .iter()
        .map(|edit| {
            json!({
                "deletedRegion": {
                    "startLine": edit.start_line,
                    "startColumn": edit.start_column,
                    "endLine": edit.end_line,
                    "endColumn": edit.end_column,
                },
                "insertedContent": { "text": edit.text },
            })
        })
        .collect();
    Some(vec![json!({
        "description": { "text": message(&finding.remediation) },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(&finding.location.path), "uriBaseId": ROOT },
            "replacements": replacements,
        }],
    })])
}

/// The other places of the same package.
fn related(finding: &Finding) -> Option<Vec<Value>> {
    let places = || finding.also.iter().map(|place| location(place, Some(&finding.package))).collect();
    (!finding.also.is_empty()).then(places)
}

/// A place, and the package and layer there. GitHub refuses a place without a line, so line 1 stands for a whole file.
fn location(place: &Location, package: Option<&str>) -> Value {
    let mut logical = Vec::new();
    if let Some(package) = package.filter(|package| !package.is_empty()) {
        logical.push(json!({ "fullyQualifiedName": package, "kind": "package" }));
    }
    if let Some(layer) = place.layer {
        logical.push(json!({ "name": format!("layer {layer}"), "kind": "layer" }));
    }
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.path), "uriBaseId": ROOT },
            "region": { "startLine": place.line.unwrap_or(1).max(1), "startColumn": place.column },
        },
        "logicalLocations": (!logical.is_empty()).then_some(logical),
        "message": brought_by(place).map(|text| json!({ "text": message(&text) })),
        "properties": {
            "line": place.line,
            "layer": place.layer,
            "instruction": place.instruction,
            "hiddenBy": place.hidden_by,
        },
    })
}

fn notification(problem: &Problem) -> Value {
    let place = problem.path.as_ref().map(|path| {
        let place = Location { layer: problem.layer, ..Location::of(path.as_str()) };
        vec![location(&place, None)]
    });
    json!({
        "descriptor": { "id": problem.kind.name() },
        "level": if problem.kind.is_incomplete() { "error" } else { "note" },
        "message": { "text": message(&super::shared::problem_line(problem)) },
        "locations": place,
    })
}

fn notification_kinds(report: &Report) -> Vec<Value> {
    let kinds: BTreeSet<&str> = report.problems.iter().map(|problem| problem.kind.name()).collect();
    kinds.into_iter().map(|kind| json!({ "id": kind })).collect()
}

/// What nobody has rated is a warning, the level that SARIF gives to a result without one.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Unknown => "warning",
        Severity::Low => "note",
    }
}

/// The CVSS score by which GitHub sorts; where there is only a word, the least score that has this word.
fn security_severity(findings: &[&Finding], worst: Severity) -> Option<String> {
    let score = findings.iter().filter_map(|finding| finding.scores.cvss).max_by(f64::total_cmp);
    let least = match worst {
        Severity::Critical => Some(9.0),
        Severity::High => Some(7.0),
        Severity::Medium => Some(4.0),
        Severity::Low => Some(0.1),
        Severity::Unknown => None,
    };
    score.or(least).map(|score| format!("{score:.1}"))
}

/// Text that no consumer obeys: braces would be placeholders (section 3.11.5), brackets embedded links (section 3.11.6).
fn message(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '{' | '}' => out.extend([character, character]),
            '[' | ']' | '\\' => out.extend(['\\', character]),
            _ => out.push(character),
        }
    }
    out
}

/// The first few names, and how many more there are.
fn joined(names: &BTreeSet<&str>) -> String {
    const MOST: usize = 5;
    let first: Vec<&str> = names.iter().take(MOST).copied().collect();
    match names.len().saturating_sub(MOST) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::shared::testing::finding;
    use super::*;

    #[test]
    fn a_message_holds_no_placeholder_and_no_link() {
        assert_eq!(message("{0} [x](http://y)"), r"{{0}} \[x\](http://y)");
    }

    #[test]
    fn a_word_without_a_score_has_the_least_score_of_the_word() {
        let mut rated = finding("pkg:npm/a@1");
        assert_eq!(security_severity(&[&rated], Severity::High).as_deref(), Some("7.0"));
        rated.scores.cvss = Some(9.8);
        assert_eq!(security_severity(&[&rated], Severity::High).as_deref(), Some("9.8"));
        assert_eq!(security_severity(&[&finding("pkg:npm/a@1")], Severity::Unknown), None);
    }
}
