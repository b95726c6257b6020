//! Reports as Markdown for a comment on a pull request: short, worst first, and inert whatever the names in the image are.
//!
//! Source: `GitHub` Flavored Markdown 0.29, section 4.10 (tables), and `details` elements, which `GitHub`, `GitLab` and Gitea show.

use std::fmt::Write;

use boltseal_model::{Finding, FindingKind, HeldTo, Report, Severity, Summary, Verdict};

use super::shared::{brought_by, concerned, counted, decision, fix, markdown, page, percent, problem_line};
use super::{Format, Style, Writer};

/// For pull requests: what is wrong, worst first, and what to do.
pub static FORMAT: Format = Format {
    id: "markdown",
    title: "Markdown, for a comment on a pull request",
    omits: "whatever would make a comment longer than GitHub takes, of which it gives the number; packages without findings",
    source: "GitHub Flavored Markdown",
    held_to: Some(HeldTo {
        what: "markdown-it",
        tests: &[
            "e2e/functional/report_formats.rs::golden_documents_keep_to_their_schemas",
            "e2e/functional/report_formats.rs::the_comment_lists_every_finding_and_links_to_nobody_but_the_publishers",
        ],
    }),
    writer: Writer::Many(write),
    sbom: None,
};

/// Bytes of all rows together. `GitHub` refuses comments of more than 65,536 characters, and a comment cut in the middle of
/// a table is worse than one that says how much it left out.
const MOST: usize = 48 << 10;

/// Bytes that one subject may take at least, however many there are.
const LEAST: usize = 2 << 10;

/// Bytes of one cell. Names may have a thousand characters, and each may need six to stay inert.
const CELL: usize = 400;

fn write(reports: &[Report], _: Style) -> String {
    let room = (MOST / reports.len().max(1)).max(LEAST);
    let bodies: Vec<String> = reports.iter().map(|report| one(report, room)).collect();
    if reports.len() == 1 { bodies.concat() } else { format!("{}\n{}", overview(reports), bodies.join("\n")) }
}

/// A row for each subject.
fn overview(reports: &[Report]) -> String {
    let all = Summary::of_all(reports);
    let mut out = format!(
        "## Boltseal: {}, {}\n\n| Subject | Worst | Findings | Fixable | Decision |\n| --- | --- | ---: | ---: | --- |\n",
        counted(reports.len() as u64, "subject"),
        counted(all.total(), "finding"),
    );
    for report in reports {
        let summary = &report.summary;
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            cell(&report.subject.name),
            summary.worst().map_or("-", Severity::name),
            summary.total(),
            summary.fixable,
            decision(report)
        );
    }
    out
}

fn one(report: &Report, room: usize) -> String {
    let mut out = format!("### {}: {}\n\n", cell(&report.subject.name), decision(report));
    let _ = writeln!(out, "{}\n", headline(report));
    if report.decision.verdict == Verdict::Deny {
        let reasons: Vec<String> = report.decision.reasons.iter().map(|reason| markdown(reason)).collect();
        let _ = writeln!(out, "**Denied:** {}\n", reasons.join("; "));
    }
    rows(&mut out, report, room);
    problems(&mut out, report, room / 4);
    for suppression in &report.summary.suppressed {
        let _ = writeln!(out, "Left out: {} ({}).\n", suppression.count, markdown(&suppression.reason));
    }
    let newest = report.database.newest.as_deref().map(|date| format!(", newest of {}", markdown(date)));
    let _ = writeln!(
        out,
        "<sub>{} {} · {} · {} advisories{}</sub>",
        markdown(&report.tool.name),
        markdown(&report.tool.version),
        counted(report.summary.packages, "package"),
        report.database.advisories,
        newest.unwrap_or_default()
    );
    out
}

fn headline(report: &Report) -> String {
    let summary = &report.summary;
    if summary.total() == 0 {
        let where_read = if summary.complete { "" } else { " in what could be read" };
        return format!("Nothing found{where_read}.");
    }
    let counts: Vec<String> = summary
        .findings
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("**{count} {severity}**"))
        .collect();
    format!("{}: {}; {} fixable.", counted(summary.total(), "finding"), counts.join(", "), summary.fixable)
}

/// Findings, worst first, as far as there is room: those of severity high and worse to be seen at once, the rest folded.
fn rows(out: &mut String, report: &Report, room: usize) {
    let (grave, rest): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| finding.severity >= Severity::High);
    let mut left = room;
    let omitted = table(out, report, &grave, &mut left);
    if !rest.is_empty() && omitted == 0 {
        let _ =
            writeln!(out, "<details><summary>{} of lower severity</summary>\n", counted(rest.len() as u64, "finding"));
        let omitted = table(out, report, &rest, &mut left);
        more(out, omitted);
        let _ = writeln!(out, "</details>\n");
    } else {
        more(out, omitted + rest.len());
    }
}

