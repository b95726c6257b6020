//! The report for a person at a terminal: what is wrong, worst first, and what to do about it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use boltseal_model::{Finding, FindingKind, Report, Severity, Summary, Verdict};
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table, Width};

use super::shared::{
    Group, counted, decision, distribution_name, exploited, fix, groups, mended, package_name, place, problem_line,
    shortened,
};
use super::{Format, Style, Writer};
use boltseal_model::text::visible;

/// For people: grouped by where the packages come from, with the command that mends each group.
pub static FORMAT: Format = Format {
    id: "table",
    title: "for people: findings by origin, with the command that mends them",
    omits: "packages without findings, of which it gives the number",
    source: "docs/reports.md",
    held_to: None,
    writer: Writer::Many(write),
    sbom: None,
};

fn write(reports: &[Report], style: Style) -> String {
    let bodies: Vec<String> = reports.iter().map(|report| one(report, style)).collect();
    if reports.len() == 1 { bodies.concat() } else { format!("{}\n{}", overview(reports, style), bodies.join("\n")) }
}

/// A line for each subject: how bad it is, and what the gate does.
fn overview(reports: &[Report], style: Style) -> String {
    let mut table = plain_table(style);
    table.set_header(["SUBJECT", "WORST", "FINDINGS", "FIXABLE", "DECISION"]);
    for report in reports {
        let summary = &report.summary;
        table.add_row([
            Cell::new(visible(&report.subject.name)),
            summary.worst().map_or_else(|| Cell::new("-"), cell),
            Cell::new(summary.total()),
            Cell::new(summary.fixable),
            Cell::new(decision(report)),
        ]);
    }
    let mut out = String::new();
    lines(&mut out, &table);
    let all = Summary::of_all(reports);
    let _ = writeln!(
        out,
        "{}: {}, {} fixable",
        counted(reports.len() as u64, "subject"),
        counted(all.total(), "finding"),
        all.fixable
    );
    out
}

fn one(report: &Report, style: Style) -> String {
    let paint = Paint { color: style.color };
    let mut out = String::new();
    heading(&mut out, report, &paint);
    end_of_life(&mut out, report, style, &paint);
    files(&mut out, report, FindingKind::Malware, "Malware", style, &paint);
    files(&mut out, report, FindingKind::Secret, "Secrets that anybody can read who has this", style, &paint);
    files(&mut out, report, FindingKind::Misconfiguration, "Misconfigured", style, &paint);
    for group in groups(report, FindingKind::Vulnerability) {
        group_table(&mut out, &group, style, &paint);
    }
    licences(&mut out, report, style, &paint);
    problems(&mut out, report, &paint);
    closing(&mut out, report, &paint);
    out
}

fn heading(out: &mut String, report: &Report, paint: &Paint) {
    let subject = &report.subject;
    let mut facts = Vec::new();
    if let Some(distribution) = &subject.distribution {
        facts.push(distribution_name(distribution));
    }
    facts.extend(subject.platform.clone());
    if !subject.layers.is_empty() {
        facts.push(counted(subject.layers.len() as u64, "layer"));
    }
    facts.push(counted(report.summary.packages, "package"));
    let tags = if subject.tags.is_empty() { String::new() } else { format!(" ({})", subject.tags.join(", ")) };
    let _ = writeln!(out, "{}{}", paint.bold(&visible(&subject.name)), visible(&tags));
    let _ = writeln!(out, "{}", visible(&facts.join(" · ")));
}

/// What nobody looks after any more comes first: no fix will come for the rest.
fn end_of_life(out: &mut String, report: &Report, style: Style, paint: &Paint) {
    let findings: Vec<&Finding> = of_kind(report, FindingKind::EndOfLife);
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint.bold("No longer looked after"));
    let mut table = plain_table(style);
    table.set_header(["SEVERITY", "WHAT", "TO DO"]);
    for finding in findings {
        table.add_row([
            cell(finding.severity),
            Cell::new(visible(&finding.title)),
            Cell::new(visible(&finding.remediation)),
        ]);
    }
    lines(out, &table);
}

/// Files that are wrong, and what was seen there.
fn files(out: &mut String, report: &Report, kind: FindingKind, title: &str, style: Style, paint: &Paint) {
    let findings: Vec<&Finding> = of_kind(report, kind);
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint.bold(title));
    let places = Places::new(&findings, style);
    let mut table = plain_table(style);
    // Without layers, nothing but its own path can be said of a file.
    let is_layered = !places.layers.is_empty();
    let header = places.header().filter(|_| is_layered);
    table.set_header(["SEVERITY", "WHAT", "WHERE", "SEEN"].into_iter().chain(header));
    for &finding in &findings {
        let hidden = finding.location.hidden_by.map(|layer| format!(", hidden by layer {layer}")).unwrap_or_default();
        let more = match finding.also.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let cells = [
            cell(finding.severity),
            Cell::new(visible(&finding.title)),
            Cell::new(visible(&format!("{}{more}{hidden}", place(&finding.location)))),
            Cell::new(visible(&finding.evidence)),
        ];
        table.add_row(cells.into_iter().chain(places.cell(finding).filter(|_| is_layered)));
    }
    lines(out, &table);
    places.legend(out);
    let remedies: BTreeSet<&str> = findings.iter().map(|finding| finding.remediation.as_str()).collect();
    for remedy in remedies {
        let _ = writeln!(out, "  {} {}", paint.bold("do:"), visible(remedy));
    }
    for (finding, line) in findings.iter().filter_map(|finding| Some((finding, mended(finding)?))) {
        let line = format!("{}: {}: {line}", place(&finding.location), finding.id);
        let _ = writeln!(out, "  {} {}", paint.bold("fix:"), visible(&line));
    }
}

