//! Repositories, bills of materials, and several targets at once.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use boltseal_model::{Report, SubjectKind};
use boltseal_testkit::data::workspace;
use serde_json::Value;

use crate::parts::{boltseal, part, run, scan};

fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output().expect("git runs");
    assert!(output.status.success(), "git: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_commit_of_a_repository_is_read_and_nothing_of_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path().join("repository");
    fs::create_dir(&repository).unwrap();
    git(&repository, &["init", "--quiet"]);
    let lock = |version: &str| format!("lodash@{version}:\n  version \"{version}\"\n");
    fs::write(repository.join("yarn.lock"), format!("# yarn lockfile v1\n\n{}", lock("4.17.4"))).unwrap();
    // What export would leave out and a filter would change is read as it was committed.
    fs::write(repository.join(".gitattributes"), "yarn.lock export-ignore filter=evil\n").unwrap();
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "--message", "old"]);
    git(&repository, &["tag", "v1"]);
    let old = git(&repository, &["rev-parse", "HEAD"]);
    fs::write(repository.join("yarn.lock"), format!("# yarn lockfile v1\n\n{}", lock("4.17.21"))).unwrap();
    git(&repository, &["commit", "--quiet", "--all", "--message", "new"]);
    let target = |revision: &str| format!("git:{}{revision}", repository.display());
    let Some((report, code)) = scan(&target("#v1")) else { return };
    assert_eq!((code, report.subject.kind), (0, SubjectKind::Repository));
    assert_eq!(report.subject.revision.as_deref(), Some(old.as_str()));
    assert_eq!(report.packages[0].version, "4.17.4");
    assert_eq!(scan(&target("")).unwrap().0.packages[0].version, "4.17.21");
    for (revision, complaint) in
        [("#no-such", "git fetch failed"), ("#--upload-pack=touch x", "no address or revision")]
    {
        let output = run(&["scan", &target(revision)]).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(3) && errors.contains(complaint), "{errors}");
    }
}

#[test]
fn a_bill_of_materials_has_the_findings_of_the_image_it_was_made_of() {
    let Some(shop) = part("BOLTSEAL_SHOP_IMAGE") else { return };
    let shop = shop.to_string_lossy();
    let folder = tempfile::tempdir().unwrap();
    let Some((image, _)) = scan(&shop) else { return };
    let pairs = |report: &Report| -> BTreeSet<(String, String)> {
        let of_packages = report.findings.iter().filter(|finding| !finding.kind.is_of_file());
        of_packages.map(|finding| (finding.package.clone(), finding.id.clone())).collect()
    };
    let purls =
        |report: &Report| -> BTreeSet<String> { report.packages.iter().map(|package| package.purl.clone()).collect() };
    for format in ["cyclonedx", "spdx"] {
        let path = folder.path().join(format!("{format}.json")).to_string_lossy().into_owned();
        let written = run(&["sbom", &shop, "--format", format, "--output", &path]).unwrap();
        assert_eq!(written.status.code(), Some(0), "{}", String::from_utf8_lossy(&written.stderr));
        assert!(!fs::read_to_string(&path).unwrap().contains("CVE-"), "no findings in a bill of materials");
        let (report, code) = scan(&path).unwrap();
        assert_eq!((report.subject.kind, code), (SubjectKind::Sbom, 0), "{:?}", report.problems);
        assert_eq!(purls(&report), purls(&image), "{format}");
        assert_eq!(pairs(&report), pairs(&image), "{format}");
    }
}

