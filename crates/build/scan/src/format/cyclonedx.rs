//! The report as CycloneDX 1.6: the bill of materials, with the vulnerabilities of its components.
//!
//! Source: ECMA-424 (CycloneDX 1.6), the JSON schema `bom-1.6`. The document bears no time, since the same subject and
//! database give the same bytes; its serial number is derived from the rest of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use boltseal_model::{
    Algorithm, Archive, Digest, Finding, FindingKind, FixStatus, HeldTo, Location, Package, Report, SubjectKind,
};
use serde_json::{Value, json};

use super::shared::{address, brought_by, dependencies, json as text_of, packages, page, problem_line, pruned, uuid};
use super::{Format, Style, Writer};
use crate::licence::Licence;
use boltseal_model::text::visible;

/// For inventories: every package as a component, every vulnerability with the components that it affects.
pub static FORMAT: Format = Format {
    id: "cyclonedx",
    title: "CycloneDX 1.6 as JSON: components and their vulnerabilities",
    omits: "malware and secrets; more than one target; what was left out on purpose, of which it gives the number",
    source: "CycloneDX 1.6, ECMA-424",
    held_to: Some(HeldTo {
        what: "the CycloneDX project's own validator",
        tests: &[
            "e2e/functional/report_formats.rs::golden_documents_keep_to_their_schemas",
            "e2e/functional/report_formats.rs::cyclonedx_keeps_to_its_schema_and_holds_every_package_and_vulnerability",
        ],
    }),
    writer: Writer::One(write),
    sbom: Some(sbom),
};

/// Names by which parts of the document refer to what is no package; package URLs begin otherwise.
const SUBJECT: &str = "subject";
const SYSTEM: &str = "operating-system";

/// Who says that a vulnerability is exploited, and how likely it is to be.
const KEV: &str = "https://www.cisa.gov/known-exploited-vulnerabilities-catalog";
const EPSS: &str = "https://www.first.org/epss/";

fn write(report: &Report, _: Style) -> String {
    document(report, Some(&report.findings))
}

fn sbom(report: &Report, _: Style) -> String {
    document(report, None)
}

/// The document with findings, or with the bill of materials alone, which says nothing of what was looked for.
fn document(report: &Report, findings: Option<&[Finding]>) -> String {
    let mut licences: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.unwrap_or_default().iter().filter(|finding| finding.kind == FindingKind::Licence) {
        licences.entry(&finding.package).or_default().push(finding);
    }
    let packages = packages(report);
    let mut components: Vec<Value> = report.subject.distribution.iter().map(|_| system(report)).collect();
    components.extend(packages.iter().filter_map(|(purl, places)| {
        component(report, places, licences.get(purl).map(Vec::as_slice).unwrap_or_default())
    }));
    let mut document = pruned(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": { "components": [
                { "type": "application", "name": report.tool.name, "version": report.tool.version },
            ]},
            "component": subject(report),
            "properties": facts(report, findings.is_some()),
        },
        "components": components,
        "dependencies": needs(report),
        "compositions": [{
            // A complete scan has read all that it understands, which is not all that there may be.
            "aggregate": if report.summary.complete { "unknown" } else { "incomplete" },
            "assemblies": [SUBJECT],
        }],
        "vulnerabilities": findings.map(|findings| vulnerabilities(report, findings)),
    }));
    let serial = format!("urn:uuid:{}", uuid(document.to_string().as_bytes()));
    if let Value::Object(members) = &mut document {
        members.insert("serialNumber".into(), serial.into());
    }
    text_of(&document)
}

/// What each package needs, as far as the subject holds it; what needs nothing or does not say has no entry.
fn needs(report: &Report) -> Vec<Value> {
    dependencies(report).iter().map(|(purl, needs)| json!({ "ref": purl, "dependsOn": needs })).collect()
}

