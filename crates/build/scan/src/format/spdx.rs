//! The report as SPDX 2.3 in JSON: the bill of materials, with the findings of each package beside it.
//!
//! Source: "The Software Package Data Exchange (SPDX) Specification Version 2.3", and its JSON schema. The document's name
//! space and identifiers are derived from its content, so that the same subject and database give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use boltseal_model::{Algorithm, Digest, Finding, HeldTo, Package, Report, SubjectKind};
use serde_json::{Value, json};

use super::shared::{created, dependencies, fix, json as text_of, packages, page, place, problem_line, pruned, uuid};
use super::{Format, Style, Writer};
use crate::licence::Licence;
use boltseal_model::text::visible;

/// For inventories and customers: every package with its licence and what it needs, every finding as a remark on its package.
pub static FORMAT: Format = Format {
    id: "spdx",
    title: "SPDX 2.3 as JSON: packages, their licences and relations, and findings as remarks",
    omits: "more than one target; scores as numbers: they stand in remarks; digests of several archives of which one is \
            installed: a package has those of one",
    source: "SPDX 2.3",
    held_to: Some(HeldTo {
        what: "the SPDX project's own validator",
        tests: &[
            "e2e/functional/report_formats.rs::golden_documents_keep_to_their_schemas",
            "e2e/functional/report_formats.rs::spdx_keeps_to_its_schema_and_holds_every_package_and_vulnerability",
        ],
    }),
    writer: Writer::One(write),
    sbom: Some(sbom),
};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const SUBJECT: &str = "SPDXRef-Subject";
const SYSTEM: &str = "SPDXRef-OperatingSystem";
const NOTHING: &str = "NOASSERTION";

fn write(report: &Report, style: Style) -> String {
    document(report, style, &report.findings)
}

fn sbom(report: &Report, style: Style) -> String {
    document(report, style, &[])
}

fn document(report: &Report, style: Style, findings: &[Finding]) -> String {
    let created = format!("{}Z", created(report, style));
    let remark = |text: &str| {
        json!({
            "annotationType": "REVIEW",
            "annotator": tool(report),
            "annotationDate": created,
            "comment": visible(text),
        })
    };
    let records = packages(report);
    let mut by_package: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let known = records.contains_key(finding.package.as_str());
        by_package.entry(if known { &finding.package } else { "" }).or_default().push(finding);
    }
    let remarks = |purl: &str| -> Vec<Value> {
        by_package.get(purl).into_iter().flatten().map(|finding| remark(&sentence(finding))).collect()
    };
    let mut names = Names::default();
    let mut parts = vec![subject(report, remarks(""))];
    parts.extend(report.subject.distribution.iter().map(|_| system(report)));
    for (purl, places) in &records {
        let found = by_package.get(purl).map(Vec::as_slice).unwrap_or_default();
        parts.extend(package(places, found, remarks(purl), &mut names));
    }
    let problems: Vec<Value> = report.problems.iter().map(|problem| remark(&problem_line(problem))).collect();
    let mut document = pruned(json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": visible(&report.subject.name),
        "creationInfo": {
            "created": created,
            "creators": [tool(report)],
            "licenseListVersion": list_version(),
            "comment": coverage(report),
        },
        "annotations": (!problems.is_empty()).then_some(problems),
        "packages": parts,
        "hasExtractedLicensingInfos": names.list(),
        "relationships": relationships(report),
    }));
    let namespace = format!("urn:uuid:{}", uuid(document.to_string().as_bytes()));
    if let Value::Object(members) = &mut document {
        members.insert("documentNamespace".into(), namespace.into());
    }
    text_of(&document)
}

fn tool(report: &Report) -> String {
    format!("Tool: {}-{}", report.tool.name, report.tool.version)
}

/// Major and minor version of the list of licences, all that the schema has room for.
fn list_version() -> String {
    spdx::license_version().split('.').take(2).collect::<Vec<_>>().join(".")
}

fn coverage(report: &Report) -> Option<&'static str> {
    (!report.summary.complete)
        .then_some("Incomplete: not everything in the subject could be read; see the annotations.")
}

fn subject(report: &Report, remarks: Vec<Value>) -> Value {
    let subject = &report.subject;
    let purpose = match subject.kind {
        SubjectKind::Image | SubjectKind::Container => "CONTAINER",
        SubjectKind::Repository => "SOURCE",
        _ => "OTHER",
    };
    let tags = (!subject.tags.is_empty()).then(|| format!("Tags: {}", subject.tags.join(", ")));
    json!({
        "SPDXID": SUBJECT,
        "name": visible(&subject.name),
        "versionInfo": subject.digest.as_ref().map(ToString::to_string),
        "checksums": subject.digest.as_ref().map(|digest| vec![checksum(digest)]),
        "primaryPackagePurpose": purpose,
        "comment": tags.as_deref().map(visible),
        "downloadLocation": NOTHING,
        "filesAnalyzed": false,
        "annotations": (!remarks.is_empty()).then_some(remarks),
    })
}

fn system(report: &Report) -> Value {
    let distribution = report.subject.distribution.as_ref();
    json!({
        "SPDXID": SYSTEM,
        "name": distribution.map(|distribution| visible(&distribution.id)),
        "versionInfo": distribution.and_then(|distribution| distribution.version.as_deref()).map(visible),
        "summary": distribution.and_then(|distribution| distribution.name.as_deref()).map(visible),
        "primaryPackagePurpose": "OPERATING-SYSTEM",
        "downloadLocation": NOTHING,
        "filesAnalyzed": false,
    })
}

