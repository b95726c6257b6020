//! Numbers as pictures: rings and bars, as shares that the templates draw.

use std::collections::BTreeMap;

use boltseal_model::{Finding, FindingKind, FixStatus, Report, Severity};

use crate::format::shared::{counted, groups, shortened};
use boltseal_model::text::visible;

/// Bars of one chart. A subject can hold five hundred layers; what brings most is what matters.
const MOST_BARS: usize = 20;

/// A ring of slices with a number in the middle.
pub struct Ring {
    pub title: &'static str,
    pub spoken: String,
    pub total: u64,
    pub centre: u64,
    pub caption: &'static str,
    pub slices: Vec<Slice>,
}

/// One slice, in hundredths of the ring.
pub struct Slice {
    pub tone: &'static str,
    pub label: &'static str,
    pub count: u64,
    pub share: String,
    pub start: String,
}

/// One bar, divided by severity. Its length is that of the longest bar, in hundredths.
pub struct Bar {
    pub label: String,
    pub spoken: String,
    pub total: usize,
    pub parts: Vec<Part>,
}

/// A part of a bar.
pub struct Part {
    pub tone: &'static str,
    pub share: String,
}

/// Findings by severity, and by whether something can be done.
pub fn rings(report: &Report) -> Vec<Ring> {
    let severities = Severity::WORST_FIRST.map(|severity| {
        let count = report.findings.iter().filter(|finding| finding.severity == severity).count() as u64;
        (severity.name(), severity.name(), count)
    });
    let count = |is: fn(&Finding) -> bool| report.findings.iter().filter(|finding| is(finding)).count() as u64;
    let fixed = count(|finding| finding.status == FixStatus::Fixed);
    let never = count(is_hopeless);
    let total = report.findings.len() as u64;
    let open = total.saturating_sub(fixed + never);
    let fixes = [("fix", "fix available", fixed), ("open", "no fix yet", open), ("never", "no fix to come", never)];
    vec![
        ring("By severity", if report.findings.len() == 1 { "finding" } else { "findings" }, total, &severities),
        ring("By what can be done", "fixable", fixed, &fixes),
    ]
}

/// Whether the publisher has said that no version will mend it, or none that everybody may have.
fn is_hopeless(finding: &Finding) -> bool {
    matches!(finding.status, FixStatus::WillNotFix | FixStatus::EndOfLife | FixStatus::ExtendedSupport)
}

fn ring(title: &'static str, caption: &'static str, centre: u64, counts: &[(&'static str, &'static str, u64)]) -> Ring {
    let total: u64 = counts.iter().map(|(.., count)| count).sum();
    let mut before = 0;
    let slices = counts
        .iter()
        .map(|&(tone, label, count)| {
            let slice = Slice { tone, label, count, share: hundredths(count, total), start: hundredths(before, total) };
            before += count;
            slice
        })
        .collect();
    let parts: Vec<String> = counts.iter().map(|(_, label, count)| format!("{count} {label}")).collect();
    Ring { title, spoken: format!("{title}: {}", parts.join(", ")), total, centre, caption, slices }
}

/// Findings by what brought them: the layer in an image, elsewhere the project.
pub fn origins(report: &Report) -> (&'static str, Vec<Bar>) {
    let mut by_layer: BTreeMap<u32, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        if let Some(layer) = finding.location.layer {
            by_layer.entry(layer).or_default().push(finding);
        }
    }
    if !by_layer.is_empty() {
        let label = |layer: u32, findings: &[&Finding]| {
            let instruction = findings.first().and_then(|finding| finding.location.instruction.as_deref());
            format!("{layer}  {}", instruction.unwrap_or("(no instruction is recorded)"))
        };
        let bars = by_layer.into_iter().map(|(layer, findings)| (label(layer, &findings), findings)).collect();
        return ("By layer, base first", longest(bars));
    }
    let by_place = groups(report, FindingKind::Vulnerability)
        .into_iter()
        .map(|group| (group.title, group.rows.iter().map(|row| row.finding).collect()))
        .collect();
    ("By project", longest(by_place))
}

/// The bars with the most findings, in the order in which they came; the rest as one.
fn longest(mut bars: Vec<(String, Vec<&Finding>)>) -> Vec<Bar> {
    if bars.len() > MOST_BARS {
        let mut lengths: Vec<usize> = bars.iter().map(|(_, findings)| findings.len()).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let least = lengths.get(MOST_BARS - 1).copied().unwrap_or_default();
        let mut room = MOST_BARS;
        let (kept, rest): (Vec<_>, Vec<_>) = bars.into_iter().partition(|(_, findings)| {
            let keep = findings.len() >= least && room > 0;
            room -= usize::from(keep);
            keep
        });
        bars = kept;
        let label = format!("{} more", rest.len());
        bars.push((label, rest.into_iter().flat_map(|(_, findings)| findings).collect()));
    }
    let most = bars.iter().map(|(_, findings)| findings.len()).max().unwrap_or_default();
    bars.into_iter().map(|(label, findings)| bar(&label, &findings, most)).collect()
}

fn bar(label: &str, findings: &[&Finding], most: usize) -> Bar {
    let counts = Severity::WORST_FIRST
        .map(|severity| (severity, findings.iter().filter(|finding| finding.severity == severity).count() as u64));
    let parts: Vec<(Severity, u64)> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    let spoken: Vec<String> = parts.iter().map(|(severity, count)| format!("{count} {severity}")).collect();
    Bar {
        label: shortened(&visible(label), 300),
        spoken: format!("{}: {}", counted(findings.len() as u64, "finding"), spoken.join(", ")),
        total: findings.len(),
        parts: parts
            .into_iter()
            .map(|(severity, count)| Part { tone: severity.name(), share: hundredths(count, most as u64) })
            .collect(),
    }
}

/// A share in hundredths with two decimals, in whole numbers so that every machine writes the same.
fn hundredths(count: u64, total: u64) -> String {
    let parts = count.saturating_mul(10_000).checked_div(total).unwrap_or_default();
    format!("{}.{:02}", parts / 100, parts % 100)
}

#[cfg(test)]
mod tests {
    use super::super::super::shared::testing::{finding, report};
    use super::*;

    #[test]
    fn shares_are_hundredths() {
        assert_eq!(hundredths(1, 3), "33.33");
        assert_eq!(hundredths(3, 3), "100.00");
        assert_eq!(hundredths(0, 0), "0.00");
    }

    #[test]
    fn every_finding_is_in_a_bar_however_many_layers_there_are() {
        let mut report = report(Vec::new());
        for layer in 0..500 {
            for _ in 0..=layer % 7 {
                let mut finding = finding("pkg:npm/a@1");
                finding.location.layer = Some(layer);
                report.findings.push(finding);
            }
        }
        let (_, bars) = origins(&report);
        assert_eq!(bars.len(), MOST_BARS + 1);
        assert_eq!(bars.iter().map(|bar| bar.total).sum::<usize>(), report.findings.len());
        assert_eq!(bars.last().unwrap().label, "480 more");
    }
}
