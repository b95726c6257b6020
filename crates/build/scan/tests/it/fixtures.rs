//! Every report format writes what its golden files say.

use std::path::Path;

use boltseal_model::Report;
use boltseal_scan::format::{ALL, Style, find};
use boltseal_testkit::fixtures::{Outcome, check};

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

#[test]
fn json_is_read_back_as_the_same_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats/json/fires-shop/input/report.json");
    let report: Report = serde_json::from_slice(&std::fs::read(root).unwrap()).unwrap();
    let text = find("json").unwrap().write(std::slice::from_ref(&report), Style::default()).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}
