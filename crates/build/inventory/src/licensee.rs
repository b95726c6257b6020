//! Which package a licence belongs to that lies in a file of its own.

use std::collections::HashMap;

use boltseal_model::{Ecosystem, Package};

use crate::Notice;
use crate::analyzer::split;

/// Where Debian's packages have their licences: a folder each, by the name of the package.
pub(crate) const DEBIAN: &str = "usr/share/doc";

/// Records of packages beside which, or in whose folder, the package's licence lies.
const RECORDS: [&str; 2] = ["package.json", "METADATA"];

/// Gives licences to packages that state none themselves, or only where theirs is to be read.
///
/// `notices` are the visible ones of the whole subject, in any order. Where several belong to a package, all of them hold.
pub fn assign_licences(packages: &mut [Package], notices: &[Notice]) {
    let mut by_folder: HashMap<&str, Vec<&Notice>> = HashMap::new();
    for notice in notices {
        by_folder.entry(folder(&notice.path)).or_default().push(notice);
    }
    let sources: HashMap<&str, &str> = packages
        .iter()
        .filter(|package| package.ecosystem == Ecosystem::Deb)
        .map(|package| (package.name.as_str(), package.advisory_key().0))
        .collect();
    let found: Vec<(usize, Vec<String>)> = packages
        .iter()
        .enumerate()
        .filter(|(_, package)| is_open(package))
        .filter_map(|(place, package)| {
            let mut licences: Vec<String> = match package.ecosystem {
                Ecosystem::Deb => debian(package, &sources, &by_folder)?.licences.clone(),
                _ => beside(package, &by_folder).flat_map(|notice| &notice.licences).cloned().collect(),
            };
            licences.sort_unstable();
            licences.dedup();
            (!licences.is_empty()).then_some((place, licences))
        })
        .collect();
    for (place, licences) in found {
        if let Some(package) = packages.get_mut(place) {
            package.licences = licences;
        }
    }
}

/// The folder that tells the package.
fn folder(path: &str) -> &str {
    let folder = split(path).0;
    // PyPA's "Recording installed projects", "The .dist-info directory": the folder of licences within it.
    folder.strip_suffix("/licenses").filter(|above| above.ends_with(".dist-info")).unwrap_or(folder)
}

/// What a package says instead of a licence, where it says that it lies in a file.
///
/// Source: npm's documentation, package.json, "license".
fn elsewhere(stated: &str) -> Option<&str> {
    const WORDS: &str = "see license in ";
    let (words, file) = stated.split_at_checked(WORDS.len())?;
    words.eq_ignore_ascii_case(WORDS).then(|| split(file.trim()).1)
}

/// Whether a package leaves open what its licence is.
fn is_open(package: &Package) -> bool {
    package.licences.iter().all(|stated| elsewhere(stated).is_some())
}

/// What lies in the package's own folder of documents, or in that of a package of the same source which it depends on: the
/// folder may be a link to that one.
///
/// Source: Debian policy, section 12.5.
fn debian<'n>(
    package: &Package,
    sources: &HashMap<&str, &str>,
    by_folder: &HashMap<&str, Vec<&'n Notice>>,
) -> Option<&'n Notice> {
    let of = |name: &str| by_folder.get(format!("{DEBIAN}/{name}").as_str())?.first().copied();
    let source = package.advisory_key().0;
    let is_sibling = |name: &&String| sources.get(name.as_str()) == Some(&source);
    of(&package.name).or_else(|| package.dependencies.iter().filter(is_sibling).find_map(|name| of(name)))
}

/// What lies beside the package's record; only the file that the package points to, if it does.
fn beside<'n>(
    package: &Package,
    by_folder: &HashMap<&str, Vec<&'n Notice>>,
) -> impl Iterator<Item = &'n Notice> + use<'n> {
    let (folder, record) = split(&package.location.path);
    let files: Vec<String> =
        package.licences.iter().filter_map(|stated| elsewhere(stated)).map(str::to_owned).collect();
    let notices = by_folder.get(folder).filter(|_| RECORDS.contains(&record)).cloned().unwrap_or_default();
    let is_meant = move |notice: &&Notice| {
        files.is_empty() || files.iter().any(|file| file.eq_ignore_ascii_case(split(&notice.path).1))
    };
    notices.into_iter().filter(is_meant)
}

