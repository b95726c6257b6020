//! What is said of each vulnerability as OpenVEX in JSON: affected, under investigation, or of no concern and why.
//!
//! Source: OpenVEX specification 0.2.0, and its JSON schema. The product is the subject, the package its part. A finding is
//! never `fixed`: what is fixed is no finding. The identifier is derived from the content, so that the same subject and
//! database give the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write;

use boltseal_model::{Algorithm, Finding, FindingKind, FixStatus, HeldTo, Report, Subject, SubjectKind, Suppressed};
use serde_json::{Value, json};

use super::shared::{created, json as text_of, pruned, uuid};
use super::{Format, Style, Writer};
use crate::noise::is_choice;
use boltseal_model::text::visible;

/// For those who pass an image on: what its vulnerabilities mean, to be read by any scanner.
pub static FORMAT: Format = Format {
    id: "openvex",
    title: "OpenVEX 0.2.0: what is said of each vulnerability, with --show-suppressed also why others are of no concern",
    omits: "more than one target; packages without vulnerabilities; ends of life and licences; scores; layers and places",
    source: "OpenVEX 0.2.0",
    held_to: Some(HeldTo {
        what: "what its schema demands, and our own reader of VEX documents",
        tests: &[
            "e2e/functional/report_formats.rs::golden_documents_keep_to_their_schemas",
            "e2e/functional/report_formats.rs::openvex_keeps_to_its_schema_and_speaks_of_every_vulnerability",
        ],
    }),
    writer: Writer::One(write),
    sbom: None,
};

/// Who says it, as it says itself.
const ROLE: &str = "Document Creator";

fn write(report: &Report, style: Style) -> String {
    let mut document = pruned(json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "author": report.tool.name,
        "role": ROLE,
        "timestamp": format!("{}Z", created(report, style)),
        "version": 1,
        "tooling": format!("{} {}", report.tool.name, report.tool.version),
        "statements": statements(report),
    }));
    let id = format!("urn:uuid:{}", uuid(document.to_string().as_bytes()));
    if let Value::Object(members) = &mut document {
        members.insert("@id".into(), id.into());
    }
    text_of(&document)
}

/// What is said alike of one vulnerability, and of which packages.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Said<'a> {
    id: &'a str,
    aliases: &'a [String],
    status: &'static str,
    action: Option<&'a str>,
    impact: Option<&'a str>,
}

fn statements(report: &Report) -> Vec<Value> {
    let mut packages: BTreeMap<Said<'_>, Vec<&str>> = BTreeMap::new();
    let found = report.findings.iter().map(|finding| (finding, None));
    // Whose layer brought a package, and what the user does not want to see, says nothing of what its vulnerability means.
    let is_judged = |it: &&Suppressed| !is_choice(it, &report.subject);
    let suppressed =
        report.suppressed.iter().map(|it| (&it.finding, Some(it).filter(is_judged).map(|it| it.reason.as_str())));
    for (finding, reason) in found.chain(suppressed) {
        if finding.kind == FindingKind::Vulnerability {
            packages.entry(said(finding, reason)).or_default().push(&finding.package);
        }
    }
    packages.into_iter().map(|(said, parts)| statement(report, &said, parts)).collect()
}

fn said<'a>(finding: &'a Finding, reason: Option<&'a str>) -> Said<'a> {
    let (status, action) = match (reason, finding.status) {
        (Some(_), _) => ("not_affected", None),
        (None, FixStatus::UnderInvestigation) => ("under_investigation", None),
        (None, _) => ("affected", Some(finding.remediation.as_str())),
    };
    Said { id: &finding.id, aliases: &finding.aliases, status, action, impact: reason }
}

fn statement(report: &Report, said: &Said<'_>, mut parts: Vec<&str>) -> Value {
    parts.sort_unstable();
    parts.dedup();
    let parts: Vec<Value> = parts.iter().map(|purl| json!({ "@id": purl, "identifiers": { "purl": purl } })).collect();
    json!({
        "vulnerability": {
            "name": visible(said.id),
            "aliases": (!said.aliases.is_empty()).then(|| said.aliases.iter().map(|id| visible(id)).collect::<Vec<_>>()),
        },
        "products": [product(&report.subject, &parts)],
        "status": said.status,
        "action_statement": said.action.map(visible),
        "impact_statement": said.impact.map(visible),
    })
}

/// The subject, by its digest where it has one, so that what is said holds for these very bytes.
fn product(subject: &Subject, parts: &[Value]) -> Value {
    let digest = subject.digest.as_ref();
    let hashes = digest.map(|digest| {
        let algorithm = match digest.algorithm() {
            Algorithm::Sha256 => "sha-256",
            Algorithm::Sha512 => "sha-512",
        };
        BTreeMap::from([(algorithm, digest.hex())])
    });
    let purl = image_purl(subject);
    let named = || digest.map_or_else(|| identifier(&subject.name), ToString::to_string);
    json!({
        "@id": purl.clone().unwrap_or_else(named),
        "identifiers": purl.map(|purl| json!({ "purl": purl })),
        "hashes": hashes,
        "subcomponents": parts,
    })
}

