//! What is left out of the findings, and the account of it.

use boltseal_advisory::Date;
use boltseal_advisory::vex::{self, Statements};
use boltseal_model::{Finding, FindingKind, Limits, ProblemKind, Severity};
use boltseal_scan::format::{self, Style, Writer};
use boltseal_scan::{Exemptions, Options, Sort};
use boltseal_testkit::image::{Image, Layer, oci};

use crate::images::{DEBIAN, scan_bytes, wheel};

/// A base image with an old urllib3, and an application with an old Jinja2 on it.
fn image() -> Vec<u8> {
    let base = Layer::new()
        .file("etc/os-release", DEBIAN)
        .file("usr/lib/python3/urllib3-1.24.1.dist-info/METADATA", wheel("urllib3", "1.24.1"))
        .made_by("ADD base.tar /");
    let application =
        Layer::new().file("app/jinja2-2.10.dist-info/METADATA", wheel("Jinja2", "2.10")).made_by("RUN pip install");
    let image = Image::new().layer(base).step("CMD [\"bash\"]").layer(application).step("CMD [\"python3\"]");
    oci(&[image]).unwrap().to_tar()
}

fn options() -> Options {
    Options { show_suppressed: true, lifecycles_on: Date::parse("2020-01-01"), ..Options::default() }
}

/// Names of the packages with findings, and the reasons for those left out.
fn outcome(options: &Options) -> (Vec<String>, Vec<String>) {
    let report = scan_bytes(&image(), options).unwrap().report;
    let mut names: Vec<String> = report.findings.iter().map(|finding| finding.package.clone()).collect();
    names.sort();
    names.dedup();
    let counted: u64 = report.summary.suppressed.iter().map(|suppression| suppression.count).sum();
    assert_eq!(counted, report.suppressed.len() as u64, "every one is counted");
    (names, report.summary.suppressed.into_iter().map(|suppression| suppression.reason).collect())
}

const BOTH: [&str; 2] = ["pkg:pypi/jinja2@2.10", "pkg:pypi/urllib3@1.24.1"];

#[test]
fn findings_of_the_base_image_are_left_out_on_request_only() {
    assert_eq!(outcome(&options()), (BOTH.map(str::to_owned).to_vec(), vec![]));
    let report = scan_bytes(&image(), &options()).unwrap().report;
    assert_eq!(report.subject.base_layers, Some(1));
    let (names, reasons) = outcome(&Options { exclude_base: true, ..options() });
    assert_eq!(names, [BOTH[0]]);
    assert_eq!(reasons, ["brought by the base image, which is layer 0"]);
}

#[test]
fn a_statement_dismisses_what_it_names() {
    let document = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", "author": "a", "timestamp": "2026-01-01T00:00:00Z",
        "version": 1, "statements": [{"vulnerability": {"name": "CVE-2019-10906"}, "products": [{"@id": "pkg:pypi/jinja2"}],
        "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}]}"#;
    let (statements, problems) = vex::parse("shop.vex.json", document.as_bytes(), &Limits::default());
    assert!(problems.is_empty());
    let report = scan_bytes(&image(), &Options { vex: Statements::new(statements), ..options() }).unwrap().report;
    assert!(report.findings.iter().all(|finding| finding.id != "CVE-2019-10906"));
    let left_out = &report.suppressed[0];
    assert_eq!(left_out.finding.id, "CVE-2019-10906");
    assert_eq!(left_out.reason, "not-affected, vulnerable_code_not_in_execute_path, says shop.vex.json");
}

#[test]
fn an_exemption_leaves_out_until_its_day() {
    let text = "[[exemption]]\nid = \"CVE-2019-11324\"\npackage = \"urllib3\"\nreason = \"checked\"\nowner = \"team\"\n\
                expires = \"2027-01-31\"\n";
    let on =
        |day| Options { exemptions: Exemptions::parse(text).unwrap(), exemptions_on: Date::parse(day), ..options() };
    let report = scan_bytes(&image(), &on("2027-01-31")).unwrap().report;
    assert_eq!(report.suppressed.len(), 1);
    assert_eq!(report.suppressed[0].reason, "exempt until 2027-01-31: checked (team)");
    let late = scan_bytes(&image(), &on("2027-02-01")).unwrap().report;
    assert_eq!(late.suppressed, []);
    assert_eq!(late.problems[0].kind, ProblemKind::Expired);
    assert!(late.summary.complete);
}

#[test]
fn what_is_not_wanted_is_left_out_and_counted() {
    let all = scan_bytes(&image(), &options()).unwrap().report.findings;
    let high = all.iter().filter(|finding| finding.severity >= Severity::High).count();
    assert!(high > 0 && high < all.len(), "{high} of {}", all.len());
    let report = scan_bytes(&image(), &Options { min_severity: Some(Severity::High), ..options() }).unwrap().report;
    assert_eq!((report.findings.len(), report.suppressed.len()), (high, all.len() - high));
    assert_eq!(report.summary.suppressed[0].reason, "less severe than high");
    let text = (format::find("openvex").unwrap().writer, Style::default());
    let (Writer::One(write), style) = text else { panic!("one subject each") };
    assert!(!write(&report, style).contains("not_affected"), "that nobody wants to see it is no judgement");
}

#[test]
fn a_vulnerability_without_a_fix_is_left_out_on_request_only() {
    let unfixed = |finding: &Finding| finding.kind == FindingKind::Vulnerability && finding.fixed.is_none();
    let locked = |name: &str, version: &str| {
        format!("[[package]]\nname = {name:?}\nversion = {version:?}\nsource = \"registry+https://example.org\"\n\n")
    };
    // Nobody has mended the first; the second is mended.
    let layer = Layer::new().file("app/Cargo.lock", locked("rsa", "0.9.6") + &locked("time", "0.1.42"));
    let archive = oci(&[Image::new().layer(layer)]).unwrap().to_tar();
    let all = scan_bytes(&archive, &options()).unwrap().report.findings;
    let count = all.iter().filter(|finding| unfixed(finding)).count();
    assert!(count > 0 && count < all.len(), "{count} of {}", all.len());
    let report = scan_bytes(&archive, &Options { ignore_unfixed: true, ..options() }).unwrap().report;
    assert_eq!((report.findings.len(), report.suppressed.len()), (all.len() - count, count));
    assert!(
        !report.findings.iter().any(unfixed) && report.suppressed.iter().all(|left_out| unfixed(&left_out.finding))
    );
}

#[test]
fn findings_are_sorted_by_risk_on_request() {
    let risks = |sort| -> Vec<f64> {
        let report = scan_bytes(&image(), &Options { sort, ..options() }).unwrap().report;
        report.findings.iter().map(|finding| finding.scores.risk.unwrap_or_default()).collect()
    };
    let (by_risk, by_severity) = (risks(Sort::Risk), risks(Sort::Severity));
    assert!(by_risk.is_sorted_by(|a, b| a >= b) && by_risk.len() == by_severity.len(), "{by_risk:?}");
}