fn licences(out: &mut String, report: &Report, style: Style, paint: &Paint) {
    let findings: Vec<&Finding> = of_kind(report, FindingKind::Licence);
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint.bold("Licences that are not allowed"));
    let places = Places::new(&findings, style);
    let mut table = plain_table(style);
    table.set_header(["SEVERITY", "LICENCE", "PACKAGE", "INSTALLED"].into_iter().chain(places.header()));
    for &finding in &findings {
        let cells = [
            cell(finding.severity),
            Cell::new(visible(&finding.id)),
            Cell::new(visible(package_name(report, &finding.package))),
            Cell::new(visible(&finding.installed)),
        ];
        table.add_row(cells.into_iter().chain(places.cell(finding)));
    }
    lines(out, &table);
    places.legend(out);
}

fn of_kind(report: &Report, kind: FindingKind) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.kind == kind).collect()
}

fn group_table(out: &mut String, group: &Group<'_>, style: Style, paint: &Paint) {
    let _ = writeln!(out, "\n{}", paint.bold(&visible(&group.title)));
    // The column is there only where somebody knows something: lines are short.
    let is_rated = group.rows.iter().any(|row| exploited(row.finding).is_some());
    let findings: Vec<&Finding> = group.rows.iter().map(|row| row.finding).collect();
    let places = Places::new(&findings, style);
    let mut header = vec!["SEVERITY", "ID", "PACKAGE", "INSTALLED", "FIXED IN"];
    if is_rated {
        header.insert(2, "EXPLOITED");
    }
    let mut table = plain_table(style);
    table.set_header(header.into_iter().chain(places.header()));
    for row in &group.rows {
        let mut cells = vec![
            cell(row.finding.severity),
            Cell::new(visible(&row.finding.id)),
            Cell::new(visible(&row.names.join(", "))),
            Cell::new(visible(&row.finding.installed)),
            Cell::new(visible(fix(row.finding))),
        ];
        if is_rated {
            let text = Cell::new(exploited(row.finding).unwrap_or_default());
            let is_known = row.finding.scores.kev.is_some();
            cells.insert(2, if is_known { text.fg(Color::Red).add_attribute(Attribute::Bold) } else { text });
        }
        table.add_row(cells.into_iter().chain(places.cell(row.finding)));
    }
    keep_whole(&mut table, 1, findings.iter().map(|finding| finding.id.as_str()));
    let words = findings.iter().filter(|finding| finding.fixed.is_none()).map(|finding| fix(finding));
    keep_whole(&mut table, if is_rated { 5 } else { 4 }, words);
    lines(out, &table);
    places.legend(out);
    if let Some(command) = group.remedy() {
        let _ = writeln!(out, "  {} {}", paint.bold("fix:"), visible(&command));
    }
}

/// A table without lines, as wide as the output.
fn plain_table(style: Style) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    // A pipe or file gets lines that are as long as they need to be; comfy-table would guess 80 columns.
    table.set_width(style.width.unwrap_or(u16::MAX));
    if style.color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn lines(out: &mut String, table: &Table) {
    for line in table.lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// A severity in its colour; the table draws it only where styling is on.
fn cell(severity: Severity) -> Cell {
    let cell = Cell::new(severity);
    match severity {
        Severity::Critical => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Severity::High => cell.fg(Color::Red),
        Severity::Medium => cell.fg(Color::Yellow),
        Severity::Low => cell.fg(Color::Cyan),
        Severity::Unknown => cell.add_attribute(Attribute::Dim),
    }
}

/// Keeps words of a column in one piece, so that they can be read, found and copied, as far as they are of ordinary length.
fn keep_whole<'a>(table: &mut Table, column: usize, words: impl Iterator<Item = &'a str>) {
    const ORDINARY: u16 = 20;
    const PADDING: u16 = 2;
    let longest = words.map(|word| word.chars().count()).max().unwrap_or_default();
    let width = u16::try_from(longest).unwrap_or(ORDINARY).min(ORDINARY) + PADDING;
    if let Some(column) = table.column_mut(column) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
    }
}

/// What brought the packages: a column where lines are long, otherwise the number of the layer and a legend below.
struct Places<'a> {
    is_narrow: bool,
    width: usize,
    layers: BTreeMap<u32, &'a str>,
}