/// The package URL by which other scanners know an image: the last part of its repository's name, its digest, and where it is.
fn image_purl(subject: &Subject) -> Option<String> {
    let digest = subject.digest.as_ref().filter(|_| subject.kind == SubjectKind::Image)?;
    let image = subject.tags.first()?;
    let image = image.split_once('@').map_or(image.as_str(), |(image, _)| image);
    let tag = image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    let repository = tag.map_or(image, |(repository, _)| repository);
    let name = repository.rsplit('/').next().filter(|name| !name.is_empty())?;
    let version = digest.to_string().replace(':', "%3A");
    Some(format!("pkg:oci/{}@{version}?repository_url={}", identifier(name), identifier(repository)))
}

/// A name as an identifier: what RFC 3986 has no place for is percent-encoded. Such a name is not recognised when it is read
/// back, so that nothing is dismissed by it.
fn identifier(name: &str) -> String {
    name.bytes().fold(String::with_capacity(name.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~:/@+=,;".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use boltseal_advisory::vex::{self, Statements};
    use boltseal_model::Limits;

    use super::super::shared::testing::{finding, report};
    use super::*;
    use crate::noise::base;

    fn named(id: &str, package: &str) -> Finding {
        Finding { id: id.into(), remediation: "npm install 'a@^2'".into(), ..finding(package) }
    }

    fn suppressed(reason: &str, finding: Finding) -> Suppressed {
        Suppressed { reason: reason.into(), finding }
    }

    #[test]
    fn our_own_reader_dismisses_what_was_suppressed_and_nothing_else() {
        let mut report = report(Vec::new());
        let reason = "exempt until 2027-01-31: not reachable (team-web)";
        let waiting = Finding { status: FixStatus::UnderInvestigation, ..named("CVE-2030-3", "pkg:npm/c@1") };
        report.findings = vec![named("CVE-2030-1", "pkg:npm/a@1"), named("CVE-2030-2", "pkg:npm/b@1"), waiting];
        report.suppressed = vec![
            suppressed(reason, named("CVE-2030-1", "pkg:npm/b@1")),
            suppressed(reason, named("CVE-2030-4", "pkg:npm/a@1")),
        ];
        for digest in [None, Some(report.database.digest.clone())] {
            report.subject.digest = digest;
            report.subject.tags = vec!["registry.example:5000/team/shop:1".into()];
            let text = write(&report, Style::default());
            let (read, problems) = vex::parse("vex.json", text.as_bytes(), &Limits::default());
            assert!(problems.is_empty());
            let said = Statements::new(read);
            let is_dismissed = |finding: &Finding, subject: &Subject| {
                said.deciding(finding, subject).expect("every finding is spoken of").dismisses()
            };
            assert!(report.findings.iter().all(|finding| !is_dismissed(finding, &report.subject)), "{text}");
            assert!(report.suppressed.iter().all(|it| is_dismissed(&it.finding, &report.subject)), "{text}");
            let other = Subject { name: "dir:other".into(), digest: None, tags: Vec::new(), ..report.subject.clone() };
            assert_eq!(said.deciding(&report.findings[0], &other), None, "another subject is not spoken of");
        }
    }

    #[test]
    fn an_image_is_named_as_other_scanners_name_it() {
        let mut subject = report(Vec::new()).subject;
        subject.kind = SubjectKind::Image;
        subject.digest = Some(report(Vec::new()).database.digest);
        let hex = subject.digest.as_ref().unwrap().hex().to_owned();
        for (tag, expected) in [
            ("shop", format!("pkg:oci/shop@sha256%3A{hex}?repository_url=shop")),
            (
                "r.example:5000/team/shop:1",
                format!("pkg:oci/shop@sha256%3A{hex}?repository_url=r.example:5000/team/shop"),
            ),
            ("r.example:5000/shop", format!("pkg:oci/shop@sha256%3A{hex}?repository_url=r.example:5000/shop")),
        ] {
            subject.tags = vec![tag.into()];
            assert_eq!(image_purl(&subject), Some(expected));
        }
        subject.digest = None;
        assert_eq!(image_purl(&subject), None, "without a digest it could be any image");
    }

    #[test]
    fn what_the_base_image_brought_is_affected_all_the_same() {
        let mut report = report(Vec::new());
        report.subject.base_layers = Some(1);
        let mut found = named("CVE-2030-1", "pkg:npm/a@1");
        found.location.layer = Some(0);
        let reason = base::reason(&found, &report.subject).unwrap();
        report.suppressed = vec![suppressed(&reason, found)];
        let text = write(&report, Style::default());
        assert!(text.contains("\"affected\"") && !text.contains("not_affected"), "{text}");
    }
}
