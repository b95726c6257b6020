//! Declarations that people wrote for others to use.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use boltseal_posture::recognise;
use boltseal_testkit::data;

use super::{checks, hold, mend};

fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
    found.sort();
}

/// Holds every declaration in a folder to what is promised of patches.
fn hold_all(folder: &Path) {
    let checks = checks();
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    let (mut files, mut offers, mut reasons) = (0, 0, BTreeMap::<String, usize>::new());
    for path in &paths {
        let Ok(text) = fs::read_to_string(path) else { continue };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if recognise(&name, text.as_bytes()).is_none() {
            continue;
        }
        files += 1;
        hold(&checks, &name, &text);
        for offer in mend(&checks, &name, &text).offers {
            match offer.edits {
                Ok(_) => offers += 1,
                Err(reason) => *reasons.entry(reason).or_default() += 1,
            }
        }
    }
    assert!(files > 20 && offers > 100, "{}: {files} files, {offers} patches, {reasons:?}", folder.display());
}

#[test]
fn patches_of_manifests_that_people_wrote_apply_and_mend() {
    if let Some(folder) = data::find("kubernetes/examples") {
        hold_all(&folder);
    }
}

#[test]
fn patches_of_dockerfiles_and_manifests_of_a_test_suite_apply_and_mend() {
    if let Some(folder) = data::unpack("supply-chain/checkov-dockerfile-kubernetes.tar.zst") {
        hold_all(folder.path());
    }
}
