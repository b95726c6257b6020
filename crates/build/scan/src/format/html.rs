//! Reports as one page of HTML, for people who want to see and to show: it reads on a phone and prints well.
//!
//! The page loads nothing and runs nothing: its policy forbids everything but its own style, filters and folding are plain
//! HTML and CSS, and every text is escaped, since names come from hostile images. The templates are `templates/report.html`
//! and `report.css`.

mod charts;
mod findings;

use askama::Template;
use boltseal_model::{FindingKind, HeldTo, Report, Severity, Summary, Verdict};

use super::shared::{counted, decision, distribution_name, groups, problem_line, shortened};
use super::{Format, Style, Writer};
use boltseal_model::text::visible;
use charts::{Bar, Ring};
use findings::Group;

/// For people: one page with charts, what to do, and every finding.
pub static FORMAT: Format = Format {
    id: "html",
    title: "one page with charts, for people: it loads nothing, and prints well",
    omits: "findings beyond the first 10,000, of which it gives the number",
    source: "HTML Living Standard",
    held_to: Some(HeldTo {
        what: "html5lib, strictly",
        tests: &[
            "e2e/functional/report_formats.rs::golden_documents_keep_to_their_schemas",
            "e2e/functional/report_formats.rs::the_page_loads_nothing_and_lists_every_finding",
        ],
    }),
    writer: Writer::Many(write),
    sbom: None,
};

/// Findings listed per page. Browsers stay quick with this many, since what is folded is not laid out; the rest is counted.
const MOST_LISTED: usize = 10_000;

/// Commands under "What to do" for one subject, and characters of each. Hostile subjects can hold a project per file.
const MOST_REMEDIES: usize = 50;
const LONGEST_REMEDY: usize = 4_000;

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    title: String,
    total: String,
    subjects: Vec<Subject>,
    footer: Vec<String>,
}

struct Subject {
    name: String,
    facts: String,
    digest: String,
    decision: &'static str,
    verdict: &'static str,
    reasons: String,
    is_complete: bool,
    worst: Option<Severity>,
    total: u64,
    fixable: u64,
    tiles: Vec<Tile>,
    rings: Vec<Ring>,
    origins_title: &'static str,
    origins: Vec<Bar>,
    remedies: Vec<(String, String)>,
    groups: Vec<Group>,
    omitted: usize,
    problems: Vec<String>,
    left_out: Vec<String>,
}

/// A number that is seen at once.
struct Tile {
    tone: &'static str,
    count: u64,
    label: &'static str,
}

fn write(reports: &[Report], _: Style) -> String {
    let all = Summary::of_all(reports);
    let room = MOST_LISTED / reports.len().max(1);
    let title = match reports {
        [report] => visible(&report.subject.name).into_owned(),
        _ => counted(reports.len() as u64, "subject"),
    };
    let page = Page {
        title,
        total: format!("{}, {} fixable", counted(all.total(), "finding"), all.fixable),
        subjects: reports.iter().map(|report| subject(report, room)).collect(),
        footer: footer(reports),
    };
    // Writing to a text in memory has no way to fail.
    page.render().unwrap_or_default() + "\n"
}

fn subject(report: &Report, room: usize) -> Subject {
    let summary = &report.summary;
    let (origins_title, origins) = charts::origins(report);
    let groups = findings::groups(report, room);
    let listed: usize = groups.iter().map(|group| group.rows.len()).sum();
    Subject {
        name: visible(&report.subject.name).into_owned(),
        facts: facts(report),
        digest: report.subject.digest.as_ref().map(ToString::to_string).unwrap_or_default(),
        decision: decision(report),
        verdict: match decision(report) {
            "denied" => "Denied",
            "allowed" => "Allowed",
            _ => "Incomplete",
        },
        reasons: match report.decision.verdict {
            Verdict::Deny => visible(&report.decision.reasons.join("; ")).into_owned(),
            Verdict::Allow => String::new(),
        },
        is_complete: summary.complete,
        worst: summary.worst(),
        total: report.findings.len() as u64,
        fixable: summary.fixable,
        tiles: tiles(report),
        rings: charts::rings(report),
        origins_title,
        origins,
        remedies: remedies(report),
        groups,
        omitted: report.findings.len().saturating_sub(listed),
        problems: report.problems.iter().map(problem_line).collect(),
        left_out: summary
            .suppressed
            .iter()
            .map(|suppression| format!("{} {}", suppression.count, visible(&suppression.reason)))
            .collect(),
    }
}

fn facts(report: &Report) -> String {
    let subject = &report.subject;
    let mut facts: Vec<String> = subject.tags.clone();
    facts.extend(subject.distribution.as_ref().map(distribution_name));
    facts.extend(subject.platform.clone());
    if !subject.layers.is_empty() {
        facts.push(counted(subject.layers.len() as u64, "layer"));
    }
    facts.push(counted(report.summary.packages, "package"));
    visible(&facts.join(" · ")).into_owned()
}

