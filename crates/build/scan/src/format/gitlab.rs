//! The report as GitLab's container scanning report, schema 15.0.7, which merge requests and the vulnerability list show.
//!
//! Source: GitLab's security report schemas, `container-scanning-report-format.json`, and "Security scanner integration" in
//! its documentation.

use boltseal_model::{Finding, FindingKind, HeldTo, Report, Severity};
use serde_json::{Map, Value, json};

use super::shared::{
    brought_by, code, concerned, created, fingerprint, fix, json as text_of, markdown, page, problem_line, pruned,
    shortened, uuid,
};
use super::{Format, Style, Writer};
use boltseal_model::text::visible;

/// For GitLab: a vulnerability for each finding, and what could not be read as messages of the scan.
pub static FORMAT: Format = Format {
    id: "gitlab",
    title: "GitLab container scanning report, schema 15, for merge requests and the vulnerability list",
    omits: "more than one target; packages without findings; what was left out on purpose",
    source: "GitLab container scanning report 15.0.7",
    held_to: Some(HeldTo {
        what: "DefectDojo's reader",
        tests: &[
            "e2e/functional/report_formats.rs::golden_documents_keep_to_their_schemas",
            "e2e/functional/report_formats.rs::gitlab_reads_every_finding_and_tells_them_apart",
        ],
    }),
    writer: Writer::One(write),
    sbom: None,
};

const VERSION: &str = "15.0.7";
const SCHEMAS: &str = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw";

/// The longest name that the schema admits, in characters.
const NAME: usize = 255;

/// Characters of a remedy: one may be written out as eight, and the schema admits 7,000.
const SOLUTION: usize = 800;

fn write(report: &Report, style: Style) -> String {
    let time = created(report, style);
    let tool = json!({
        "id": report.tool.name,
        "name": "Boltseal",
        "version": report.tool.version,
        "vendor": { "name": "Boltseal" },
    });
    let message = |problem| {
        // A partial error is what the schema calls a warning; it has no word for a problem of the input.
        json!({ "level": "warn", "value": problem_line(problem) })
    };
    text_of(&pruned(json!({
        "version": VERSION,
        "schema": format!("{SCHEMAS}/v{VERSION}/dist/container-scanning-report-format.json"),
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": "container_scanning",
            "start_time": time,
            "end_time": time,
            "status": if report.summary.complete { "success" } else { "failure" },
            "messages": report.problems.iter().map(message).collect::<Vec<_>>(),
        },
        "vulnerabilities": report.findings.iter().map(|finding| vulnerability(report, finding)).collect::<Vec<_>>(),
        "remediations": [],
    })))
}

fn vulnerability(report: &Report, finding: &Finding) -> Value {
    let name = concerned(report, finding);
    let name = visible(&name);
    // Readers leave out what has no version, as files have none.
    let version = if finding.installed.is_empty() { "-".into() } else { visible(&finding.installed) };
    let subject = &report.subject;
    let system = subject.distribution.as_ref().map(|distribution| distribution.namespace().to_string());
    let links: Vec<Value> =
        ids(finding).filter_map(page).map(|page| json!({ "name": page.publisher, "url": page.address })).collect();
    json!({
        // The fingerprint leaves the version out, and one place may hold two versions.
        "id": uuid(format!("{} {}", fingerprint(finding), finding.package).as_bytes()),
        "name": shortened(&format!("{} in {name}", visible(&finding.id)), NAME),
        // GitLab shows these two as Markdown.
        "description": format!("{}. Decided by {}.", markdown(&finding.title), markdown(&finding.evidence)),
        "severity": severity(finding.severity),
        "solution": code(&shortened(&finding.remediation, SOLUTION)),
        "identifiers": identifiers(finding),
        "cvss_vectors": cvss(finding),
        "links": links,
        "details": details(finding),
        "location": {
            "dependency": { "package": { "name": name }, "version": version },
            "operating_system": system.as_deref().map_or_else(|| "unknown".into(), visible),
            "image": visible(subject.tags.first().unwrap_or(&subject.name)),
        },
    })
}