fn subject(report: &Report) -> Value {
    let subject = &report.subject;
    let mut properties = Properties::default();
    for tag in &subject.tags {
        properties.add("tag", tag);
    }
    properties.add_known("platform", subject.platform.as_deref());
    for (index, layer) in subject.layers.iter().enumerate() {
        let name = |what: &str| format!("layer:{index}:{what}");
        properties.add_known(&name("digest"), layer.digest.as_ref().map(ToString::to_string).as_deref());
        properties.add_known(&name("diff-id"), layer.diff_id.as_ref().map(ToString::to_string).as_deref());
        properties.add_known(&name("instruction"), layer.instruction.as_deref());
    }
    json!({
        "bom-ref": SUBJECT,
        "type": match subject.kind {
            SubjectKind::Image | SubjectKind::Container => "container",
            SubjectKind::Repository => "application",
            _ => "file",
        },
        "name": subject.name,
        "version": subject.digest.as_ref().map(ToString::to_string),
        "properties": properties.list(),
    })
}

fn system(report: &Report) -> Value {
    let distribution = report.subject.distribution.as_ref();
    json!({
        "bom-ref": SYSTEM,
        "type": "operating-system",
        "name": distribution.map(|distribution| &distribution.id),
        "version": distribution.and_then(|distribution| distribution.version.as_ref()),
        "description": distribution.and_then(|distribution| distribution.name.as_deref()).map(visible),
    })
}

fn component(report: &Report, places: &[&Package], forbidden: &[&Finding]) -> Option<Value> {
    let package = places.first()?;
    let mut properties = Properties::default();
    properties.add("ecosystem", package.ecosystem.name());
    properties.add_known("architecture", package.architecture.as_deref());
    properties.add_known(
        "source-package",
        package.source.as_ref().map(|source| format!("{}@{}", source.name, source.version)).as_deref(),
    );
    for place in places {
        properties.add("analyzer", &place.analyzer);
        properties.add_known("owner", place.owner.as_deref());
        properties.add_known("module", place.module.as_deref());
        let Some(layer) = place.location.layer else { continue };
        properties.add("layer", &layer.to_string());
        let known = usize::try_from(layer).ok().and_then(|index| report.subject.layers.get(index));
        let diff_id = known.and_then(|layer| layer.diff_id.as_ref()).map(ToString::to_string);
        properties.add_known("layer-diff-id", diff_id.as_deref());
        properties.add_known("instruction", place.location.instruction.as_deref());
    }
    for finding in forbidden {
        properties.add("licence-finding", &visible(&finding.evidence));
    }
    let digests: BTreeSet<&Digest> = places.iter().flat_map(|place| &place.digests).collect();
    let hashes: Vec<Value> = digests.into_iter().map(hash).collect();
    Some(json!({
        "bom-ref": package.purl,
        "type": "library",
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "hashes": (!hashes.is_empty()).then_some(hashes),
        "licenses": licences(places),
        "externalReferences": archives(package, places),
        "evidence": {
            "identity": [{ "field": "purl", "confidence": 1, "methods": methods(places) }],
            "occurrences": places.iter().map(|place| occurrence(&place.location)).collect::<Vec<_>>(),
        },
        "properties": properties.list(),
    }))
}

fn hash(digest: &Digest) -> Value {
    let name = match digest.algorithm() {
        Algorithm::Sha256 => "SHA-256",
        Algorithm::Sha512 => "SHA-512",
    };
    json!({ "alg": name, "content": digest.hex() })
}

/// The archives that the platform chooses from: hashes of the component itself would claim all of them at once. One without a
/// name is referred to by the package, which is all that is known of where it is.
fn archives(package: &Package, places: &[&Package]) -> Option<Vec<Value>> {
    let archives: BTreeSet<&Archive> = places.iter().flat_map(|place| &place.archives).collect();
    let reference = |archive: &&Archive| {
        json!({
            "type": "distribution",
            "url": archive.name.as_deref().map_or_else(|| package.purl.clone(), address),
            "hashes": archive.digests.iter().map(hash).collect::<Vec<_>>(),
        })
    };
    (!archives.is_empty()).then(|| archives.iter().map(reference).collect())
}