impl<'a> Places<'a> {
    /// Columns below which instructions have no room beside the rest.
    const NARROW: u16 = 110;

    fn new(findings: &[&'a Finding], style: Style) -> Self {
        let layer = |finding: &&'a Finding| {
            Some((finding.location.layer?, finding.location.instruction.as_deref().unwrap_or_default()))
        };
        Self {
            is_narrow: style.width.is_some_and(|width| width < Self::NARROW),
            width: usize::from(style.width.unwrap_or(u16::MAX)),
            layers: findings.iter().filter_map(layer).collect(),
        }
    }

    fn header(&self) -> Option<&'static str> {
        match (self.is_narrow, self.layers.is_empty()) {
            (false, _) => Some("BROUGHT BY"),
            (true, false) => Some("LAYER"),
            // The title names the folder.
            (true, true) => None,
        }
    }

    fn cell(&self, finding: &Finding) -> Option<Cell> {
        self.header()?;
        let layer = finding.location.layer.map(|layer| layer.to_string()).unwrap_or_default();
        Some(if self.is_narrow { Cell::new(layer) } else { Cell::new(brought_by(finding)) })
    }

    fn legend(&self, out: &mut String) {
        for (layer, instruction) in self.layers.iter().filter(|_| self.is_narrow) {
            let line = format!("  layer {layer}: {}", visible(instruction));
            let _ = writeln!(out, "{}", shortened(&line, self.width));
        }
    }
}

/// The layer and its instruction, short enough for a column.
fn brought_by(finding: &Finding) -> String {
    const MOST: usize = 40;
    let Some(layer) = finding.location.layer else { return visible(&finding.location.path).into_owned() };
    let instruction = visible(finding.location.instruction.as_deref().unwrap_or_default());
    format!("{layer} {}", shortened(&instruction, MOST)).trim_end().to_owned()
}

fn problems(out: &mut String, report: &Report, paint: &Paint) {
    if report.problems.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint.bold("Problems"));
    for problem in &report.problems {
        let _ = writeln!(out, "  {}", problem_line(problem));
    }
}

fn closing(out: &mut String, report: &Report, paint: &Paint) {
    let summary = &report.summary;
    let total: u64 = summary.findings.iter().map(|(_, count)| count).sum();
    let by_severity: Vec<String> = summary
        .findings
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| paint.in_color(*severity, &format!("{count} {severity}")))
        .collect();
    let _ = match total {
        0 if summary.complete => writeln!(out, "\nnothing found"),
        0 => writeln!(out, "\nnothing found in what could be read"),
        _ => writeln!(out, "\n{}: {}; {} fixable", counted(total, "finding"), by_severity.join(", "), summary.fixable),
    };
    for suppression in &summary.suppressed {
        let _ = writeln!(out, "left out: {} ({})", suppression.count, suppression.reason);
    }
    if !summary.complete {
        let _ = writeln!(
            out,
            "{}",
            paint.in_color(Severity::High, "incomplete: not everything could be read, see the problems")
        );
    }
    if report.decision.verdict == Verdict::Deny {
        let _ =
            writeln!(out, "{} {}", paint.in_color(Severity::Critical, "denied:"), report.decision.reasons.join("; "));
    }
    let newest = report.database.newest.as_deref().map(|date| format!(", newest of {date}")).unwrap_or_default();
    let _ = writeln!(out, "advisories: {} in {}{newest}", report.database.advisories, visible(&report.database.origin));
}

/// Colours, where the output understands them.
struct Paint {
    color: bool,
}

impl Paint {
    fn bold(&self, text: &str) -> String {
        self.wrap("1", text)
    }

    fn in_color(&self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Critical => "1;31",
            Severity::High => "31",
            Severity::Medium => "33",
            Severity::Low => "36",
            Severity::Unknown => "2",
        };
        self.wrap(code, text)
    }

    fn wrap(&self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use boltseal_model::FixStatus;

    use super::super::shared::testing::{finding, report};
    use super::*;

    #[test]
    fn eighty_columns_are_enough_and_break_no_identifier() {
        let mut report = report(Vec::new());
        for (id, status) in [("CVE-2023-12345", FixStatus::WillNotFix), ("GHSA-mh33-7rrq-662w", FixStatus::Deferred)] {
            let mut finding = finding("pkg:deb/debian/libssl3@3.0.11-1~deb12u1");
            (finding.id, finding.status) = (id.into(), status);
            finding.installed = "3.0.11-1~deb12u1".into();
            finding.scores.epss = Some(0.5);
            finding.location.layer = Some(1);
            finding.location.instruction =
                Some("RUN apt-get update && apt-get install --yes openssl ".repeat(5).into());
            report.findings.push(finding);
        }
        let text = write(&[report], Style { width: Some(80), ..Style::default() });
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line:?}");
        }
        for word in ["CVE-2023-12345", "GHSA-mh33-7rrq-662w", "will-not-fix", "deferred", "50.0%"] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
}
