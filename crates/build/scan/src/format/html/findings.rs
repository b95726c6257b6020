//! The findings of a subject, as the page lists them.

use boltseal_model::{Finding, FindingKind, FixStatus, Report, Severity};

use crate::format::shared::{brought_by, concerned, fix, page, percent, place, shortened};
use boltseal_model::text::visible;

/// Characters of one text in a row, and places of one finding. Names may have a thousand characters, instructions more.
const LONGEST: usize = 2_000;
const MOST_PLACES: usize = 20;

/// A subject with fewer findings than this shows all of them unfolded.
const FEW: usize = 40;

/// Findings under one heading.
pub struct Group {
    pub title: &'static str,
    pub tone: &'static str,
    pub count: usize,
    pub is_open: bool,
    pub rows: Vec<Row>,
}

/// One finding.
pub struct Row {
    pub id: String,
    pub page: Option<String>,
    pub severity: Severity,
    pub tags: Vec<String>,
    pub is_fixable: bool,
    pub is_exploited: bool,
    pub package: String,
    pub installed: String,
    pub fix: String,
    pub place: String,
    pub title: String,
    pub facts: Vec<(&'static str, String)>,
    pub remedy: String,
}

/// Releases without support first, malware, secrets and what is misconfigured, then vulnerabilities by severity, then licences; as
/// many rows as there is room for.
pub fn groups(report: &Report, room: usize) -> Vec<Group> {
    let mut left = room;
    let mut groups = Vec::new();
    let mut add = |title, tone, is_grave: bool, is: &dyn Fn(&Finding) -> bool| {
        let findings: Vec<&Finding> = report.findings.iter().filter(|finding| is(finding)).collect();
        let rows: Vec<Row> = findings.iter().take(left).map(|finding| row(report, finding)).collect();
        left -= rows.len();
        if !findings.is_empty() {
            let is_open = is_grave || report.findings.len() <= FEW;
            groups.push(Group { title, tone, count: findings.len(), is_open, rows });
        }
    };
    add("No longer looked after", "bad", true, &|finding| finding.kind == FindingKind::EndOfLife);
    add("Malware", "bad", true, &|finding| finding.kind == FindingKind::Malware);
    add("Secrets that anybody can read", "bad", true, &|finding| finding.kind == FindingKind::Secret);
    add("Misconfigured", "bad", true, &|finding| finding.kind == FindingKind::Misconfiguration);
    for severity in Severity::WORST_FIRST {
        let title = match severity {
            Severity::Critical => "Critical vulnerabilities",
            Severity::High => "High vulnerabilities",
            Severity::Medium => "Medium vulnerabilities",
            Severity::Low => "Low vulnerabilities",
            Severity::Unknown => "Vulnerabilities that nobody has rated",
        };
        add(title, severity.name(), severity >= Severity::High, &|finding| {
            finding.kind == FindingKind::Vulnerability && finding.severity == severity
        });
    }
    add("Licences that are not allowed", "bad", true, &|finding| finding.kind == FindingKind::Licence);
    groups
}

fn row(report: &Report, finding: &Finding) -> Row {
    let text = |text: &str| shortened(&visible(text), LONGEST);
    let scores = &finding.scores;
    let mut tags = Vec::new();
    tags.extend(scores.cvss.map(|score| format!("CVSS {score:.1}")));
    tags.extend(scores.epss.map(|share| format!("EPSS {}", percent(share))));
    tags.extend(scores.risk.map(|risk| format!("risk {risk:.0}")));
    let mut facts = Vec::new();
    if finding.kind.is_of_file() {
        facts.push(("Seen", text(&finding.evidence)));
        facts.extend(
            finding
                .location
                .hidden_by
                .map(|layer| ("Hidden", format!("by layer {layer}, and in the image all the same"))),
        );
    } else {
        facts.push(("Decided by", text(&finding.evidence)));
        facts.push(("Package URL", text(&finding.package)));
        facts.push(("Recorded in", text(&place(&finding.location))));
    }
    let places: Vec<&str> = finding.also.iter().take(MOST_PLACES).map(|place| place.path.as_str()).collect();
    let more = finding.also.len().saturating_sub(MOST_PLACES);
    if !places.is_empty() {
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        facts.push(("Also in", text(&format!("{}{more}", places.join(", ")))));
    }
    if !finding.aliases.is_empty() {
        facts.push(("Also known as", text(&finding.aliases.join(", "))));
    }
    facts.extend(scores.cvss_vector.as_deref().map(|vector| ("CVSS vector", text(vector))));
    facts.extend(scores.kev.as_deref().map(|date| ("Exploited", text(&format!("known since {date}")))));
    Row {
        id: text(&finding.id),
        page: page(&finding.id).map(|page| page.address),
        severity: finding.severity,
        tags,
        is_fixable: finding.status == FixStatus::Fixed,
        is_exploited: scores.kev.is_some(),
        package: text(&concerned(report, finding)),
        installed: text(&finding.installed),
        fix: text(match fix(finding) {
            _ if finding.kind.is_of_file() => "remove it",
            "-" => "no fix yet",
            fix => fix,
        }),
        place: shortened(&brought_by(&finding.location).unwrap_or_else(|| text(&finding.location.path)), 300),
        title: if finding.title.trim().is_empty() { "Details".into() } else { text(&finding.title) },
        facts,
        remedy: text(&finding.remediation),
    }
}
