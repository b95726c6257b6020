//! Every case below `tests/fixtures`.

use std::path::{Path, PathBuf};

use boltseal_model::Problems;
use boltseal_posture::pod_security::{ALL, Level, Version, judge};
use boltseal_posture::{ALL as ALL_FORMATS, File, kubernetes, read, recognise};
use boltseal_testkit::fixtures::{Case, Outcome, check};
use serde_json::json;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The folder of a check, whose ids are those of Kubernetes and not ours.
fn folder(id: &str) -> String {
    let words = id.replace('_', "-");
    words.chars().fold(String::new(), |mut folder, letter| {
        if letter.is_uppercase() {
            folder.push('-');
        }
        folder.extend(letter.to_lowercase());
        folder
    })
}

#[test]
fn every_check_keeps_the_promises_of_its_cases() {
    let folders: Vec<String> = ALL.iter().map(|check| folder(check.id)).collect();
    let ids: Vec<&str> = folders.iter().map(String::as_str).collect();
    check(&root().join("pod-security"), &ids, pod_security);
}

/// What the case's own check says of each of its files, which are named by level and version.
fn pod_security(case: &Case) -> Outcome {
    let limits = case.limits();
    let (mut hits, mut problems, mut refusals) = (0, Problems::default(), Vec::new());
    let files = case.files();
    for (path, bytes) in &files {
        let (level, version) = path.trim_end_matches(".yaml").split_once('.').unwrap();
        let level = Level::ALL.into_iter().find(|it| it.name() == level).unwrap();
        let version: Version = version.parse().unwrap();
        let (workloads, found) = kubernetes::parse(&File { path, bytes }, &limits);
        problems.append(found);
        let own: Vec<_> = workloads
            .iter()
            .flat_map(|workload| judge(workload, level, version))
            .filter(|denial| folder(denial.check.id) == case.id)
            .map(|denial| json!({ "reason": denial.refusal.reason, "detail": denial.refusal.detail, "at": denial.refusal.at }))
            .collect();
        assert!(!case.name.starts_with("fires-") || !own.is_empty(), "{}/{}/{path} does not fire", case.id, case.name);
        hits += own.len();
        refusals.push(json!({ "file": path, "refusals": own }));
    }
    let problems = problems.into_sorted();
    Outcome { hits, golden: json!({ "files": refusals, "problems": problems }), problems }
}

#[test]
fn every_reader_keeps_the_promises_of_its_cases() {
    let ids: Vec<&str> = ALL_FORMATS.iter().map(|format| format.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    check(&root().join("readers"), &ids, |case| {
        let limits = case.limits();
        let (mut subjects, mut problems) = (Vec::new(), Problems::default());
        for (path, bytes) in case.files() {
            let (found, unread) = read(&File { path: &path, bytes: &bytes }, &limits);
            // What is found is found by the reader whose case it is.
            let recognised = recognise(&path, &bytes).map(|format| format.id);
            assert!(found.is_empty() || recognised == Some(&case.id), "{}/{path}: {recognised:?}", case.name);
            subjects.extend(found);
            problems.append(unread);
        }
        let problems = problems.into_sorted();
        // The value of every variable and secret of the cases that must not be shown.
        assert!(!format!("{subjects:?}{problems:?}").contains("hunter2"), "{}", case.name);
        Outcome { hits: subjects.len(), golden: json!({ "subjects": subjects, "problems": problems }), problems }
    });
}