fn tiles(report: &Report) -> Vec<Tile> {
    let label = |severity| match severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
        Severity::Unknown => "not rated",
    };
    let severities = Severity::WORST_FIRST.into_iter();
    let mut tiles: Vec<Tile> = severities
        .map(|severity| Tile { tone: severity.name(), count: report.summary.count(severity), label: label(severity) })
        .collect();
    let count = |is: fn(&boltseal_model::Finding) -> bool| report.findings.iter().filter(|finding| is(finding)).count();
    let exploited = count(|finding| finding.scores.kev.is_some()) as u64;
    tiles.push(Tile { tone: "bad", count: exploited, label: "exploited" });
    tiles.push(Tile { tone: "good", count: report.summary.fixable, label: "fixable" });
    for (kind, label) in [
        (FindingKind::EndOfLife, "out of support"),
        (FindingKind::Malware, "malware"),
        (FindingKind::Secret, "secrets"),
        (FindingKind::Misconfiguration, "misconfigured"),
        (FindingKind::Licence, "licences"),
    ] {
        let count = report.findings.iter().filter(|finding| finding.kind == kind).count() as u64;
        if count > 0 {
            tiles.push(Tile { tone: "bad", count, label });
        }
    }
    tiles
}

/// A command for each group of findings that one mends.
fn remedies(report: &Report) -> Vec<(String, String)> {
    groups(report, FindingKind::Vulnerability)
        .iter()
        .filter_map(|group| Some((visible(&group.title).into_owned(), visible(&group.remedy()?).into_owned())))
        .map(|(title, command)| (shortened(&title, 300), shortened(&command, LONGEST_REMEDY)))
        .take(MOST_REMEDIES)
        .collect()
}

/// Who says all this, on which ground; once for all subjects where it is the same.
fn footer(reports: &[Report]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for report in reports {
        let database = &report.database;
        let newest = database.newest.as_deref().map(|date| format!(", the newest of {date}")).unwrap_or_default();
        let line = format!(
            "{} {}, with {} advisories from {}{newest} ({})",
            report.tool.name, report.tool.version, database.advisories, database.origin, database.digest
        );
        let line = visible(&line).into_owned();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use boltseal_model::Package;
    use proptest::prelude::*;

    use super::super::shared::testing::{finding, report};
    use super::*;

    fn page(report: Report) -> String {
        write(&[report], Style::default())
    }

    #[test]
    fn the_policy_forbids_everything_but_the_style_of_the_page() {
        let text = page(report(Vec::new()));
        assert!(text.contains(
            "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\""
        ));
        for forbidden in ["<script", "<link", "<img", "<iframe", "@import", "url(", " src=", " onclick"] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn more_findings_than_a_browser_likes_are_counted() {
        let mut report = report(Vec::new());
        report.findings = (0..MOST_LISTED + 7)
            .map(|index| {
                let mut finding = finding("pkg:npm/a@1");
                finding.id = format!("CVE-2099-{index:06}");
                finding
            })
            .collect();
        let text = page(report);
        assert_eq!(text.matches("<tr role=\"row\" class=\"row").count(), MOST_LISTED);
        assert!(text.contains("7 more findings are not listed here"));
    }

    #[test]
    fn a_finding_that_only_the_end_of_a_long_name_tells_apart_is_still_there() {
        let mut report = report(vec![Package::new(
            "test",
            boltseal_model::Ecosystem::Npm,
            "a".repeat(1_000),
            "1.0.0",
            boltseal_model::Location::of("x"),
        )]);
        report.findings.push(finding(&report.packages[0].purl.clone()));
        assert_eq!(page(report).matches("<tr role=\"row\" class=\"row").count(), 1);
    }

    proptest! {
        #[test]
        fn no_text_becomes_markup(name in r#"[<>&"'/a-z{}% =\PC]{0,60}"#) {
            let plain = page(hostile("x"));
            let text = page(hostile(&name));
            let tags = |text: &str| text.matches('<').count();
            prop_assert_eq!(tags(&text), tags(&plain), "{}", name);
            prop_assert_eq!(text.matches('"').count(), plain.matches('"').count(), "{}", name);
        }
    }

    /// A report in which every text that an image decides is the same.
    fn hostile(name: &str) -> Report {
        let mut report = report(Vec::new());
        report.subject.name = name.into();
        report.subject.tags = vec![name.into()];
        report.problems = vec![boltseal_model::Problem::at(boltseal_model::ProblemKind::Malformed, name, name)];
        let mut finding = finding(&format!("pkg:npm/{name}"));
        for text in [&mut finding.id, &mut finding.title, &mut finding.installed, &mut finding.evidence] {
            *text = format!("x{name}");
        }
        finding.remediation = format!("x{name}");
        finding.location.path = format!("x{name}");
        finding.location.layer = Some(0);
        finding.location.instruction = Some(name.into());
        finding.aliases = vec![format!("x{name}")];
        finding.scores.cvss_vector = Some(name.into());
        report.findings.push(finding);
        report.summary.findings = vec![(Severity::High, 1)];
        report
    }
}
