//! The bill of materials: which packages there are, and which of them needs which.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use boltseal_model::{Ecosystem, Package, Report};

/// Records of one name that are compared with each other for every package that needs it. The largest trees of Node packages
/// hold some hundred copies of one; a hostile lock file could make the comparisons the square of its length.
const MOST_COPIES: usize = 1_000;

/// Packages that one name may stand for in one place. Several versions of a name in one lock file are a handful; beyond that
/// the document would grow with the product of those who need and those who are needed.
const MOST_MEANT: usize = 16;

/// The records of each package: one package URL, however many files tell of it.
pub fn packages(report: &Report) -> BTreeMap<&str, Vec<&Package>> {
    let mut packages: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in &report.packages {
        packages.entry(&package.purl).or_default().push(package);
    }
    packages
}

/// The package URLs that each package needs. A name that no package of the same ecosystem has is left out: it is not here.
pub fn dependencies(report: &Report) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut named: HashMap<(Ecosystem, String), Vec<&Package>> = HashMap::new();
    for package in &report.packages {
        named.entry((package.ecosystem, key(package.ecosystem, &package.name))).or_default().push(package);
    }
    let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in &report.packages {
        for name in &package.dependencies {
            let candidates = named.get(&(package.ecosystem, key(package.ecosystem, name)));
            let meant = candidates.map(|candidates| nearest(package, candidates)).unwrap_or_default();
            needs.entry(&package.purl).or_default().extend(meant.into_iter().filter(|purl| *purl != package.purl));
        }
    }
    needs.retain(|_, purls| !purls.is_empty());
    needs
}

/// The name as its registry compares it.
fn key(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        // PEP 503, "Normalized Names".
        Ecosystem::Pypi => {
            name.to_lowercase().split(['-', '_', '.']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
        }
        Ecosystem::Composer | Ecosystem::Nuget => name.to_lowercase(),
        Ecosystem::Apk
        | Ecosystem::Cargo
        | Ecosystem::Cocoapods
        | Ecosystem::Conan
        | Ecosystem::Conda
        | Ecosystem::Deb
        | Ecosystem::Gem
        | Ecosystem::Generic
        | Ecosystem::Golang
        | Ecosystem::Hex
        | Ecosystem::Maven
        | Ecosystem::Npm
        | Ecosystem::Pub
        | Ecosystem::Rpm
        | Ecosystem::Swift => name.to_owned(),
    }
}

/// Of several packages of one name, those that stand nearest: of the same architecture, with the most folders in common, as
/// near to the root as can be. This is how Node resolves names, and it keeps the projects in one image apart.
fn nearest<'a>(from: &Package, candidates: &[&'a Package]) -> BTreeSet<&'a str> {
    if candidates.len() > MOST_COPIES {
        return BTreeSet::new();
    }
    let rank = |candidate: &Package| {
        let path = candidate.location.path.as_str();
        let common = folders(&from.location.path).zip(folders(path)).take_while(|(a, b)| a == b).count();
        (candidate.architecture == from.architecture, common, Reverse(folders(path).count()))
    };
    let best = candidates.iter().map(|candidate| rank(candidate)).max();
    let meant: BTreeSet<&str> = candidates
        .iter()
        .filter(|candidate| Some(rank(candidate)) == best)
        .map(|candidate| candidate.purl.as_str())
        .collect();
    if meant.len() > MOST_MEANT { BTreeSet::new() } else { meant }
}

fn folders(path: &str) -> impl Iterator<Item = &str> {
    let end = path.rfind('/').unwrap_or(0);
    path.get(..end).unwrap_or_default().split('/')
}

#[cfg(test)]
mod tests {
    use boltseal_model::Location;

    use super::*;

    fn package(ecosystem: Ecosystem, name: &str, version: &str, path: &str, needs: &[&str]) -> Package {
        let mut package = Package::new("test", ecosystem, name, version, Location::of(path));
        package.dependencies = needs.iter().map(|&name| name.to_owned()).collect();
        package
    }

    fn needs(packages: Vec<Package>, purl: &str) -> Vec<String> {
        let report = crate::format::shared::testing::report(packages);
        dependencies(&report).get(purl).into_iter().flatten().map(|&purl| purl.to_owned()).collect()
    }

    #[test]
    fn a_nested_copy_is_nearer_than_the_one_of_the_project() {
        let npm = |name, version, path, needs: &[&str]| package(Ecosystem::Npm, name, version, path, needs);
        let packages = || {
            vec![
                npm("a", "1.0.0", "app/node_modules/a/package.json", &["b"]),
                npm("b", "1.0.0", "app/node_modules/a/node_modules/b/package.json", &[]),
                npm("b", "2.0.0", "app/node_modules/b/package.json", &[]),
                npm("c", "1.0.0", "app/node_modules/c/package.json", &["b"]),
            ]
        };
        assert_eq!(needs(packages(), "pkg:npm/a@1.0.0"), ["pkg:npm/b@1.0.0"]);
        assert_eq!(needs(packages(), "pkg:npm/c@1.0.0"), ["pkg:npm/b@2.0.0"]);
    }

    #[test]
    fn a_name_is_compared_as_its_registry_does_and_only_within_it() {
        let packages = vec![
            package(Ecosystem::Pypi, "Flask", "1.0", "a/METADATA", &["Typing_Extensions", "left-pad"]),
            package(Ecosystem::Pypi, "typing.extensions", "4.0", "b/METADATA", &[]),
            package(Ecosystem::Npm, "left-pad", "1.0.0", "a/package.json", &[]),
        ];
        assert_eq!(needs(packages, "pkg:pypi/flask@1.0"), ["pkg:pypi/typing.extensions@4.0"]);
    }

    #[test]
    fn a_name_with_absurdly_many_versions_stands_for_none() {
        let mut packages = vec![package(Ecosystem::Cargo, "a", "1.0.0", "Cargo.lock", &["b"])];
        packages.extend(
            (0..=MOST_MEANT).map(|minor| package(Ecosystem::Cargo, "b", &format!("1.{minor}.0"), "Cargo.lock", &[])),
        );
        assert_eq!(needs(packages.clone(), "pkg:cargo/a@1.0.0"), Vec::<String>::new());
        packages.pop();
        assert_eq!(needs(packages, "pkg:cargo/a@1.0.0").len(), MOST_MEANT);
    }
}
