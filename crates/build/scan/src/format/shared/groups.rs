//! Findings by where their packages come from, so that one command mends each group.

use std::collections::BTreeMap;

use boltseal_model::{Distribution, Ecosystem, Finding, FindingKind, Location, Package, Report};

use super::package_name;
use crate::remedy::command;

/// Findings of the packages that one command mends: those of the distribution, or those of one ecosystem in one folder.
pub struct Group<'a> {
    /// The package manager.
    pub ecosystem: Ecosystem,
    /// Where the packages come from, for people.
    pub title: String,
    /// Worst first.
    pub rows: Vec<Row<'a>>,
}

/// One line: binary packages of one source that share a vulnerability stand together.
pub struct Row<'a> {
    /// What they share.
    pub finding: &'a Finding,
    /// Names of the packages.
    pub names: Vec<&'a str>,
}

/// The findings of one kind, in groups: the distribution's first.
pub fn groups(report: &Report, kind: FindingKind) -> Vec<Group<'_>> {
    let packages: BTreeMap<(&str, &Location), &Package> =
        report.packages.iter().map(|package| ((package.purl.as_str(), &package.location), package)).collect();
    let mut groups: BTreeMap<(bool, Ecosystem, String), Group<'_>> = BTreeMap::new();
    let mut known: BTreeMap<(Ecosystem, String, &str, &str, Option<&str>), usize> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.kind == kind) {
        let package = packages.get(&(finding.package.as_str(), &finding.location));
        // A report that another program wrote may name a package that it does not list. It is shown all the same.
        let ecosystem = package.map_or(Ecosystem::Generic, |package| package.ecosystem);
        let name = package.map_or_else(|| package_name(report, &finding.package), |package| package.name.as_str());
        let key = package.map_or(name, |package| package.advisory_key().0);
        let place = if ecosystem.is_os() { String::new() } else { project(&finding.location.path) };
        let title = title(ecosystem, &place, report);
        let group = groups.entry((!ecosystem.is_os(), ecosystem, place.clone())).or_insert_with(|| Group {
            ecosystem,
            title,
            rows: Vec::new(),
        });
        let same = (ecosystem, place, finding.id.as_str(), key, finding.fixed.as_deref());
        match known.get(&same).and_then(|row| group.rows.get_mut(*row)) {
            Some(row) => row.names.push(name),
            None => {
                known.insert(same, group.rows.len());
                group.rows.push(Row { finding, names: vec![name] });
            }
        }
    }
    groups.into_values().collect()
}

impl Group<'_> {
    /// The command that brings every package of the group to a version that no finding here concerns.
    pub fn remedy(&self) -> Option<String> {
        let fixes = self.fixes();
        let fixes: Vec<(&str, &str)> = fixes.iter().map(|(name, fixed)| (*name, fixed.as_str())).collect();
        (!fixes.is_empty()).then(|| command(self.ecosystem, &fixes))
    }

    /// The version to bring each package to: that of its last finding to be fixed.
    fn fixes(&self) -> BTreeMap<&str, String> {
        let order = boltseal_advisory::version::of(self.ecosystem);
        let mut fixes: BTreeMap<&str, String> = BTreeMap::new();
        for row in &self.rows {
            let Some(fixed) = &row.finding.fixed else { continue };
            for &name in &row.names {
                let known = fixes.entry(name).or_insert_with(|| fixed.clone());
                if (order.compare)(known, fixed).is_lt() {
                    known.clone_from(fixed);
                }
            }
        }
        fixes
    }
}

/// The folder that a language package belongs to, as a person would name it.
fn project(path: &str) -> String {
    let folder = ["/node_modules/", "/site-packages/", "/dist-packages/"]
        .iter()
        .find_map(|inner| path.find(inner).and_then(|at| path.get(..at + inner.len() - 1)));
    folder.unwrap_or(path).to_owned()
}

fn title(ecosystem: Ecosystem, place: &str, report: &Report) -> String {
    if !ecosystem.is_os() {
        return format!("{}: {place}", ecosystem.title());
    }
    let distribution = report.subject.distribution.as_ref();
    distribution.map_or_else(|| "Operating system".to_owned(), distribution_name)
}

/// The distribution, as it calls itself.
pub fn distribution_name(distribution: &Distribution) -> String {
    distribution.name.clone().unwrap_or_else(|| distribution.namespace().to_string())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finding, report};
    use super::*;

    #[test]
    fn a_finding_of_a_package_that_is_not_listed_is_shown() {
        let mut report = report(Vec::new());
        report.findings.push(finding("pkg:npm/a@1"));
        let groups = groups(&report, FindingKind::Vulnerability);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].rows[0].names, ["pkg:npm/a@1"]);
    }

    #[test]
    fn the_last_fix_is_the_one_to_go_to() {
        let package = Package::new("test", Ecosystem::Npm, "a", "1.0.0", Location::of("package-lock.json"));
        let mut report = report(vec![package.clone()]);
        for (id, fixed) in [("CVE-1", "1.10.0"), ("CVE-2", "1.9.0")] {
            let mut finding = finding(&package.purl);
            (finding.id, finding.fixed, finding.location) = (id.into(), Some(fixed.into()), package.location.clone());
            report.findings.push(finding);
        }
        let groups = groups(&report, FindingKind::Vulnerability);
        assert_eq!(groups[0].remedy().unwrap(), "npm install 'a@^1.10.0'");
    }
}
