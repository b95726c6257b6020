//! Any bytes at all give workloads and the problems met, and every workload a judgement.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use boltseal_model::{Limits, ProblemKind};
use boltseal_posture::pod_security::{Level, Version, judge};
use boltseal_posture::{File, kubernetes, recognise};
use proptest::prelude::*;

use crate::fixtures::root;

/// Every file of every fixture.
static FIXTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut found = Vec::new();
    collect(&root(), &mut found);
    found
});

fn collect(folder: &Path, found: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, found);
        } else if path.parent().is_some_and(|parent| parent.ends_with("input")) {
            found.push(fs::read(&path).unwrap());
        }
    }
}

/// Reads and judges, and holds the results to what every result promises.
fn read(bytes: &[u8]) {
    let limits = Limits { json_depth: 40, documents_per_file: 20, ..Limits::default() };
    let (workloads, problems) = kubernetes::parse(&File { path: "f", bytes }, &limits);
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 2;
    for problem in problems.into_sorted() {
        assert!(!problem.detail.is_empty() && problem.detail.len() <= 2_000, "{problem:?}");
        assert!(problem.kind == ProblemKind::Omitted || problem.path.as_deref() == Some("f"), "{problem:?}");
    }
    for workload in &workloads {
        for version in Version::all() {
            assert!(judge(workload, Level::Privileged, version).is_empty());
            let [baseline, restricted] =
                [Level::Baseline, Level::Restricted].map(|level| judge(workload, level, version));
            // Whoever is refused by the laxer level is refused by the stricter one.
            assert!(baseline.is_empty() || !restricted.is_empty(), "{version}: {workload:?}");
            for denial in baseline.iter().chain(&restricted) {
                let is_placed = denial.refusal.at.iter().all(|at| (1..=lines).contains(&(at.line as usize)));
                assert!(is_placed && !denial.refusal.at.is_empty(), "{denial:?}");
            }
        }
    }
}

fn changed() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, any::<u8>()), 0..8);
    (any::<prop::sample::Index>(), changes).prop_map(|(file, changes)| {
        let mut bytes = file.get(&FIXTURES).clone();
        for (place, change, byte) in &changes {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match change {
                0 => bytes[place] = *byte,
                1 => bytes.insert(place, *byte),
                _ => bytes.truncate(place),
            }
        }
        bytes
    })
}

/// Reads as whatever it is, by its content and by a name, and holds the results to what every result promises.
fn read_any(path: &str, bytes: &[u8]) {
    let limits = Limits { json_depth: 40, documents_per_file: 20, ..Limits::default() };
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 2;
    let _ = recognise(path, bytes);
    let (subjects, problems) = boltseal_posture::read(&File { path, bytes }, &limits);
    for problem in problems.into_sorted() {
        assert!(!problem.detail.is_empty() && problem.detail.len() <= 2_000, "{problem:?}");
        assert!(problem.kind == ProblemKind::Omitted || problem.path.as_deref() == Some(path), "{problem:?}");
    }
    for subject in &subjects {
        let at = subject.at();
        assert!((1..=lines).contains(&(at.line as usize)) && at.column > 0, "{subject:?}");
    }
}

proptest! {
    #[test]
    fn never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&bytes);
        read_any("f", &bytes);
        read_any("Dockerfile", &bytes);
    }

    #[test]
    fn never_panics_on_any_lines_of_a_dockerfile(
        lines in prop::collection::vec("(FROM|RUN|COPY|ADD|ENV|ARG|USER|EXPOSE|ONBUILD|HEALTHCHECK)[ -~é\t]{0,40}[\\\\]?", 0..20),
    ) {
        read_any("Dockerfile", lines.join("\n").as_bytes());
    }

    #[test]
    fn never_panics_on_changed_fixtures(bytes in changed()) {
        read(&bytes);
        read_any("f", &bytes);
    }
}
