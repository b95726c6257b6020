//! Reports as JUnit XML, which every build service shows as tests: what is wrong is a failed test.
//!
//! Source: the schemas that readers hold it to, of Apache Ant's JUnit task and of Jenkins' xUnit plugin. The document keeps to
//! both, so it carries members that mean nothing here: a host, and times of zero seconds.

use askama::Template;
use boltseal_model::{Finding, HeldTo, Report};

use super::shared::{brought_by, concerned, created, decision, fix, problem_line};
use super::{Format, Style, Writer};
use boltseal_model::text::visible;

/// For build services: a suite for each subject, a failed test for each finding.
pub static FORMAT: Format = Format {
    id: "junit",
    title: "JUnit XML, for build services: a failed test for each finding",
    omits: "packages without findings; what was left out on purpose",
    source: "the XML schemas of Apache Ant and Jenkins",
    held_to: Some(HeldTo {
        what: "the XML schemas of Apache Ant and Jenkins",
        tests: &[
            "e2e/functional/report_formats.rs::golden_documents_keep_to_their_schemas",
            "e2e/functional/report_formats.rs::junit_keeps_to_its_schemas_and_fails_a_test_for_every_finding",
        ],
    }),
    writer: Writer::Many(write),
    sbom: None,
};

#[derive(Template)]
#[template(path = "junit.xml", escape = "html")]
struct Document {
    suites: Vec<Suite>,
}

struct Suite {
    name: String,
    created: String,
    failures: usize,
    errors: usize,
    properties: Vec<(&'static str, String)>,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    class: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed { kind: &'static str, message: String, text: String },
    Unread { kind: &'static str, message: String },
}

fn write(reports: &[Report], style: Style) -> String {
    let document = Document { suites: reports.iter().map(|report| suite(report, style)).collect() };
    // Writing to a text in memory has no way to fail.
    document.render().unwrap_or_default() + "\n"
}

fn suite(report: &Report, style: Style) -> Suite {
    let mut cases: Vec<Case> = report.findings.iter().map(|finding| failure(report, finding)).collect();
    let failures = cases.len();
    // Problems that leave nothing unread are remarks, which this form has no place for but the name of a passed test.
    cases.extend(report.problems.iter().map(|problem| Case {
        name: token(&problem_line(problem)),
        class: "problems".into(),
        outcome: if problem.kind.is_incomplete() {
            Outcome::Unread { kind: problem.kind.name(), message: text(&problem_line(problem)) }
        } else {
            Outcome::Passed
        },
    }));
    let errors = cases.iter().filter(|case| matches!(case.outcome, Outcome::Unread { .. })).count();
    if failures == 0 && errors == 0 {
        // Readers take a suite without tests for one that was not run.
        cases.push(Case { name: "nothing found".into(), class: token(&report.subject.name), outcome: Outcome::Passed });
    }
    let mut properties = vec![
        ("tool", text(&format!("{} {}", report.tool.name, report.tool.version))),
        ("packages", report.summary.packages.to_string()),
        ("decision", decision(report).to_owned()),
        ("advisories", report.database.digest.to_string()),
    ];
    properties.extend(report.decision.reasons.iter().map(|reason| ("reason", text(reason))));
    Suite { name: token(&report.subject.name), created: created(report, style), failures, errors, properties, cases }
}

fn failure(report: &Report, finding: &Finding) -> Case {
    let name = concerned(report, finding);
    let place = brought_by(&finding.location).map(|place| format!("\nbrought by: {place}")).unwrap_or_default();
    let exploited = finding.scores.kev.as_deref().map(|date| format!("\nknown to be exploited since: {}", text(date)));
    let package = match finding.kind.is_of_file() {
        true => String::new(),
        false => format!("package: {}\nfixed in: {}\n", text(&finding.package), text(fix(finding))),
    };
    let lines = format!(
        "{package}recorded in: {}{place}{}\ndecided by: {}\nto do: {}",
        text(&finding.location.path),
        exploited.unwrap_or_default(),
        text(&finding.evidence),
        text(&finding.remediation),
    );
    Case {
        name: token(&format!("{} in {name} {}", finding.id, finding.installed)),
        class: token(&finding.location.path),
        outcome: Outcome::Failed {
            kind: finding.severity.name(),
            message: text(&format!("{}: {}", finding.severity, finding.title)),
            text: lines,
        },
    }
}

/// Text that XML 1.0 admits (section 2.2): no control characters, no two code points that stand for nothing.
fn text(text: &str) -> String {
    visible(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Text for a name: the schema trims it and makes one space of several, so that nothing else may be left of them; and it
/// wants at least one character.
fn token(name: &str) -> String {
    let words = text(name).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { "-".into() } else { words }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::shared::testing::{finding, report};
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_attribute() {
        let mut report = report(Vec::new());
        report.subject.name = "a\"><x/>\u{1}&".into();
        let text = write(&[report], Style::default());
        assert!(text.contains(r#"name="a&#34;&#62;&#60;x/&#62;\u{1}&#38;""#), "{text}");
    }

    proptest! {
        #[test]
        fn no_text_brings_a_character_that_xml_forbids(name in ".{0,60}") {
            let mut report = report(Vec::new());
            report.subject.name.clone_from(&name);
            let mut finding = finding(&name);
            finding.title = name;
            report.findings.push(finding);
            let text = write(&[report], Style::default());
            let forbidden = |character: char| {
                matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
            };
            prop_assert!(!text.contains(forbidden));
        }
    }
}