/// The licences that the package states: one expression where all of them are on the SPDX list, otherwise one by one, since
/// the schema has no place for an expression beside a name.
fn licences(places: &[&Package]) -> Option<Vec<Value>> {
    let stated: BTreeSet<&String> = places.iter().flat_map(|place| &place.licences).collect();
    let stated: Vec<String> = stated.into_iter().cloned().collect();
    if stated.is_empty() {
        return None;
    }
    let all = Licence::of_all(&stated);
    if let Some(expression) = all.spdx().filter(|expression| spdx::license_id(expression).is_none()) {
        return Some(vec![json!({ "expression": expression, "acknowledgement": "declared" })]);
    }
    let one = |stated: &String| {
        let licence = Licence::read(stated);
        let licence = match licence.spdx().and_then(spdx::license_id) {
            Some(id) => json!({ "id": id.name, "acknowledgement": "declared" }),
            None => json!({ "name": visible(stated), "acknowledgement": "declared" }),
        };
        json!({ "license": licence })
    };
    let mut licences: Vec<Value> = stated.iter().map(one).collect();
    licences.dedup();
    Some(licences)
}

/// What identifies the package: the records of its package manager.
fn methods(places: &[&Package]) -> Vec<Value> {
    let paths: BTreeSet<&str> = places.iter().map(|place| place.location.path.as_str()).collect();
    paths.iter().map(|path| json!({ "technique": "manifest-analysis", "confidence": 1, "value": path })).collect()
}

fn occurrence(place: &Location) -> Value {
    json!({ "location": place.path, "line": place.line, "additionalContext": brought_by(place) })
}

fn vulnerabilities(report: &Report, findings: &[Finding]) -> Vec<Value> {
    let mut by_id: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    // A licence is no vulnerability: the component says it. Files are no components.
    let is_here = |finding: &&Finding| finding.kind != FindingKind::Licence && !finding.kind.is_of_file();
    for finding in findings.iter().filter(is_here) {
        by_id.entry(&finding.id).or_default().push(finding);
    }
    let packages = packages(report);
    // An operating system whose time is over is a component of its own.
    let other = if report.subject.distribution.is_some() { SYSTEM } else { SUBJECT };
    let component = |purl: &'_ str| if packages.contains_key(purl) { None } else { Some(other) };
    by_id.iter().map(|(id, findings)| vulnerability(id, findings, component)).collect()
}

/// `other` gives the component that stands for what is no package.
fn vulnerability(id: &str, findings: &[&Finding], other: impl Fn(&str) -> Option<&'static str>) -> Value {
    let mut properties = Properties::default();
    let mut affects: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let (mut titles, mut evidence, mut remedies) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut aliases, mut ratings) = (BTreeSet::new(), BTreeMap::new());
    for finding in findings {
        affects.entry(other(&finding.package).unwrap_or(&finding.package)).or_default().insert(&finding.installed);
        titles.insert(visible(&finding.title));
        evidence.insert(visible(&finding.evidence));
        remedies.insert(visible(&finding.remediation));
        aliases.extend(finding.aliases.iter().map(String::as_str));
        for rating in finding_ratings(finding) {
            ratings.insert(rating.to_string(), rating);
        }
        properties.add("status", finding.status.name());
        properties.add_known("known-exploited-since", finding.scores.kev.as_deref());
        if finding.kind != FindingKind::Vulnerability {
            properties.add("kind", finding.kind.name());
        }
    }
    let is_exploited = findings.iter().any(|finding| finding.scores.kev.is_some());
    let is_over = findings.iter().any(|finding| finding.kind == FindingKind::EndOfLife);
    let references: Vec<Value> = aliases.iter().map(|id| json!({ "id": id, "source": source(id) })).collect();
    let versions = |versions: BTreeSet<&str>| -> Vec<Value> {
        versions.iter().map(|version| json!({ "version": version, "status": "affected" })).collect()
    };
    let affects: Vec<Value> = affects
        .into_iter()
        .map(|(package, installed)| json!({ "ref": package, "versions": versions(installed) }))
        .collect();
    json!({
        "bom-ref": format!("vulnerability:{id}"),
        "id": id,
        "source": source(id),
        "references": references,
        // CWE-1104: use of unmaintained third-party components.
        "cwes": is_over.then_some([1104]),
        "advisories": is_exploited.then(|| json!([{ "title": "CISA Known Exploited Vulnerabilities", "url": KEV }])),
        "analysis": analysis(findings),
        "ratings": ratings.into_values().collect::<Vec<_>>(),
        "description": lines(&titles),
        "detail": lines(&evidence),
        "recommendation": lines(&remedies),
        "affects": affects,
        "properties": properties.list(),
    })
}

