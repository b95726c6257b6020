//! The report for a person at a terminal: what is wrong, worst first, and what to do about it.

use std::collections::BTreeMap;
use std::fmt::Write;

use boltseal_model::{Distribution, Ecosystem, Finding, Package, Report, Severity, Summary, Verdict};
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};

use super::shared::{counted, decision};
use super::{Format, Style, Writer};
use crate::remedy::command;
use crate::text::visible;

/// For people: grouped by where the packages come from, with the command that mends each group.
pub static FORMAT: Format = Format {
    id: "table",
    title: "for people: findings by origin, with the command that mends them",
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
    for group in groups(report) {
        group_table(&mut out, &group, style, &paint);
    }
    problems(&mut out, report, &paint);
    closing(&mut out, report, &paint);
    out
}

/// Findings of the packages that one command mends: those of the distribution, or those of one ecosystem in one folder.
struct Group<'a> {
    ecosystem: Ecosystem,
    title: String,
    rows: Vec<Row<'a>>,
}

/// One line: binary packages of one source that share a vulnerability stand together.
struct Row<'a> {
    finding: &'a Finding,
    packages: Vec<&'a Package>,
}

fn groups(report: &Report) -> Vec<Group<'_>> {
    let packages: BTreeMap<(&str, &boltseal_model::Location), &Package> =
        report.packages.iter().map(|package| ((package.purl.as_str(), &package.location), package)).collect();
    let mut groups: BTreeMap<(bool, Ecosystem, String), Group<'_>> = BTreeMap::new();
    for finding in &report.findings {
        let Some(package) = packages.get(&(finding.package.as_str(), &finding.location)) else { continue };
        let place = if package.ecosystem.is_os() { String::new() } else { project(&package.location.path) };
        let title = title(package.ecosystem, &place, report);
        let key = (!package.ecosystem.is_os(), package.ecosystem, place);
        let group =
            groups.entry(key).or_insert_with(|| Group { ecosystem: package.ecosystem, title, rows: Vec::new() });
        let joins = |row: &&mut Row<'_>| {
            row.finding.id == finding.id
                && row.finding.fixed == finding.fixed
                && row.packages.first().is_some_and(|first| first.advisory_key() == package.advisory_key())
        };
        match group.rows.iter_mut().find(joins) {
            Some(row) => row.packages.push(package),
            None => group.rows.push(Row { finding, packages: vec![package] }),
        }
    }
    groups.into_values().collect()
}

/// The folder that a language package belongs to, as a person would name it.
fn project(path: &str) -> String {
    let folder = ["/node_modules/", "/site-packages/", "/dist-packages/"]
        .iter()
        .find_map(|inner| path.find(inner).and_then(|at| path.get(..at + inner.len() - 1)));
    folder.unwrap_or(path).to_owned()
}

fn title(ecosystem: Ecosystem, place: &str, report: &Report) -> String {
    if !ecosystem.is_os() {
        return format!("{}: {place}", ecosystem.title());
    }
    let distribution = report.subject.distribution.as_ref();
    let name =
        |distribution: &Distribution| distribution.name.clone().unwrap_or_else(|| distribution.namespace().to_string());
    distribution.map_or_else(|| "Operating system".to_owned(), name)
}

fn heading(out: &mut String, report: &Report, paint: &Paint) {
    let subject = &report.subject;
    let mut facts = Vec::new();
    if let Some(distribution) = &subject.distribution {
        facts.push(distribution.name.clone().unwrap_or_else(|| distribution.namespace().to_string()));
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

fn group_table(out: &mut String, group: &Group<'_>, style: Style, paint: &Paint) {
    let _ = writeln!(out, "\n{}", paint.bold(&visible(&group.title)));
    let mut table = plain_table(style);
    table.set_header(["SEVERITY", "ID", "PACKAGE", "INSTALLED", "FIXED IN", "BROUGHT BY"]);
    for row in &group.rows {
        let names: Vec<&str> = row.packages.iter().map(|package| package.name.as_str()).collect();
        table.add_row([
            cell(row.finding.severity),
            Cell::new(visible(&row.finding.id)),
            Cell::new(visible(&names.join(", "))),
            Cell::new(visible(&row.finding.installed)),
            Cell::new(visible(row.finding.fixed.as_deref().unwrap_or("-"))),
            Cell::new(brought_by(row.finding)),
        ]);
    }
    lines(out, &table);
    let fixes = fixes(group);
    if !fixes.is_empty() {
        let fixes: Vec<(&str, &str)> = fixes.iter().map(|(name, fixed)| (*name, fixed.as_str())).collect();
        let _ = writeln!(out, "  {} {}", paint.bold("fix:"), visible(&command(group.ecosystem, &fixes)));
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

/// The version to bring each package to: that of its last finding to be fixed, as the rows give them.
fn fixes<'a>(group: &Group<'a>) -> BTreeMap<&'a str, String> {
    let order = boltseal_advisory::version::of(group.ecosystem);
    let mut fixes: BTreeMap<&str, String> = BTreeMap::new();
    for row in &group.rows {
        let Some(fixed) = &row.finding.fixed else { continue };
        for package in &row.packages {
            let known = fixes.entry(package.name.as_str()).or_insert_with(|| fixed.clone());
            if (order.compare)(known, fixed).is_lt() {
                known.clone_from(fixed);
            }
        }
    }
    fixes
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

/// The layer and its instruction, short enough for a column.
fn brought_by(finding: &Finding) -> String {
    const MOST: usize = 40;
    let Some(layer) = finding.location.layer else { return visible(&finding.location.path).into_owned() };
    let instruction = finding.location.instruction.as_deref().unwrap_or_default();
    let short: String = visible(instruction).chars().take(MOST).collect();
    let dots = if instruction.chars().count() > MOST { "…" } else { "" };
    format!("{layer} {short}{dots}").trim_end().to_owned()
}

fn problems(out: &mut String, report: &Report, paint: &Paint) {
    if report.problems.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint.bold("Problems"));
    for problem in &report.problems {
        let layer = problem.layer.map(|layer| format!("layer {layer}: ")).unwrap_or_default();
        let path = problem.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
        let _ = writeln!(out, "  {}", visible(&format!("{layer}{path}{} ({})", problem.detail, problem.kind.name())));
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
        0 if summary.complete => writeln!(out, "\nno known vulnerability"),
        0 => writeln!(out, "\nno known vulnerability in what could be read"),
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