#[cfg(test)]
mod tests {
    use boltseal_model::{Location, SourcePackage};

    use super::*;

    fn notice(path: &str, licence: &str) -> Notice {
        Notice { path: path.to_owned(), licences: vec![licence.to_owned()] }
    }

    fn debian_package(name: &str, source: &str, depends: &[&str]) -> Package {
        let mut package = Package::new("test", Ecosystem::Deb, name, "1", Location::of("var/lib/dpkg/status"));
        package.source = Some(SourcePackage { name: source.to_owned(), version: "1".to_owned() });
        package.dependencies = depends.iter().map(|&name| name.to_owned()).collect();
        package
    }

    fn assigned(package: Package, notices: &[Notice]) -> Vec<String> {
        let mut packages = [package];
        assign_licences(&mut packages, notices);
        packages[0].licences.clone()
    }

    #[test]
    fn folders_of_documents_belong_to_packages_of_one_source() {
        let notices = [
            notice("usr/share/doc/gcc-12-base/copyright", "GPL-3+"),
            notice("usr/share/doc/libc6/copyright", "LGPL-2.1+"),
        ];
        let mut packages = [
            debian_package("gcc-12-base", "gcc-12", &[]),
            debian_package("libc6", "glibc", &[]),
            debian_package("libgcc-s1", "gcc-12", &["libc6", "gcc-12-base"]),
            // It has no documents, and depends on others of another source.
            debian_package("alone", "alone", &["libc6"]),
        ];
        assign_licences(&mut packages, &notices);
        let licences: Vec<_> = packages.iter().map(|package| package.licences.join(" ")).collect();
        assert_eq!(licences, ["GPL-3+", "LGPL-2.1+", "GPL-3+", ""]);
    }

    #[test]
    fn texts_belong_to_the_record_beside_them() {
        for (record, text, is_joined) in [
            ("node_modules/a/package.json", "node_modules/a/LICENSE", true),
            ("node_modules/a/package.json", "node_modules/b/LICENSE", false),
            ("node_modules/a/requirements.txt", "node_modules/a/LICENSE", false),
            ("a-1.dist-info/METADATA", "a-1.dist-info/LICENSE", true),
            ("a-1.dist-info/METADATA", "a-1.dist-info/licenses/LICENSE", true),
            ("a-1.dist-info/METADATA", "b-1.dist-info/licenses/LICENSE", false),
        ] {
            let package = Package::new("test", Ecosystem::Npm, "a", "1", Location::of(record));
            let expected: &[&str] = if is_joined { &["MIT"] } else { &[] };
            assert_eq!(assigned(package, &[notice(text, "MIT")]), expected, "{record} {text}");
        }
    }

    #[test]
    fn what_a_package_states_itself_goes_first() {
        let notices = [notice("node_modules/a/LICENSE", "MIT"), notice("node_modules/a/COPYING.md", "ISC")];
        for (stated, expected) in [
            ("Apache-2.0", "Apache-2.0"),
            ("SEE LICENSE IN LICENSE", "MIT"),
            ("see license in ./copying.md", "ISC"),
            ("SEE LICENSE IN EULA.txt", "SEE LICENSE IN EULA.txt"),
            ("SEE LICENSE IN ", "SEE LICENSE IN "),
        ] {
            let place = Location::of("node_modules/a/package.json");
            let mut package = Package::new("test", Ecosystem::Npm, "a", "1", place);
            package.licences = vec![stated.to_owned()];
            assert_eq!(assigned(package, &notices), [expected], "{stated}");
        }
        let package = Package::new("test", Ecosystem::Npm, "a", "1", Location::of("node_modules/a/package.json"));
        assert_eq!(assigned(package, &notices), ["ISC", "MIT"]);
    }
}
