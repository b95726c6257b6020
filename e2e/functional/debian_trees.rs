//! Two real Debian 12 trees: every package that dpkg lists is found, and every vulnerability that the table of fixed
//! versions and `dpkg --compare-versions` predict, no more and no less.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use boltseal_model::{Ecosystem, FindingKind};

use crate::parts::{part, scan};

#[test]
fn release_pocket_has_exactly_the_predicted_vulnerabilities() {
    compare("BOLTSEAL_TREE_RELEASE");
}

#[test]
fn updated_tree_has_exactly_the_predicted_vulnerabilities() {
    compare("BOLTSEAL_TREE_UPDATED");
}

#[test]
fn security_updates_leave_fewer_vulnerabilities_than_the_release() {
    let count = |variable| {
        let (report, _) = scan(&format!("dir:{}", part(variable)?.display()))?;
        Some(report.findings.len())
    };
    let (Some(release), Some(updated)) = (count("BOLTSEAL_TREE_RELEASE"), count("BOLTSEAL_TREE_UPDATED")) else {
        return;
    };
    assert!(release >= 50 && updated < release, "release {release}, updated {updated}");
}

fn compare(variable: &str) {
    let (Some(tree), Some(table)) =
        (part(variable), boltseal_testkit::data::find("advisories/debian/debian-12-fixed.tsv"))
    else {
        return;
    };
    let Some((report, code)) = scan(&format!("dir:{}", tree.display())) else { return };
    assert_eq!(report.problems, [], "a tree of Debian's own packages is read completely");
    assert_eq!(code, 0);
    let installed = installed(&tree);
    let found: BTreeSet<String> = report
        .packages
        .iter()
        .filter(|package| package.ecosystem == Ecosystem::Deb)
        .map(|package| {
            let (source, source_version) = package.advisory_key();
            let architecture = package.architecture.as_deref().unwrap_or_default();
            format!("{} {} {architecture} {source} {source_version}", package.name, package.version)
        })
        .collect();
    assert_eq!(
        found,
        installed.iter().map(|package| package.join(" ")).collect(),
        "the packages are those of dpkg-query"
    );
    let predicted = predicted(&installed, &fs::read_to_string(table).unwrap());
    let names: BTreeMap<&str, &str> =
        report.packages.iter().map(|package| (package.purl.as_str(), package.name.as_str())).collect();
    let found: BTreeSet<(String, String)> = report
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Vulnerability && finding.package.starts_with("pkg:deb/"))
        .map(|finding| (names[finding.package.as_str()].to_owned(), finding.id.clone()))
        .collect();
    assert_eq!(found, predicted);
}

/// What dpkg itself says is installed: name, version, architecture, source, source version.
fn installed(tree: &Path) -> Vec<[String; 5]> {
    let format = "-f=${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n";
    let database = format!("--admindir={}", tree.join("var/lib/dpkg").display());
    let output = Command::new("dpkg-query").args([&database, "-W", format]).output().expect("dpkg-query runs");
    let text = String::from_utf8(output.stdout).unwrap();
    let packages: Vec<[String; 5]> = text
        .lines()
        .filter_map(|line| line.strip_prefix("installed "))
        .map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap())
        .collect();
    assert!(packages.len() > 100, "dpkg-query lists {} packages", packages.len());
    packages
}

/// The (package, CVE) pairs that follow from the table: a package is vulnerable below the effective version of its source.
fn predicted(installed: &[[String; 5]], table: &str) -> BTreeSet<(String, String)> {
    let mut fixes: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        fixes.entry(columns[0]).or_default().push((columns[1], columns[5]));
    }
    let mut pairs = BTreeSet::new();
    let mut known: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for [name, _, _, source, version] in installed {
        for (cve, fixed) in fixes.get(source.as_str()).into_iter().flatten() {
            if *known.entry((version, fixed)).or_insert_with(|| is_lower(version, fixed)) {
                pairs.insert((name.clone(), (*cve).to_owned()));
            }
        }
    }
    pairs
}

fn is_lower(version: &str, fixed: &str) -> bool {
    Command::new("dpkg").args(["--compare-versions", version, "lt", fixed]).status().expect("dpkg runs").success()
}
