//! Which advisories speak of the same vulnerability.

use std::collections::BTreeMap;

use boltseal_model::FixStatus;

use crate::database::Entry;

/// Groups the entries of one package by vulnerability. Groups and their members keep the order of the entries.
///
/// Advisories that share a CVE are one vulnerability. Advisories that share any other identifier are one as well, unless
/// both have CVEs of their own: a bulletin like XSA-254 covers three CVEs, which stay three.
pub fn groups<'e, 'a>(entries: &'e [Entry<'a>]) -> Vec<Vec<&'e Entry<'a>>> {
    let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        for id in &entry.ids {
            by_id.entry(id).or_default().push(index);
        }
    }
    let mut sets = Sets::new(entries.len());
    let (cves, others): (Vec<_>, Vec<_>) = by_id.into_iter().partition(|(id, _)| id.starts_with("CVE-"));
    for (_, members) in cves {
        let mut members = members.into_iter();
        if let Some(first) = members.next() {
            sets.mark(first);
            members.for_each(|member| sets.join(first, member));
        }
    }
    for (_, members) in others {
        let anchor = members.iter().copied().find(|&member| sets.is_marked(member)).or(members.first().copied());
        let Some(anchor) = anchor else { continue };
        for member in members {
            if !sets.is_marked(member) {
                sets.join(anchor, member);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<&Entry<'a>>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        groups.entry(sets.root(index)).or_default().push(entry);
    }
    groups.into_values().collect()
}

/// The entries of one vulnerability for a machine of which nobody knows whether it has support that is sold apart.
///
/// A fix of the ordinary release is everybody's, and nothing else counts. Where it has none, the one that is sold apart tells who
/// has it by the installed version, and more than a word that there is none for the others.
pub fn ordinary_first<'e, 'a>(entries: Vec<&'e Entry<'a>>) -> Vec<&'e Entry<'a>> {
    let is_extended = |entry: &Entry<'_>| entry.status == Some(FixStatus::ExtendedSupport);
    let names_fix = |entry: &Entry<'_>| entry.ranges.iter().any(|range| range.fixed.is_some());
    if !entries.iter().any(|entry| is_extended(entry)) {
        return entries;
    }
    let has_ordinary = entries.iter().any(|entry| !is_extended(entry) && names_fix(entry));
    entries.into_iter().filter(|entry| is_extended(entry) != has_ordinary).collect()
}

/// Disjoint sets of indices. A set may be marked, and stays so when it grows.
struct Sets {
    parents: Vec<usize>,
    marked: Vec<bool>,
}

impl Sets {
    fn new(length: usize) -> Self {
        Self { parents: (0..length).collect(), marked: vec![false; length] }
    }

    /// The representative: the smallest index. Paths are halved on the way.
    fn root(&mut self, mut index: usize) -> usize {
        loop {
            let parent = self.parents.get(index).copied().unwrap_or(index);
            if parent == index {
                return index;
            }
            let grandparent = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(index) {
                *slot = grandparent;
            }
            index = grandparent;
        }
    }

    fn join(&mut self, one: usize, two: usize) {
        let (one, two) = (self.root(one), self.root(two));
        let (low, high) = (one.min(two), one.max(two));
        let marked = self.is_marked(one) || self.is_marked(two);
        if let Some(slot) = self.parents.get_mut(high) {
            *slot = low;
        }
        if marked {
            self.mark(low);
        }
    }

    fn mark(&mut self, index: usize) {
        let root = self.root(index);
        if let Some(slot) = self.marked.get_mut(root) {
            *slot = true;
        }
    }

    fn is_marked(&mut self, index: usize) -> bool {
        let root = self.root(index);
        self.marked.get(root).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(lists: &[&[&str]]) -> Vec<Vec<usize>> {
        let entries: Vec<Entry<'_>> = lists
            .iter()
            .enumerate()
            .map(|(source, ids)| Entry {
                source,
                ids: ids.iter().map(|&id| id.to_owned()).collect(),
                ranges: Vec::new(),
                versions: Vec::new(),
                vector: None,
                rating: None,
                status: None,
                module: None,
                published: None,
                modified: None,
            })
            .collect();
        groups(&entries).into_iter().map(|group| group.into_iter().map(|entry| entry.source).collect()).collect()
    }

    #[test]
    fn shared_ids_make_one_vulnerability() {
        assert_eq!(grouped(&[&["A", "CVE-1"], &["B", "CVE-2"], &["C", "CVE-1"]]), [vec![0, 2], vec![1]]);
        assert_eq!(grouped(&[&["PYSEC-1", "GHSA-1"], &["GHSA-1", "CVE-1"], &["CVE-1"]]), [vec![0, 1, 2]]);
        assert_eq!(grouped(&[&["A", "X"], &["B", "Y"], &["C", "X", "Y"]]), [vec![0, 1, 2]]);
        assert_eq!(grouped(&[&["RUSTSEC-1", "CVE-1", "CVE-2"], &["CVE-2"], &["CVE-1"]]), [vec![0, 1, 2]]);
    }

    #[test]
    fn bulletin_over_several_cves_keeps_them_apart() {
        assert_eq!(grouped(&[&["CVE-1", "XSA-254"], &["CVE-2", "XSA-254"]]), [vec![0], vec![1]]);
        assert_eq!(grouped(&[&["CVE-1", "XSA-254"], &["CVE-2", "XSA-254"], &["XSA-254"]]), [vec![0, 2], vec![1]]);
    }
}
