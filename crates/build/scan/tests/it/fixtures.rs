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
        let (_, bytes) = case.files().remove(0);
        let report: Report = serde_json::from_slice(&bytes).unwrap();
        let format = find(&case.id).unwrap();
        let plain = (format.write)(&report, Style { color: false, width: Some(120) });
        let colored = (format.write)(&report, Style { color: true, width: Some(120) });
        // Only what we paint may tell the terminal something.
        assert!(!plain.contains('\x1b'), "{plain:?}");
        Outcome {
            hits: report.findings.len(),
            problems: report.problems,
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
    let text = (find("json").unwrap().write)(&report, Style::default());
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}