/// What the publishers say of a fix, in the words of the schema. The state of the analysis is given only where all agree.
fn analysis(findings: &[&Finding]) -> Option<Value> {
    let responses: BTreeSet<&str> = findings
        .iter()
        .filter_map(|finding| match finding.status {
            FixStatus::Fixed => Some("update"),
            FixStatus::WillNotFix => Some("will_not_fix"),
            FixStatus::EndOfLife => Some("can_not_fix"),
            _ => None,
        })
        .collect();
    let all = |status| findings.iter().all(|finding| finding.status == status);
    let state = if all(FixStatus::UnderInvestigation) {
        Some("in_triage")
    } else {
        all(FixStatus::NotAffected).then_some("not_affected")
    };
    let responses = (!responses.is_empty()).then_some(responses);
    (state.is_some() || responses.is_some()).then(|| json!({ "state": state, "response": responses }))
}

fn finding_ratings(finding: &Finding) -> Vec<Value> {
    let other = |name: &str, url: Option<&str>, score: f64| {
        let source = json!({ "name": name, "url": url });
        json!({ "source": source, "score": score, "method": "other" })
    };
    let mut ratings = vec![rating(finding)];
    ratings.extend(finding.scores.epss.map(|score| other("EPSS", Some(EPSS), score)));
    ratings.extend(finding.scores.risk.map(|score| other("boltseal-risk", None, score)));
    ratings
}

fn rating(finding: &Finding) -> Value {
    let vector = finding.scores.cvss_vector.as_deref();
    let method = vector.map(|vector| match vector.split('/').next() {
        Some("CVSS:3.0") => "CVSSv3",
        Some("CVSS:3.1") => "CVSSv31",
        Some("CVSS:4.0") => "CVSSv4",
        Some(metric) if metric.starts_with("AV:") => "CVSSv2",
        _ => "other",
    });
    json!({ "severity": finding.severity, "score": finding.scores.cvss, "method": method, "vector": vector })
}

fn source(id: &str) -> Value {
    match page(id) {
        Some(page) => json!({ "name": page.publisher, "url": page.address }),
        None => json!({ "name": id.split('-').next() }),
    }
}

/// What the report says of the scan as a whole.
fn facts(report: &Report, with_findings: bool) -> Vec<Value> {
    let mut properties = Properties::default();
    if with_findings {
        properties.add("database:digest", &report.database.digest.to_string());
        properties.add_known("database:newest", report.database.newest.as_deref());
        for suppression in &report.summary.suppressed {
            properties.add("left-out", &format!("{} ({})", suppression.count, suppression.reason));
        }
    }
    properties.add("complete", if report.summary.complete { "true" } else { "false" });
    for problem in &report.problems {
        properties.add("problem", &problem_line(problem));
    }
    properties.list()
}

/// Properties in our own name space, each once, sorted.
#[derive(Default)]
struct Properties(BTreeSet<(String, String)>);

impl Properties {
    fn add(&mut self, name: &str, value: &str) {
        self.0.insert((format!("boltseal:{name}"), value.to_owned()));
    }

    fn add_known(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    fn list(&self) -> Vec<Value> {
        self.0.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
    }
}

fn lines(texts: &BTreeSet<Cow<'_, str>>) -> String {
    texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_tells_its_version() {
        let method = |vector: &str| {
            let mut finding: Finding = serde_json::from_value(json!({
                "kind": "vulnerability", "id": "CVE-1", "severity": "high", "title": "", "package": "", "installed": "",
                "status": "affected", "scores": {}, "location": { "path": "" }, "evidence": "", "remediation": "",
            }))
            .unwrap();
            finding.scores.cvss_vector = Some(vector.into());
            rating(&finding)["method"].as_str().unwrap().to_owned()
        };
        assert_eq!(method("CVSS:3.0/AV:N/AC:L"), "CVSSv3");
        assert_eq!(method("CVSS:3.1/AV:N/AC:L"), "CVSSv31");
        assert_eq!(method("CVSS:4.0/AV:N"), "CVSSv4");
        assert_eq!(method("AV:N/AC:L/Au:N"), "CVSSv2");
        assert_eq!(method("nonsense"), "other");
    }
}