fn ids(finding: &Finding) -> impl Iterator<Item = &str> {
    std::iter::once(finding.id.as_str()).chain(finding.aliases.iter().map(String::as_str))
}

/// The first identifier is the one by which GitLab knows the vulnerability again.
fn identifiers(finding: &Finding) -> Vec<Value> {
    let kind = |id: &str| match finding.kind {
        FindingKind::Vulnerability => id.split('-').next().unwrap_or_default().to_ascii_lowercase(),
        kind => format!("boltseal-{}", kind.name()),
    };
    ids(finding)
        .filter(|id| !id.is_empty())
        .map(|id| json!({ "type": kind(id), "name": visible(id), "value": visible(id), "url": page(id).map(|page| page.address) }))
        .collect()
}

/// The vector, where it is of a version that the schema knows: 2, 3.0 and 3.1.
fn cvss(finding: &Finding) -> Option<Value> {
    let vector = finding.scores.cvss_vector.as_deref()?;
    let version3 = vector.strip_prefix("CVSS:3.0/").or_else(|| vector.strip_prefix("CVSS:3.1/"));
    let is_known = match version3 {
        Some(metrics) => is_vector(metrics, 8, VERSION_3),
        None => is_vector(vector, 6, VERSION_2),
    };
    is_known.then(|| json!([{ "vendor": "unknown", "vector": vector }]))
}

/// Metrics and their values: CVSS 2.0 section 2, CVSS 3.1 section 6.
const VERSION_2: &[(&str, &[&str])] = &[
    ("AV", &["N", "A", "L"]),
    ("AC", &["L", "M", "H"]),
    ("Au", &["M", "S", "N"]),
    ("C", &["N", "P", "C"]),
    ("I", &["N", "P", "C"]),
    ("A", &["N", "P", "C"]),
];
const VERSION_3: &[(&str, &[&str])] = &[
    ("AV", &["N", "A", "L", "P"]),
    ("AC", &["L", "H"]),
    ("PR", &["N", "L", "H"]),
    ("UI", &["N", "R"]),
    ("S", &["U", "C"]),
    ("C", &["N", "L", "H"]),
    ("I", &["N", "L", "H"]),
    ("A", &["N", "L", "H"]),
];

/// Whether a vector holds the base metrics and no others; those that describe a moment or a place are rare in advisories.
fn is_vector(metrics: &str, count: usize, table: &[(&str, &[&str])]) -> bool {
    let known = |metric: &str| {
        let Some((name, value)) = metric.split_once(':') else { return false };
        table.iter().any(|(metric, values)| *metric == name && values.contains(&value))
    };
    metrics.split('/').count() == count && metrics.split('/').all(known)
}

/// What GitLab shows in a list below the vulnerability.
fn details(finding: &Finding) -> Value {
    let mut details = Map::new();
    let mut add = |key: &str, name: &str, value: Option<String>| {
        if let Some(value) = value {
            details.insert(key.into(), json!({ "type": "text", "name": name, "value": visible(&value) }));
        }
    };
    if finding.kind.is_of_file() {
        add("line", "Line", finding.location.line.map(|line| line.to_string()));
    } else {
        add("package", "Package URL", Some(finding.package.clone()));
        add("fix", "Fixed in", Some(fix(finding).to_owned()));
    }
    add("path", "Recorded in", Some(finding.location.path.clone()));
    add("layer", "Brought by", brought_by(&finding.location));
    add("epss", "EPSS", finding.scores.epss.map(|score| score.to_string()));
    add("kev", "Known to be exploited since", finding.scores.kev.clone());
    Value::Object(details)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Unknown => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::super::shared::testing::finding;
    use super::*;

    #[test]
    fn only_vectors_that_the_schema_knows_are_given() {
        let given = |vector: &str| {
            let mut finding = finding("pkg:npm/a@1");
            finding.scores.cvss_vector = Some(vector.into());
            cvss(&finding).is_some()
        };
        assert!(given("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N"));
        assert!(given("AV:N/AC:L/Au:N/C:P/I:P/A:P"));
        assert!(!given("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"));
        assert!(!given("CVSS:3.1/AV:X"));
        assert!(!given("nonsense"));
    }
}
