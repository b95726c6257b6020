//! Every rule of `content/checks`, held to the cases beside it, and the sets of `content/policies`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use boltseal_model::Limits;
use boltseal_policy::cases::{Promise, case_of_expected, hold, lacking};
use boltseal_policy::{Action, Library, Loader, Mistake, Schemas, Subject};
use boltseal_posture::fix;
use boltseal_posture::{Checks, File, Known, read, schemas};

pub fn content(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../content").join(folder)
}

pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

pub fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn load(schemas: &Schemas, paths: &[PathBuf]) -> (Library, Vec<Mistake>) {
    let limits = Limits::default();
    let mut loader = Loader::new(schemas, &limits);
    for path in paths {
        loader.add(&path.to_string_lossy(), &fs::read(path).unwrap());
    }
    loader.finish()
}

/// What a case declares; all of it must be read, or it tests less than it says.
fn declared(path: &Path) -> Vec<Known> {
    let bytes = fs::read(path).unwrap();
    let (subjects, problems) = read(&File { path: &path.to_string_lossy(), bytes: &bytes }, &Limits::default());
    assert_eq!(problems.into_sorted(), [], "{}", path.display());
    subjects.iter().flat_map(|subject| Known::of(subject).unwrap()).collect()
}

/// What is wrong with the rule in a folder.
fn wrong(schemas: &Schemas, folder: &Path) -> Vec<String> {
    let (library, mistakes) = load(schemas, &[folder.join("policy.yaml")]);
    let mut found: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    let [policy] = library.policies.as_slice() else {
        found.push(format!("{}: one rule must be in it", folder.display()));
        return found;
    };
    if policy.id != name(folder) {
        found.push(format!("{}: the rule is called {}", folder.display(), policy.id));
    }
    let (mut promises, mut expected) = (Vec::new(), 0);
    for path in entries(folder).into_iter().filter(|path| name(path) != "policy.yaml") {
        if let Some(case) = case_of_expected(&name(&path)) {
            expected += 1;
            let bytes = fs::read(folder.join(&case)).unwrap();
            let broken =
                fix::hold(policy, &File { path: &case, bytes: &bytes }, &fs::read(&path).unwrap(), &Limits::default());
            found.extend(broken.map(|broken| format!("{}: {}", path.display(), broken.detail)));
            continue;
        }
        let Some(promise) = Promise::of(&name(&path)) else {
            found.push(format!("{}: neither a rule nor a case", path.display()));
            continue;
        };
        promises.push(promise);
        let known = declared(&path);
        let subjects: Vec<Subject<'_>> = known.iter().map(|known| Subject::new(known.root, &known.facts)).collect();
        let broken = hold(policy, &path.to_string_lossy(), promise, &subjects, &Limits::default());
        found.extend(broken.map(|broken| format!("{}: {}", broken.name, broken.detail)));
    }
    found.extend(
        lacking(policy, &promises, expected).into_iter().map(|broken| format!("{}: {}", broken.name, broken.detail)),
    );
    found
}

#[test]
fn every_rule_stands_its_cases() {
    let schemas = schemas();
    let folders = entries(&content("checks"));
    let wrong: Vec<String> = folders.iter().flat_map(|folder| wrong(&schemas, folder)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(Checks::load(&[], &Limits::default()).0.count(), folders.len());
}

#[test]
fn every_set_names_rules_that_are_there() {
    let schemas = schemas();
    let mut paths: Vec<PathBuf> = entries(&content("checks")).iter().map(|folder| folder.join("policy.yaml")).collect();
    paths.extend(entries(&content("policies")));
    let (library, mistakes) = load(&schemas, &paths);
    assert_eq!(mistakes, []);
    let sets: BTreeSet<&str> = library.sets.iter().map(|set| set.id.as_str()).collect();
    assert_eq!(sets, BTreeSet::from(["audit", "baseline", "strict"]));
    for set in &library.sets {
        assert!(!set.rules(&library.policies).is_empty(), "{}", set.id);
    }
    let built_in = || Checks::load(&[], &Limits::default()).0;
    assert_eq!(built_in().sets().map(str::to_owned).collect::<BTreeSet<_>>().len(), 3);
    let baseline = built_in().of_set("baseline").unwrap();
    let every = built_in().rules().len();
    assert!((20..every).contains(&baseline.rules().len()), "{}", baseline.rules().len());
    assert!(baseline.rules().iter().all(|rule| rule.action == Action::Deny));
    assert!(built_in().of_set("none").is_none());
}

#[test]
fn a_finding_points_at_the_line_that_is_at_fault() {
    let schemas = schemas();
    let (library, _) = load(&schemas, &[content("checks/container-privileged/policy.yaml")]);
    let known = &declared(&content("checks/container-privileged/fires-init-container.yaml"))[0];
    match library.policies[0].judge(&Subject::new("workload", &known.facts), None, &Limits::default()) {
        boltseal_policy::Outcome::Broken(breaches) => {
            assert_eq!(breaches[0].position.map(|at| (at.line, at.column)), Some((10, 21)), "{breaches:?}");
            assert_eq!(breaches[0].element.as_deref(), Some("container tune"));
        }
        other => panic!("{other:?}"),
    }
}
