//! Exit codes and messages, as `docs/reference/exit-codes.md` states them.

use std::fs;

use crate::parts::{boltseal, part, run};

fn code_and_errors(arguments: &[&str]) -> Option<(i32, String)> {
    let output = run(arguments)?;
    Some((output.status.code().expect("boltseal exits"), String::from_utf8(output.stderr).unwrap()))
}

#[test]
fn findings_over_the_threshold_deny_and_others_do_not() {
    let Some(shop) = part("BOLTSEAL_SHOP_IMAGE") else { return };
    let shop = shop.to_string_lossy();
    let Some(output) = run(&["scan", &shop, "--fail-on", "high"]) else { return };
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("denied:"));
    assert_eq!(run(&["scan", &shop]).unwrap().status.code(), Some(0));
}

#[test]
fn a_wrong_command_line_names_the_way_out() {
    let Some((code, errors)) = code_and_errors(&["scan", "/no/such/image.tar"]) else { return };
    assert_eq!(code, 2);
    assert!(errors.contains("/no/such/image.tar: there is no such file"), "{errors}");
    let (code, errors) = code_and_errors(&["scan", "x", "--fail-on", "terrible"]).unwrap();
    assert_eq!(code, 2);
    assert!(errors.contains("critical, high, medium, low or unknown"), "{errors}");
}

#[test]
fn something_that_is_no_image_is_incomplete_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "just some notes\n".repeat(100)).unwrap();
    let Some((code, errors)) = code_and_errors(&["scan", &text.to_string_lossy()]) else { return };
    assert_eq!(code, 3, "{errors}");
    assert!(errors.contains("cannot read an image from"), "{errors}");
}

#[test]
fn a_missing_or_damaged_database_is_never_replaced_silently() {
    let Some(tree) = part("BOLTSEAL_TREE_UPDATED") else { return };
    let tree = format!("dir:{}", tree.display());
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("advisories.db");
    let path = database.to_string_lossy().into_owned();
    let Some((code, errors)) = code_and_errors(&["scan", &tree, "--db", &path]) else { return };
    assert_eq!(code, 2);
    assert!(errors.contains("cannot read the advisory database"), "{errors}");
    fs::write(&database, b"not a database").unwrap();
    let (code, errors) = code_and_errors(&["scan", &tree, "--db", &path]).unwrap();
    assert_eq!(code, 2);
    assert!(errors.contains("boltseal db build"), "{errors}");
}

#[test]
fn a_database_is_built_from_real_advisories_and_used() {
    let Some(source) = boltseal_testkit::data::find("advisories/debian/debian-12-fixed.tsv") else { return };
    let Some(tree) = part("BOLTSEAL_TREE_RELEASE") else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.db").to_string_lossy().into_owned();
    let Some(built) = run(&["db", "build", "--from", &source.to_string_lossy(), "--db", &path]) else { return };
    assert_eq!(built.status.code(), Some(0), "{}", String::from_utf8_lossy(&built.stderr));
    let status = String::from_utf8(run(&["db", "status", "--db", &path]).unwrap().stdout).unwrap();
    assert!(status.contains("debian-fixed-table") && status.contains("debian:12"), "{status}");
    let scanned = run(&["scan", &format!("dir:{}", tree.display()), "--db", &path]).unwrap();
    let text = String::from_utf8(scanned.stdout).unwrap();
    assert!(text.contains("CVE-"), "{text}");
    // The Python packages of the tree belong to Debian's packages, so that Debian's advisories cover them as well.
    assert_eq!(scanned.status.code(), Some(0));
}

#[test]
fn every_part_is_listed_for_programs_with_what_it_misses() {
    let Some(output) = run(&["rules", "list", "--format", "json"]) else { return };
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = document["rules"].as_array().unwrap();
    let named = |kind: &str| rules.iter().filter(|rule| rule["kind"] == kind).count();
    assert!(["analyzer", "importer", "report-format", "version-order"].map(named).iter().all(|&count| count >= 8));
    assert!(named("malware-rule") > 100 && named("secret-rule") > 250);
    for rule in rules {
        let is_said = |member: &str| rule[member].as_str().is_some_and(|text| !text.is_empty());
        let says = if rule["severity"].is_null() { "misses" } else { "title" };
        assert!(is_said("id") && is_said(says), "{rule}");
    }
    let some = run(&["rules", "list", "--only", "content", "--format", "json"]).unwrap();
    let some: serde_json::Value = serde_json::from_slice(&some.stdout).unwrap();
    assert_eq!(some["rules"].as_array().unwrap().len(), named("malware-rule") + named("secret-rule"));
    assert!(
        run(&["rules", "list", "--format", "json"]).unwrap().stdout == output.stdout,
        "the same list, the same bytes"
    );
}

#[test]
fn nothing_but_results_goes_to_standard_output() {
    let Some(tree) = part("BOLTSEAL_TREE_UPDATED") else { return };
    let Some(mut command) = boltseal() else { return };
    let output = command.args(["scan", &format!("dir:{}", tree.display()), "--format", "json"]).output().unwrap();
    serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
