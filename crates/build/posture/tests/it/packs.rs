//! The manifests of `../shared/data/kubernetes`, which state what is expected of them in their paths.

use std::fs;
use std::path::{Path, PathBuf};

use boltseal_model::{Limits, Problem, Workload};
use boltseal_posture::pod_security::{ALL, Level, Version, judge};
use boltseal_posture::{File, kubernetes};
use boltseal_testkit::data;

pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|it| extension == *it)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn parse(path: &Path) -> (Vec<Workload>, Vec<Problem>) {
    let bytes = fs::read(path).unwrap();
    let file = File { path: &path.to_string_lossy(), bytes: &bytes };
    let (workloads, problems) = kubernetes::parse(&file, &Limits::default());
    (workloads, problems.into_sorted())
}

/// The ids that a file is about: the one that its name begins with, and those that stand in for it at a level and version.
fn concerned(name: &str, level: Level, version: Version) -> Vec<&'static str> {
    let Some(named) = ALL.iter().find(|check| name.trim_end_matches(char::is_numeric) == check.id.to_lowercase())
    else {
        panic!("{name} begins with no check's id");
    };
    let standing_in: Vec<&str> = ALL
        .iter()
        .filter(|check| check.level <= level && check.since <= version && check.overrides.contains(&named.id))
        .map(|check| check.id)
        .collect();
    if standing_in.is_empty() { vec![named.id] } else { standing_in }
}

/// What a file breaks besides, because it could not be otherwise: processes of the host have its network, privileged containers gain
/// more than they started with, and without a security context nothing is dropped.
const COMPANIONS: [(&str, &str); 4] = [
    ("allowprivilegeescalation3", "capabilities_restricted"),
    ("privileged0", "allowPrivilegeEscalation"),
    ("privileged1", "allowPrivilegeEscalation"),
    ("windowshostprocess", "hostNamespaces"),
];

/// Every version is tried that the pack has, and each file with the level and version of its folder.
#[test]
fn every_pod_gets_the_result_of_its_folder_by_the_check_that_it_is_about() {
    let Some(folder) = data::unpack("kubernetes/pod-security-admission.tar.zst") else { return };
    let mut failures = Vec::new();
    let (mut passed, mut failed) = (0, 0);
    for path in files(folder.path()) {
        let parts: Vec<&str> = path.iter().rev().take(4).map(|part| part.to_str().unwrap()).collect();
        let [file, expected, version, level] = parts[..] else { panic!("{path:?}") };
        let level = Level::ALL.into_iter().find(|it| it.name() == level).unwrap();
        let version: Version = version.parse().unwrap();
        let (workloads, problems) = parse(&path);
        let [workload] = &workloads[..] else { panic!("{path:?}: {} workloads", workloads.len()) };
        let name = file.trim_end_matches(".yaml");
        let ids =
            |version| -> Vec<&str> { judge(workload, level, version).iter().map(|denial| denial.check.id).collect() };
        let denials = ids(version);
        let is_right = match expected {
            "pass" => {
                passed += 1;
                // No pod of the pack has what a later version refuses for the first time.
                denials.is_empty() && ids(Version::LATEST).is_empty()
            }
            "fail" => {
                failed += 1;
                let companions = COMPANIONS.iter().filter(|(stem, _)| name.starts_with(stem)).map(|(_, id)| *id);
                let mut expected: Vec<&str> = companions.filter(|id| denials.contains(id)).collect();
                expected.extend(concerned(name, level, version));
                expected.sort_unstable();
                // These pods have users of their own, for which the laxer level makes an exception since.
                let is_relaxed = name.starts_with("procmount") && level == Level::Baseline;
                denials == expected && ids(Version::LATEST).is_empty() == is_relaxed
            }
            _ => panic!("{path:?}"),
        };
        if !is_right || !problems.is_empty() {
            failures.push(format!("{level:?} {version} {expected} {file}: {denials:?} {problems:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!((passed, failed), (140, 490));
}

/// Nobody says what is expected of these; that they are read whole, and which of them a level allows, is held fast.
#[test]
fn real_manifests_are_read_whole() {
    let Some(folder) = data::find("kubernetes/examples") else { return };
    let (mut workloads, mut allowed, mut unread) = (0, [0; 3], Vec::new());
    for path in files(&folder) {
        let (found, problems) = parse(&path);
        let name = path.file_name().unwrap().to_string_lossy();
        unread.extend(problems.iter().map(|problem| format!("{name}: {}", problem.detail)));
        for workload in found {
            assert!(!workload.containers.is_empty() && workload.at.line > 0, "{workload:?}");
            workloads += 1;
            for (level, allowed) in Level::ALL.into_iter().zip(&mut allowed) {
                *allowed += usize::from(judge(&workload, level, Version::LATEST).is_empty());
            }
        }
    }
    assert_eq!(unread, ["openshift-controller.yaml: line 12, column 3: `selector` is there twice; the last counts"]);
    assert_eq!((workloads, allowed), (47, [47, 39, 0]));
}

/// Objects as a server has them, with everything that it adds. Those called invalid were refused for what they hold.
#[test]
fn objects_of_a_real_server_are_read_whole() {
    let Some(folder) = data::find("kubernetes/admission-reviews") else { return };
    let mut workloads = 0;
    for path in files(&folder) {
        let review: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let object = &review["request"]["object"];
        if object.is_null() {
            continue;
        }
        let text = serde_json::to_string_pretty(object).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (found, problems) = kubernetes::parse(&File { path: &name, bytes: text.as_bytes() }, &Limits::default());
        assert!(problems.is_empty(), "{name}: {:?}", problems.into_sorted());
        let runs =
            object["kind"] == "Pod" || !object["spec"]["template"]["spec"].is_null() || object["kind"] == "CronJob";
        assert_eq!(found.len(), usize::from(runs), "{name}");
        workloads += found.len();
    }
    assert_eq!(workloads, 227);
}
