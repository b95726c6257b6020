//! The configuration file: it says what the command line does not, and never comes from what is looked at.

use std::fs;
use std::path::Path;
use std::process::Output;

use boltseal_model::Report;

use crate::parts::boltseal;

/// A rule that finds "needle in hay".
const RULE: &str = "rule own { strings: $a = \"needle in hay\" condition: $a }\n";

/// A folder `work` with a file of rules, and a folder `tree` with what they find.
fn prepared() -> tempfile::TempDir {
    let scratch = tempfile::tempdir().unwrap();
    for folder in ["work/rules", "tree"] {
        fs::create_dir_all(scratch.path().join(folder)).unwrap();
    }
    fs::write(scratch.path().join("work/rules/own.yar"), RULE).unwrap();
    fs::write(scratch.path().join("tree/file"), "a needle in hay").unwrap();
    scratch
}

fn scan(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Option<Output> {
    let mut command = boltseal()?;
    command.current_dir(folder).args(["scan", "--format", "json"]).args(arguments).envs(variables.iter().copied());
    Some(command.output().expect("boltseal starts"))
}

fn finds(output: &Output) -> bool {
    let report = serde_json::from_slice::<Report>(&output.stdout);
    let report = report.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    report.findings.iter().any(|finding| finding.id == "own")
}

#[test]
fn flags_beat_the_environment_which_beats_the_file() {
    let scratch = prepared();
    let work = scratch.path().join("work");
    fs::write(work.join("boltseal.toml"), "rules = ['rules']\nonly = ['malware']\n").unwrap();
    fs::create_dir(work.join("none")).unwrap();
    let target = format!("dir:{}", scratch.path().join("tree").display());
    let Some(told) = scan(&work, &[&target], &[]) else { return };
    assert!(finds(&told));
    assert!(!finds(&scan(&work, &[&target], &[("BOLTSEAL_RULES", "none")]).unwrap()));
    assert!(finds(&scan(&work, &[&target, "--rules", "rules"], &[("BOLTSEAL_RULES", "none")]).unwrap()));
    assert!(!finds(&scan(&work, &[&target, "--only", "secret"], &[]).unwrap()));
    let named = work.join("boltseal.toml");
    let (named, tree) = (named.to_string_lossy(), scratch.path().join("tree"));
    assert!(finds(&scan(&tree, &[&target, "--config", &named], &[]).unwrap()), "its paths are from its own folder");
    assert!(finds(&scan(&tree, &[&target], &[("BOLTSEAL_CONFIG", &named)]).unwrap()));
}

#[test]
fn what_is_looked_at_does_not_say_how() {
    let scratch = prepared();
    let (work, tree) = (scratch.path().join("work"), scratch.path().join("tree"));
    // Whoever wrote the tree wishes that nothing in it be found.
    fs::write(tree.join("boltseal.toml"), "only = ['licence']\n").unwrap();
    let rules = work.join("rules").to_string_lossy().into_owned();
    let above = format!("dir:{}", scratch.path().display());
    for target in [".", "dir:.", above.as_str()] {
        let Some(output) = scan(&tree, &[target, "--rules", &rules], &[]) else { return };
        assert!(finds(&output), "{target}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("boltseal.toml lies in") && said.contains("--config boltseal.toml"), "{said}");
    }
    let taken = scan(&tree, &[".", "--rules", &rules, "--config", "boltseal.toml"], &[]).unwrap();
    assert!(!finds(&taken), "whoever names it wants it");
    std::os::unix::fs::symlink(tree.join("boltseal.toml"), work.join("boltseal.toml")).unwrap();
    let target = format!("dir:{}", tree.display());
    assert!(finds(&scan(&work, &[&target, "--rules", &rules], &[]).unwrap()), "a link leads there too");
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_nothing_is_scanned() {
    let scratch = prepared();
    let work = scratch.path().join("work");
    let target = format!("dir:{}", scratch.path().join("tree").display());
    for (text, said) in [
        ("only = ['malware']\nruels = ['rules']\n", "boltseal.toml:2:1: unknown key `ruels`; the nearest is `rules`"),
        ("fail-on = 'terrible'\n", "boltseal.toml:1:11: invalid value 'terrible' for '--fail-on <SEVERITY>'"),
        ("only = [\n", "boltseal.toml:"),
    ] {
        fs::write(work.join("boltseal.toml"), text).unwrap();
        let Some(output) = scan(&work, &[&target], &[]) else { return };
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(said) && output.stdout.is_empty(), "{errors}");
    }
    let output = scan(&work, &[&target, "--config", "absent.toml"], &[]).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("reading absent.toml"), "{errors}");
}
