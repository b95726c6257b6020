//! Every report format writes what its golden files say.

use std::path::Path;

use boltseal_model::{Problem, ProblemKind, Report};
use boltseal_scan::format::{ALL, Style, find};
use boltseal_scan::visible;
use boltseal_testkit::fixtures::{Outcome, check};
use proptest::prelude::*;

#[test]
fn fixtures_of_every_format() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    let ids: Vec<&str> = ALL.iter().map(|format| format.id).collect();
    check(&root, &ids, |case| {
        let reports: Vec<Report> =
            case.files().iter().map(|(_, bytes)| serde_json::from_slice(bytes).unwrap()).collect();
        let format = find(&case.id).unwrap();
        let write = |color| format.write(&reports, Style { color, width: Some(120), created: None }).unwrap();
        let (plain, colored) = (write(false), write(true));
        // Only what we paint may tell the terminal something.
        assert!(!plain.contains('\x1b'), "{plain:?}");
        Outcome {
            hits: reports.iter().map(|report| report.findings.len()).sum(),
            problems: reports.into_iter().flat_map(|report| report.problems).collect(),
            golden: serde_json::json!({
                "plain": plain.lines().collect::<Vec<_>>(),
                "colored_differs": colored != plain,
            }),
        }
    });
}

/// The report in which everything is wrong, with one text for all that an image decides.
fn hostile(text: &str) -> Report {
    let input = "tests/fixtures/formats/html/fires-everything/input/report.json";
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(input)).unwrap();
    let mut report: Report = serde_json::from_slice(&bytes).unwrap();
    let texts = [&mut report.subject.name, &mut report.database.origin];
    texts.into_iter().for_each(|field| field.replace_range(.., text));
    report.subject.tags = vec![text.to_owned()];
    report.subject.platform = Some(text.to_owned());
    report.problems = vec![Problem::at(ProblemKind::Malformed, text, text)];
    for package in &mut report.packages {
        (package.name, package.version) = (text.to_owned(), text.to_owned());
        package.licences = vec![text.to_owned(), "MIT".to_owned()];
        package.location.path.replace_range(.., text);
    }
    for finding in &mut report.findings {
        let texts = [&mut finding.id, &mut finding.title, &mut finding.installed, &mut finding.evidence];
        texts.into_iter().for_each(|field| field.replace_range(.., text));
        finding.remediation.replace_range(.., text);
        finding.aliases = vec![text.to_owned()];
        finding.location.path.replace_range(.., text);
        finding.location.instruction = Some(text.into());
        finding.fixed = finding.fixed.as_ref().map(|_| text.to_owned());
        finding.scores.cvss_vector = Some(text.to_owned());
        finding.scores.kev = Some(text.to_owned());
    }
    report
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_form_passes_on_what_a_terminal_obeys(text in r"[\x00-\xa0\u{200b}-\u{2069}\PC]{0,20}") {
        let reports = [hostile(&text)];
        for format in ALL {
            let style = Style { width: Some(80), ..Style::default() };
            let mut documents = vec![format.write(&reports, style).unwrap()];
            documents.extend(format.sbom.map(|sbom| sbom(&reports[0], style)));
            for document in documents {
                let lines: Vec<&str> = document.lines().filter(|line| visible(line) != *line).collect();
                prop_assert!(lines.is_empty(), "{}: {:?}: {:?}", format.id, text, lines);
            }
        }
    }
}

#[test]
fn a_form_for_one_subject_refuses_several() {
    let reports = [hostile("a"), hostile("b")];
    let refusing: Vec<&str> = ALL.iter().filter(|format| format.admits(2).is_err()).map(|format| format.id).collect();
    assert_eq!(refusing, ["cyclonedx", "gitlab", "openvex", "spdx"]);
    for format in ALL {
        assert_eq!(format.write(&reports, Style::default()).is_err(), refusing.contains(&format.id), "{}", format.id);
        assert!(format.admits(1).is_ok(), "{}", format.id);
    }
}

#[test]
fn json_is_read_back_as_the_same_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats/json/fires-shop/input/report.json");
    let report: Report = serde_json::from_slice(&std::fs::read(root).unwrap()).unwrap();
    let text = find("json").unwrap().write(std::slice::from_ref(&report), Style::default()).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}
