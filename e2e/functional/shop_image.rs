//! The demo's image: Debian 12 with a Python and a Node application on it, from real packages.

use std::collections::BTreeSet;
use std::process::Command;

use boltseal_model::{Ecosystem, Report};

use crate::parts::{part, run, scan};

/// Package, vulnerability and fixed version, as the publishers' advisories say.
const KNOWN: &[(&str, &str, &str)] = &[
    ("urllib3", "CVE-2019-11324", "1.24.2"),
    ("urllib3", "CVE-2020-26137", "1.25.9"),
    ("Jinja2", "CVE-2019-10906", "2.10.1"),
    ("Flask", "CVE-2018-1000656", "0.12.3"),
    ("Werkzeug", "CVE-2019-14806", "0.15.3"),
    ("Django", "CVE-2019-12308", "2.2.2"),
    ("requests", "CVE-2018-18074", "2.20.0"),
    ("handlebars", "CVE-2015-8861", "4.0.0"),
    ("hoek", "CVE-2018-3728", "4.2.1"),
    ("lodash", "CVE-2018-3721", "4.17.5"),
    ("lodash", "CVE-2018-16487", "4.17.11"),
    ("marked", "CVE-2015-8854", "0.3.4"),
    ("moment", "CVE-2016-4055", "2.11.2"),
    ("qs", "CVE-2014-7191", "1.0.0"),
];

fn shop() -> Option<String> {
    Some(part("BOLTSEAL_SHOP_IMAGE")?.to_string_lossy().into_owned())
}

#[test]
fn old_packages_of_both_applications_are_found_with_their_fixes() {
    let Some((report, code)) = shop().and_then(|shop| scan(&shop)) else { return };
    assert_eq!((report.problems.as_slice(), code), (&[][..], 0));
    for (name, id, fixed) in KNOWN {
        let package = report
            .packages
            .iter()
            .find(|package| package.name == *name)
            .unwrap_or_else(|| panic!("{name} is installed"));
        let finding = report.findings.iter().find(|finding| finding.id == *id && finding.package == package.purl);
        let finding = finding.unwrap_or_else(|| panic!("{name} has {id}"));
        assert_eq!(finding.fixed.as_deref(), Some(*fixed), "{name} {id}");
        let expected = if package.ecosystem == Ecosystem::Npm { "RUN npm ci" } else { "RUN pip install" };
        assert!(
            finding.location.instruction.as_deref().unwrap_or_default().starts_with(expected),
            "{:?}",
            finding.location
        );
    }
}

#[test]
fn installed_packages_are_those_that_pip_and_npm_installed() {
    let Some((report, _)) = shop().and_then(|shop| scan(&shop)) else { return };
    let versions = |ecosystem| -> BTreeSet<String> {
        let packages =
            report.packages.iter().filter(|package| package.ecosystem == ecosystem && package.owner.is_none());
        packages.map(|package| format!("{} {}", package.name.to_lowercase(), package.version)).collect()
    };
    let python = versions(Ecosystem::Pypi);
    assert_eq!(python.len(), 6, "{python:?}");
    assert!(python.contains("django 2.2") && python.contains("urllib3 1.24.1"), "{python:?}");
    assert!(
        versions(Ecosystem::Npm).is_superset(&["lodash 4.17.4", "qs 0.6.6", "marked 0.3.3"].map(str::to_owned).into())
    );
}

#[test]
fn one_image_in_four_formats_has_one_report() {
    let Some(shop) = shop() else { return };
    let scratch = tempfile::tempdir().unwrap();
    let path = |name: &str| scratch.path().join(name).to_string_lossy().into_owned();
    let copies = [
        format!("oci:{}:1.0", path("layout")),
        format!("oci-archive:{}:1.0", path("layout.tar")),
        format!("docker-archive:{}:shop:1.0", path("archive.tar")),
    ];
    let facts = |report: &Report| {
        let findings: Vec<_> =
            report.findings.iter().map(|finding| (finding.id.clone(), finding.location.clone())).collect();
        (report.packages.clone(), findings)
    };
    let Some((original, _)) = scan(&shop) else { return };
    for copy in copies {
        let from = format!("docker-archive:{shop}");
        let output =
            Command::new("skopeo").args(["--insecure-policy", "copy", &from, &copy]).output().expect("skopeo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let target = copy.replace("oci-archive:", "oci:");
        let (report, code) = scan(&target).unwrap();
        assert_eq!((report.problems.as_slice(), code), (&[][..], 0), "{target}");
        assert_eq!(facts(&report), facts(&original), "{target}");
    }
}

#[test]
fn the_same_scan_gives_the_same_bytes() {
    let Some(shop) = shop() else { return };
    let bytes = || run(&["scan", &shop, "--format", "json"]).map(|output| output.stdout);
    assert_eq!(bytes(), bytes());
}

#[test]
fn the_json_report_keeps_to_its_published_schema() {
    let Some(shop) = shop() else { return };
    let scratch = tempfile::tempdir().unwrap();
    let report = scratch.path().join("report.json");
    let Some(output) = run(&["scan", &shop, "--format", "json", "--output", &report.to_string_lossy()]) else { return };
    assert_eq!(output.status.code(), Some(0));
    boltseal_testkit::schema::check(&report, "report.v1.schema.json");
}

#[test]
fn explain_names_comparison_layer_and_instruction() {
    let Some(output) = shop().and_then(|shop| run(&["scan", &shop, "--explain", "CVE-2019-11324"])) else { return };
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["AFFECTED: urllib3 1.24.1", "1.24.2", "layer        1", "RUN pip install", "site-packages/urllib3"] {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
}

#[test]
fn explain_says_when_a_vulnerability_is_elsewhere_or_unknown() {
    let Some(shop) = shop() else { return };
    let explain = |id: &str| String::from_utf8(run(&["scan", &shop, "--explain", id]).unwrap().stdout).unwrap();
    if std::env::var_os("BOLTSEAL_BINARY").is_none() {
        return;
    }
    let elsewhere = explain("CVE-2021-38297");
    assert!(elsewhere.contains("Not affected: none of the"), "{elsewhere}");
    let unknown = explain("CVE-1999-99999");
    assert!(unknown.contains("Unknown: no advisory"), "{unknown}");
}
