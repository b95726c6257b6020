//! One finding for what is in several places.

use std::collections::BTreeMap;

use boltseal_model::{Finding, Fix};

/// Merges findings of the same thing in the same package at the same version. The first place stays the finding's own: an
/// installed package before the lock file that asked for it, as far as their layers tell; every other place is kept beside it.
pub fn merge(findings: &mut Vec<Finding>) {
    let mut merged: BTreeMap<(String, String, String), Finding> = BTreeMap::new();
    for finding in findings.drain(..) {
        let key = match finding.kind.is_of_file() {
            false => (finding.id.clone(), finding.package.clone(), finding.installed.clone()),
            // The same secret in several lines of a file, or in several versions of it.
            true => (finding.id.clone(), finding.location.path.clone(), finding.evidence.clone()),
        };
        match merged.remove(&key) {
            None => {
                merged.insert(key, finding);
            }
            Some(known) => {
                let (mut first, other) =
                    if rank(&finding) < rank(&known) { (finding, known) } else { (known, finding) };
                mend_both(&mut first, other.fix);
                first.also.push(other.location);
                first.also.extend(other.also);
                merged.insert(key, first);
            }
        }
    }
    findings.extend(merged.into_values().map(|mut finding| {
        finding.also.sort();
        finding.also.dedup();
        finding.also.retain(|place| *place != finding.location);
        finding
    }));
}

/// What mends a finding in two places mends both; where one is left to words, it is the other alone.
fn mend_both(finding: &mut Finding, other: Option<Box<Fix>>) {
    let Some(other) = other else { return };
    match &mut finding.fix {
        Some(fix) if !fix.edits.is_empty() => {
            let new: Vec<_> = other.edits.into_iter().filter(|edit| !fix.edits.contains(edit)).collect();
            fix.edits.extend(new);
            fix.edits.sort_by_key(|edit| (edit.start_line, edit.start_column));
        }
        fix => *fix = Some(other),
    }
}

/// What a container has comes before what a layer hides, and what is installed before what is locked: a lock file says on
/// which line, an installed record has a file to itself.
fn rank(finding: &Finding) -> (bool, bool, &boltseal_model::Location) {
    (finding.location.hidden_by.is_some(), finding.location.line.is_some(), &finding.location)
}

#[cfg(test)]
mod tests {
    use boltseal_model::Location;

    use super::*;
    use crate::format::testing::finding;

    #[test]
    fn every_place_is_kept_and_the_installed_package_stands_first() {
        let at = |location: Location| Finding { location, ..finding("pkg:npm/marked@0.3.3") };
        let (lock, hidden, installed) = (
            Location::at("app/package-lock.json", 30),
            Location::at("app/node_modules/.package-lock.json", 20),
            Location::of("app/node_modules/marked/package.json"),
        );
        let mut findings =
            vec![at(lock.clone()), at(installed.clone()), at(hidden.clone()), finding("pkg:npm/other@1")];
        merge(&mut findings);
        assert_eq!(findings.len(), 2);
        let marked = findings.iter().find(|finding| finding.package.contains("marked")).unwrap();
        assert_eq!((&marked.location, &marked.also), (&installed, &vec![hidden, lock]));
    }
}
