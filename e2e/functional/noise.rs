//! Findings that are left out with a reason, from the command line.

use std::fs;

use boltseal_model::Report;

use crate::parts::{boltseal, part};

fn scan_in(folder: &std::path::Path, arguments: &[&str]) -> Option<(Option<i32>, Result<Report, String>)> {
    let shop = part("BOLTSEAL_SHOP_IMAGE")?;
    let mut command = boltseal()?;
    command.current_dir(folder).arg("scan").arg(&shop).args(["--format", "json", "--show-suppressed"]).args(arguments);
    let output = command.output().unwrap();
    let report =
        serde_json::from_slice(&output.stdout).map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned());
    Some((output.status.code(), report))
}

const EXEMPTION: &str = "[[exemption]]\nid = \"CVE-2019-11324\"\nreason = \"checked\"\nowner = \"team\"\nexpires = ";

#[test]
fn exemptions_lie_in_the_folder_or_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let ids =
        |report: &Report| report.suppressed.iter().map(|left_out| left_out.finding.id.clone()).collect::<Vec<_>>();
    let Some((_, without)) = scan_in(folder.path(), &[]) else { return };
    assert_eq!(ids(&without.unwrap()), [""; 0]);
    fs::write(folder.path().join("boltseal-ignore.toml"), format!("{EXEMPTION}\"2099-01-01\"\n")).unwrap();
    let (code, found) = scan_in(folder.path(), &[]).unwrap();
    assert_eq!((code, ids(&found.unwrap())), (Some(0), vec!["CVE-2019-11324".to_owned()]));
    fs::write(folder.path().join("other.toml"), format!("{EXEMPTION}\"2020-01-01\"\n")).unwrap();
    let (_, expired) = scan_in(folder.path(), &["--ignore-file", "other.toml"]).unwrap();
    let expired = expired.unwrap();
    assert!(ids(&expired).is_empty() && expired.problems[0].detail.contains("ask team"), "{:?}", expired.problems);
    fs::write(folder.path().join("other.toml"), format!("{EXEMPTION}soon\n")).unwrap();
    let (code, errors) = scan_in(folder.path(), &["--ignore-file", "other.toml"]).unwrap();
    assert_eq!(code, Some(2));
    assert!(errors.unwrap_err().contains("other.toml"));
}

#[test]
fn a_vex_document_that_cannot_be_read_leaves_the_scan_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.vex.json"), "{\"something\": \"else\"}").unwrap();
    let Some((code, report)) = scan_in(folder.path(), &["--vex", "a.vex.json"]) else { return };
    assert_eq!(code, Some(3));
    assert!(report.unwrap().findings.len() > 50, "the findings are there all the same");
}

#[test]
fn the_order_by_risk_begins_with_the_highest() {
    let folder = tempfile::tempdir().unwrap();
    let Some((_, report)) = scan_in(folder.path(), &["--sort", "risk"]) else { return };
    let risks: Vec<f64> =
        report.unwrap().findings.iter().map(|finding| finding.scores.risk.unwrap_or_default()).collect();
    assert!(risks.is_sorted_by(|a, b| a >= b) && risks[0] > 0.0, "{risks:?}");
}
