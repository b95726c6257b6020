//! What a real Debian system states of its licences, in its machine-readable copyright files.

use std::collections::BTreeMap;
use std::path::Path;

use boltseal_scan::licence::{Family, Licence};

use crate::parts::part;

/// The licences of every copyright file of a tree, with the number of times that each is stated.
///
/// Source: Debian's machine-readable debian/copyright file, version 1.0, field `License`, first line.
fn stated(tree: &Path) -> BTreeMap<String, usize> {
    let mut stated = BTreeMap::new();
    for package in std::fs::read_dir(tree.join("usr/share/doc")).unwrap().flatten() {
        let Ok(bytes) = std::fs::read(package.path().join("copyright")) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if !text.starts_with("Format:") {
            continue;
        }
        for licence in text.lines().filter_map(|line| line.strip_prefix("License:")).map(str::trim) {
            if !licence.is_empty() {
                *stated.entry(licence.to_owned()).or_default() += 1;
            }
        }
    }
    stated
}

#[test]
fn most_of_what_debian_states_is_sorted_into_a_family() {
    let Some(tree) = part("BOLTSEAL_TREE_RELEASE") else { return };
    let stated = stated(&tree);
    let count = |is: &dyn Fn(&str) -> bool| -> usize {
        stated.iter().filter(|(licence, _)| is(licence)).map(|(_, count)| count).sum()
    };
    let all = count(&|_| true);
    let sorted = count(&|licence| Licence::read(licence).family() != Family::Unknown);
    assert!(all > 200, "there is something to read: {all}");
    // The rest are names that only the file itself explains: `permissive-configure`, `Custom-regex`, a holder's name.
    assert!(sorted * 10 >= all * 8, "{sorted} of {all}: {stated:?}");
}

#[test]
fn the_licences_of_the_gnu_project_are_never_taken_for_permissive() {
    let Some(tree) = part("BOLTSEAL_TREE_RELEASE") else { return };
    for licence in stated(&tree).keys().filter(|licence| licence.starts_with("GPL-") && !licence.contains(" or ")) {
        let family = Licence::read(licence).family();
        assert!(family >= Family::WeakCopyleft, "{licence}: {family}");
    }
}
