//! What is declared for each platform is held to the same rules, and to policies of the user.

use std::fs;
use std::path::Path;

use boltseal_model::{FindingKind, ProblemKind, Report};

use crate::parts::run;

/// The application of the examples, declared four times.
const SHOP: [&str; 4] = ["Dockerfile", "deployment.yaml", "task-definition.json", "container-group.yaml"];

fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/shop").join(name).to_string_lossy().into_owned()
}

/// The report on a target, and the exit code.
fn declared(target: &str, flags: &[&str]) -> Option<(Report, Option<i32>)> {
    let arguments = [&["scan", target, "--only", "misconfiguration", "--format", "json"], flags].concat();
    let output = run(&arguments)?;
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{target}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    Some((report, output.status.code()))
}

#[test]
fn one_rule_fires_on_all_four_declarations_of_an_application() {
    for (name, line) in SHOP.iter().zip([6, 23, 8, 21]) {
        let Some((report, code)) = declared(&example(name), &["--fail-on", "high"]) else { return };
        assert_eq!((code, report.problems.as_slice()), (Some(1), &[][..]), "{name}");
        for rule in ["container-runs-as-root", "secret-in-environment"] {
            let finding = report.findings.iter().find(|finding| finding.id == rule);
            let finding = finding.unwrap_or_else(|| panic!("{rule} does not fire on {name}: {:#?}", report.findings));
            assert_eq!(finding.kind, FindingKind::Misconfiguration);
            assert!(finding.location.path.ends_with(name) && finding.location.column.is_some(), "{finding:#?}");
            if rule == "container-runs-as-root" {
                assert_eq!(finding.location.line, Some(line), "{name}");
            }
        }
    }
}

#[test]
fn a_folder_is_searched_for_declarations_and_templates_are_said_not_to_be_judged() {
    let folder = tempfile::tempdir().unwrap();
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec: {{ .Values.spec }}\n";
    fs::create_dir(folder.path().join("chart")).unwrap();
    fs::write(folder.path().join("chart/pod.yaml"), template).unwrap();
    fs::write(folder.path().join("values.yaml"), "replicas: 2\n").unwrap();
    fs::copy(example("Dockerfile"), folder.path().join("Dockerfile")).unwrap();
    let Some((report, code)) = declared(&folder.path().to_string_lossy(), &[]) else { return };
    assert_eq!((code, report.summary.complete), (Some(0), true), "{:#?}", report.problems);
    assert!(report.findings.iter().all(|finding| finding.location.path == "Dockerfile"), "{:#?}", report.findings);
    let [problem] = report.problems.as_slice() else { panic!("{:#?}", report.problems) };
    assert_eq!((problem.kind, problem.path.as_deref()), (ProblemKind::NotJudged, Some("chart/pod.yaml")));
}

#[test]
fn a_set_decides_and_policies_of_the_user_count() {
    let deployment = example("deployment.yaml");
    let Some((report, code)) = declared(&deployment, &["--policy-set", "baseline"]) else { return };
    assert_eq!(code, Some(1), "{:#?}", report.decision);
    let (report, code) = declared(&deployment, &["--policy-set", "audit"]).unwrap();
    assert!(code == Some(0) && !report.findings.is_empty(), "{:#?}", report.decision);
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.yaml");
    let text = "id: team-unnamed\ntitle: Nobody answers for a workload\nseverity: low\nat: [admit]\non: workload\n\
                when: \"!('team' in workload.labels)\"\naction: warn\nmessage: it names no team\nremediation: Label it.\n";
    fs::write(&policy, text).unwrap();
    let path = policy.to_string_lossy().into_owned();
    let (report, _) = declared(&deployment, &["--policy", &path]).unwrap();
    assert!(report.findings.iter().any(|finding| finding.id == "team-unnamed"), "{:#?}", report.findings);
    fs::write(&policy, text.replace("labels", "lables")).unwrap();
    let (report, code) = declared(&deployment, &["--policy", &path]).unwrap();
    assert!(code == Some(3) && !report.findings.is_empty(), "a policy that is wrong keeps no other from counting");
}

#[test]
fn policies_are_checked_tested_and_explained() {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let [checks, rule] = ["checks", "checks/container-runs-as-root"].map(|it| content.join(it).display().to_string());
    let Some(output) = run(&["policy", "test", &checks]) else { return };
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with("0 mistakes, 0 broken\n"), "{said}");
    let output = run(&["policy", "explain", "--policy", &rule, &example("deployment.yaml")]).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.code() == Some(1) && said.contains("line 23, column 24"), "{said}");
    let output = run(&["policy", "check", &checks, &content.join("policies").to_string_lossy()]).unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