#[test]
fn several_targets_make_one_report_and_the_worst_decides() {
    let (Some(shop), Some(tree)) = (part("BOLTSEAL_SHOP_IMAGE"), part("BOLTSEAL_TREE_UPDATED")) else { return };
    let (shop, tree) = (shop.to_string_lossy(), format!("dir:{}", tree.display()));
    let Some(output) = run(&["scan", &shop, &tree, "--format", "json", "--fail-on", "high"]) else { return };
    assert_eq!(output.status.code(), Some(1), "the shop has findings of high severity");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["schema"], "boltseal.reports/v1");
    let names: Vec<&str> = document["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|report| report["subject"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, [format!("docker-archive:{shop}"), tree.clone()]);
    let single = |target: &str| scan(target).unwrap().0.summary.packages;
    assert_eq!(document["summary"]["packages"].as_u64(), Some(single(&shop) + single(&tree)));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reports.json");
    fs::write(&path, &output.stdout).unwrap();
    boltseal_testkit::schema::check(&path, "reports.v1.schema.json");
    let refused = run(&["scan", &shop, &tree, "--format", "cyclonedx"]).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    // One that cannot be read does not keep the other from being looked at.
    let partly = run(&["scan", "registry:127.0.0.1:1/app", &tree, "--format", "json"]).unwrap();
    assert_eq!(partly.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&partly.stderr).contains("127.0.0.1:1 cannot be reached"));
    assert!(String::from_utf8_lossy(&partly.stdout).contains(&tree));
}

#[test]
fn spdx_in_tags_and_values_has_the_packages_and_findings_of_its_json() {
    let (Some(shop), Some(python)) = (part("BOLTSEAL_SHOP_IMAGE"), part("BOLTSEAL_SCHEMAS")) else { return };
    let Some(mut command) = boltseal() else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (json, tags) = (at("bom.spdx.json"), at("bom.spdx"));
    let output =
        command.args(["sbom", &shop.to_string_lossy(), "--format", "spdx", "--output", &json]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // The converter of the SPDX project.
    let converter = ["-m", "spdx_tools.spdx.clitools.pyspdxtools", "-i", &json, "-o", &tags, "--novalidation"];
    let converted = Command::new(python).args(converter).output().unwrap();
    assert!(converted.status.success(), "{}", String::from_utf8_lossy(&converted.stderr));
    let read = |path: &str| {
        let (report, _) = scan(&format!("sbom:{path}")).unwrap();
        assert_eq!(report.problems, []);
        let packages: Vec<_> = report.packages.into_iter().map(|package| (package.purl, package.source)).collect();
        let findings: Vec<_> = report.findings.into_iter().map(|finding| (finding.id, finding.package)).collect();
        (packages, findings)
    };
    let of_json = read(&json);
    assert!(of_json.0.len() > 50 && of_json.1.len() > 50);
    assert_eq!(read(&tags), of_json);
}

/// Writes a CycloneDX document in JSON as XML of every version that the library of CycloneDX writes.
const AS_XML: &str = r#"
import json, sys
from cyclonedx.model.bom import Bom
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
document = json.load(open(sys.argv[1]))
for component in document["components"]:
    # Licences are looked at elsewhere, and the library admits fewer mixtures of them than tools write.
    component.pop("licenses", None)
bom = Bom.from_json(document)
for version in ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]:
    text = make_outputter(bom, OutputFormat.XML, SchemaVersion.from_version(version)).output_as_string()
    open(f"{sys.argv[2]}/{version}.xml", "w").write(text)
"#;

#[test]
fn a_bill_of_materials_in_xml_lists_the_packages_of_the_one_in_json() {
    let Some(python) = part("BOLTSEAL_SCHEMAS") else { return };
    let trivy = workspace().join("crates/build/inventory/tests/fixtures/sboms/cyclonedx/fires-trivy/input/bom.json");
    let folder = tempfile::tempdir().unwrap();
    let written =
        Command::new(python).args(["-c", AS_XML]).args([&trivy, folder.path()]).output().expect("python runs");
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let purls = |path: &Path| -> Option<BTreeSet<String>> {
        let (report, _) = scan(&format!("sbom:{}", path.display()))?;
        Some(report.packages.into_iter().map(|package| package.purl).collect())
    };
    let Some(expected) = purls(&trivy) else { return };
    assert!(expected.len() > 2, "{expected:?}");
    let mut versions = 0;
    for path in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
        assert_eq!(purls(&path).unwrap(), expected, "{}", path.display());
        versions += 1;
    }
    assert_eq!(versions, 7);
}