fn package(places: &[&Package], findings: &[&Finding], remarks: Vec<Value>, names: &mut Names) -> Option<Value> {
    let package = places.first()?;
    let stated: BTreeSet<&String> = places.iter().flat_map(|place| &place.licences).collect();
    let digests: BTreeSet<&Digest> = places.iter().flat_map(|place| &place.digests).collect();
    let checksums: Vec<Value> = digests.into_iter().map(checksum).collect();
    let mut references = vec![json!({
        "referenceCategory": "PACKAGE-MANAGER",
        "referenceType": "purl",
        "referenceLocator": package.purl,
    })];
    let pages: BTreeMap<String, &Finding> =
        findings.iter().filter_map(|finding| Some((page(&finding.id)?.address, *finding))).collect();
    references.extend(pages.iter().map(|(address, finding)| {
        json!({
            "referenceCategory": "SECURITY",
            "referenceType": "advisory",
            "referenceLocator": address,
            "comment": visible(&sentence(finding)),
        })
    }));
    let source = package.source.as_ref().map(|source| format!("Built from {} {}. ", source.name, source.version));
    let paths: BTreeSet<&str> = places.iter().map(|place| place.location.path.as_str()).collect();
    let paths: Vec<&str> = paths.into_iter().collect();
    let owner = package.owner.as_ref().map(|owner| format!("Owned by {owner}. "));
    let (source, owner) = (source.unwrap_or_default(), owner.unwrap_or_default());
    let told = format!("{source}{owner}Recorded in {}.", paths.join(", "));
    Some(json!({
        "SPDXID": reference(&package.purl),
        "name": visible(&package.name),
        "versionInfo": visible(&package.version),
        "sourceInfo": visible(&told),
        "checksums": (!checksums.is_empty()).then_some(checksums),
        "externalRefs": references,
        "licenseDeclared": names.declared(stated.into_iter()),
        "licenseConcluded": NOTHING,
        "copyrightText": NOTHING,
        "downloadLocation": NOTHING,
        "filesAnalyzed": false,
        "annotations": (!remarks.is_empty()).then_some(remarks),
    }))
}

/// The identifier of a package: letters, digits, dots and hyphens are all that it may hold.
fn reference(purl: &str) -> String {
    format!("SPDXRef-Package-{}", uuid(purl.as_bytes()))
}

fn checksum(digest: &Digest) -> Value {
    let algorithm = match digest.algorithm() {
        Algorithm::Sha256 => "SHA256",
        Algorithm::Sha512 => "SHA512",
    };
    json!({ "algorithm": algorithm, "checksumValue": digest.hex() })
}

/// A finding in a line.
fn sentence(finding: &Finding) -> String {
    let mut facts =
        vec![format!("{} ({}, {})", finding.id, finding.kind.name(), finding.severity), finding.title.clone()];
    facts.extend(finding.scores.cvss.map(|score| format!("CVSS {score:.1}")));
    facts.extend(finding.scores.epss.map(|score| format!("EPSS {score}")));
    facts.extend(finding.scores.kev.as_ref().map(|date| format!("known to be exploited since {date}")));
    if finding.kind.is_of_file() {
        facts.push(format!("in {}", place(&finding.location)));
    } else {
        facts.push(format!("fix: {}", fix(finding)));
    }
    facts.push(finding.evidence.clone());
    facts.join("; ")
}

/// The document describes the subject, which contains the packages, which depend on each other.
fn relationships(report: &Report) -> Vec<Value> {
    let relation = |from: &str, kind: &str, to: &str| json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to });
    let mut relations = vec![relation(DOCUMENT, "DESCRIBES", SUBJECT)];
    relations.extend(report.subject.distribution.iter().map(|_| relation(SUBJECT, "CONTAINS", SYSTEM)));
    relations.extend(packages(report).keys().map(|purl| relation(SUBJECT, "CONTAINS", &reference(purl))));
    for (purl, needs) in &dependencies(report) {
        relations.extend(needs.iter().map(|need| relation(&reference(purl), "DEPENDS_ON", &reference(need))));
    }
    relations
}

/// Licences that are not on the SPDX list, under names of this document.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// The licences that a package states, as one expression.
    fn declared<'a>(&mut self, stated: impl Iterator<Item = &'a String>) -> String {
        let stated: Vec<String> = stated.cloned().collect();
        if stated.is_empty() {
            return NOTHING.into();
        }
        if let Some(expression) = Licence::of_all(&stated).spdx() {
            return expression.to_owned();
        }
        let mut parts: Vec<String> = Vec::new();
        for stated in &stated {
            let part = match Licence::read(stated).spdx() {
                Some(expression) if expression.contains(' ') => format!("({expression})"),
                Some(expression) => expression.to_owned(),
                None => self.name(stated),
            };
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts.join(" AND ")
    }

    fn name(&mut self, stated: &str) -> String {
        let name = format!("LicenseRef-{}", uuid(stated.as_bytes()));
        self.0.insert(name.clone(), stated.to_owned());
        name
    }

    fn list(self) -> Option<Vec<Value>> {
        let one = |(name, stated): (String, String)| {
            json!({
                "licenseId": name,
                "name": visible(&stated),
                "extractedText": format!("The package states: {}", visible(&stated)),
            })
        };
        (!self.0.is_empty()).then(|| self.0.into_iter().map(one).collect())
    }
}
