//! The report as CycloneDX 1.6: the bill of materials, with the vulnerabilities of its components.
//!
//! Source: ECMA-424 (CycloneDX 1.6), the JSON schema `bom-1.6`. The document bears no time, since the same subject and
//! database give the same bytes; its serial number is derived from the rest of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use boltseal_model::{Finding, Location, Package, Report, SubjectKind};
use serde_json::{Value, json};

use super::shared::{brought_by, json as text_of, packages, page, problem_line, pruned, uuid};
use super::{Format, Style, Writer};
use crate::text::visible;

/// For inventories: every package as a component, every vulnerability with the components that it affects.
pub static FORMAT: Format = Format {
    id: "cyclonedx",
    title: "CycloneDX 1.6 as JSON: components and their vulnerabilities",
    writer: Writer::One(write),
    sbom: Some(sbom),
};

/// Names by which parts of the document refer to what is no package; package URLs begin otherwise.
const SUBJECT: &str = "subject";
const SYSTEM: &str = "operating-system";

fn write(report: &Report, _: Style) -> String {
    document(report, Some(vulnerabilities(report)))
}

fn sbom(report: &Report, _: Style) -> String {
    document(report, None)
}

fn document(report: &Report, vulnerabilities: Option<Vec<Value>>) -> String {
    let mut components: Vec<Value> = report.subject.distribution.iter().map(|_| system(report)).collect();
    components.extend(packages(report).values().filter_map(|places| component(report, places)));
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
            "properties": facts(report),
        },
        "components": components,
        "compositions": [{
            // A complete scan has read all that it understands, which is not all that there may be.
            "aggregate": if report.summary.complete { "unknown" } else { "incomplete" },
            "assemblies": [SUBJECT],
        }],
        "vulnerabilities": vulnerabilities,
    }));
    let serial = format!("urn:uuid:{}", uuid(document.to_string().as_bytes()));
    if let Value::Object(members) = &mut document {
        members.insert("serialNumber".into(), serial.into());
    }
    text_of(&document)
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
        "type": if subject.kind == SubjectKind::Image { "container" } else { "file" },
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

fn component(report: &Report, places: &[&Package]) -> Option<Value> {
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
        let Some(layer) = place.location.layer else { continue };
        properties.add("layer", &layer.to_string());
        let known = usize::try_from(layer).ok().and_then(|index| report.subject.layers.get(index));
        let diff_id = known.and_then(|layer| layer.diff_id.as_ref()).map(ToString::to_string);
        properties.add_known("layer-diff-id", diff_id.as_deref());
        properties.add_known("instruction", place.location.instruction.as_deref());
    }
    Some(json!({
        "bom-ref": package.purl,
        "type": "library",
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "evidence": { "occurrences": places.iter().map(|place| occurrence(&place.location)).collect::<Vec<_>>() },
        "properties": properties.list(),
    }))
}

fn occurrence(place: &Location) -> Value {
    json!({ "location": place.path, "line": place.line, "additionalContext": brought_by(place) })
}

fn vulnerabilities(report: &Report) -> Vec<Value> {
    let mut by_id: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_id.entry(&finding.id).or_default().push(finding);
    }
    by_id.iter().map(|(id, findings)| vulnerability(id, findings)).collect()
}

fn vulnerability(id: &str, findings: &[&Finding]) -> Value {
    let mut affects: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let (mut titles, mut evidence, mut remedies) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut aliases, mut ratings) = (BTreeSet::new(), BTreeMap::new());
    for finding in findings {
        affects.entry(&finding.package).or_default().insert(&finding.installed);
        titles.insert(visible(&finding.title));
        evidence.insert(visible(&finding.evidence));
        remedies.insert(visible(&finding.remediation));
        aliases.extend(finding.aliases.iter().map(String::as_str));
        let rating = rating(finding);
        ratings.insert(rating.to_string(), rating);
    }
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
        "ratings": ratings.into_values().collect::<Vec<_>>(),
        "description": lines(&titles),
        "detail": lines(&evidence),
        "recommendation": lines(&remedies),
        "affects": affects,
    })
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
fn facts(report: &Report) -> Vec<Value> {
    let mut properties = Properties::default();
    properties.add("database:digest", &report.database.digest.to_string());
    properties.add_known("database:newest", report.database.newest.as_deref());
    properties.add("complete", if report.summary.complete { "true" } else { "false" });
    for suppression in &report.summary.suppressed {
        properties.add("left-out", &format!("{} ({})", suppression.count, suppression.reason));
    }
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