fn more(out: &mut String, omitted: usize) {
    if omitted > 0 {
        let _ = writeln!(
            out,
            "And {} that a comment has no room for; the full report has them.\n",
            counted(omitted as u64, "finding")
        );
    }
}

/// Writes as many rows as there is room for; gives the number of those left over.
fn table(out: &mut String, report: &Report, findings: &[&Finding], room: &mut usize) -> usize {
    if findings.is_empty() {
        return 0;
    }
    out.push_str(
        "| Severity | Finding | Package | Installed | Fixed in | Brought by |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let mut written = 0;
    for finding in findings {
        let row = row(report, finding);
        if row.len() > *room {
            break;
        }
        *room -= row.len();
        out.push_str(&row);
        written += 1;
    }
    out.push('\n');
    findings.len() - written
}

fn row(report: &Report, finding: &Finding) -> String {
    let id = page(&finding.id)
        .map_or_else(|| cell(&finding.id), |page| format!("[{}](<{}>)", cell(&finding.id), page.address));
    let exploited = if finding.scores.kev.is_some() { "<br>**exploited**" } else { "" };
    let epss = finding.scores.epss.map(|score| format!("<br>EPSS {}", markdown(&percent(score)))).unwrap_or_default();
    let kind = match finding.kind {
        FindingKind::Vulnerability => String::new(),
        kind => format!(" ({})", kind.name()),
    };
    let place = brought_by(&finding.location).unwrap_or_else(|| finding.location.path.clone());
    format!(
        "| {} | {id}{kind}{exploited}{epss} | {} | {} | {} | {} |\n",
        finding.severity,
        cell(&concerned(report, finding)),
        cell(&finding.installed),
        cell(fix(finding)),
        cell(&place)
    )
}

fn problems(out: &mut String, report: &Report, room: usize) {
    if report.problems.is_empty() {
        return;
    }
    let count = report.problems.len();
    let _ = writeln!(out, "<details><summary>{}</summary>\n", counted(count as u64, "problem"));
    let mut left = room;
    for (index, problem) in report.problems.iter().enumerate() {
        let line = format!("- {}\n", cell(&problem_line(problem)));
        if line.len() > left {
            let _ = writeln!(out, "- and {} more", count - index);
            break;
        }
        left -= line.len();
        out.push_str(&line);
    }
    let _ = writeln!(out, "\n</details>\n");
}

/// Inert text for a cell, cut where a row would become too long to read.
fn cell(text: &str) -> String {
    let inert = markdown(text);
    if inert.len() <= CELL {
        return inert;
    }
    let short: String = text.chars().take(CELL / 8).collect();
    format!("{}…", markdown(&short))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::shared::testing::{finding, report};
    use super::*;

    #[test]
    fn a_comment_is_never_longer_than_github_takes_and_says_what_it_left_out() {
        let mut full = report(Vec::new());
        for index in 0..5_000 {
            let mut finding = finding("pkg:npm/a@1");
            finding.id = format!("CVE-2099-{index:05}");
            finding.severity = if index < 2_500 { Severity::High } else { Severity::Low };
            full.findings.push(finding);
        }
        full.summary.findings = vec![(Severity::High, 2_500), (Severity::Low, 2_500)];
        let text = write(&[full.clone()], Style::default());
        assert!(text.len() < 65_536, "{}", text.len());
        let rows = text.lines().filter(|line| line.starts_with("| high")).count();
        assert!(text.contains(&format!("And {} findings that a comment has no room for", 5_000 - rows)), "{text}");
        let four = write(&[full.clone(), full.clone(), full.clone(), full], Style::default());
        assert!(four.len() < 65_536, "{}", four.len());
    }

    proptest! {
        #[test]
        fn every_row_has_its_cells_whatever_the_names(name in ".{0,80}") {
            let mut report = report(Vec::new());
            let mut finding = finding(&name);
            finding.id.clone_from(&name);
            finding.location.path.clone_from(&name);
            finding.installed = name;
            report.findings.push(finding);
            let text = write(&[report], Style::default());
            let row = text.lines().find(|line| line.starts_with("| high")).unwrap();
            prop_assert_eq!(row.matches('|').count(), 7, "{}", row);
        }
    }
}
