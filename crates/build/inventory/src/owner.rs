//! Which language packages belong to an operating system package.

use std::collections::HashMap;

use boltseal_model::Package;

use crate::OwnedFile;
use crate::analyzer::split;

/// Endings of Python's metadata folders. Whoever owns the folder owns the package, even when its list omits the one file
/// that names the version.
const METADATA_FOLDERS: [&str; 3] = [".dist-info", ".egg-info", "/EGG-INFO"];

/// Sets `owner` of every language package whose file, or whose metadata folder, an operating system package owns.
///
/// `owned` are the visible lists of the whole subject, in any order. Where several packages claim a file, the first name
/// by alphabet is taken, so that the order does not matter.
pub fn assign_owners(packages: &mut [Package], owned: &[OwnedFile]) {
    let mut owners: HashMap<&str, &str> = HashMap::with_capacity(owned.len());
    for file in owned {
        let owner = owners.entry(merged(&file.path)).or_insert(&file.package);
        *owner = (*owner).min(&file.package);
    }
    for package in packages.iter_mut().filter(|package| !package.ecosystem.is_os()) {
        let path = merged(&package.location.path);
        let folder = split(path).0;
        let is_metadata = METADATA_FOLDERS.iter().any(|ending| folder.ends_with(ending));
        let owner = owners.get(path).or_else(|| owners.get(folder).filter(|_| is_metadata));
        package.owner = owner.map(|&owner| owner.to_owned());
    }
}

/// The path with `usr/lib` written as `lib`, and so for each folder that a merged `/usr` has in both places.
///
/// Source: file-hierarchy(7), "Compatibility Symlinks". Packages list whichever name they were built with.
pub fn merged(path: &str) -> &str {
    match path.strip_prefix("usr/") {
        Some(rest) if MERGED_FOLDERS.contains(&rest.split('/').next().unwrap_or_default()) => rest,
        _ => path,
    }
}

const MERGED_FOLDERS: [&str; 6] = ["bin", "lib", "lib32", "lib64", "libx32", "sbin"];

#[cfg(test)]
mod tests {
    use boltseal_model::{Ecosystem, Location};

    use super::*;
    use crate::Recorded;

    fn owner(path: &str, ecosystem: Ecosystem, owned: &[(&str, &str)]) -> Option<String> {
        let mut packages = [Package::new("test", ecosystem, "six", "1.16.0", Location::of(path))];
        let owned: Vec<OwnedFile> = owned
            .iter()
            .map(|&(path, package)| OwnedFile {
                path: path.into(),
                package: package.into(),
                recorded: Recorded::Nothing,
            })
            .collect();
        assign_owners(&mut packages, &owned);
        packages[0].owner.clone()
    }

    #[test]
    fn usr_lib_and_lib_are_one_folder() {
        let disk = "usr/lib/python3/dist-packages/six.egg-info";
        let listed = "lib/python3/dist-packages/six.egg-info";
        assert_eq!(owner(disk, Ecosystem::Pypi, &[(listed, "python3-six")]).as_deref(), Some("python3-six"));
        assert_eq!(owner(listed, Ecosystem::Pypi, &[(disk, "python3-six")]).as_deref(), Some("python3-six"));
        assert_eq!(owner("usr/share/x/package.json", Ecosystem::Npm, &[("share/x/package.json", "x")]), None);
        assert_eq!(owner("usr/library/package.json", Ecosystem::Npm, &[("library/package.json", "x")]), None);
    }

    #[test]
    fn owner_of_a_metadata_folder_owns_the_package() {
        let metadata = "usr/lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA";
        let folder = "usr/lib/python3.11/site-packages/six-1.16.0.dist-info";
        assert_eq!(owner(metadata, Ecosystem::Pypi, &[(folder, "py3-six")]).as_deref(), Some("py3-six"));
        assert_eq!(owner("opt/app/package.json", Ecosystem::Npm, &[("opt/app", "app")]), None);
    }

    #[test]
    fn order_of_the_lists_does_not_matter() {
        let path = "usr/lib/node_modules/npm/package.json";
        assert_eq!(owner(path, Ecosystem::Npm, &[(path, "npm"), (path, "nodejs")]).as_deref(), Some("nodejs"));
        assert_eq!(owner(path, Ecosystem::Npm, &[(path, "nodejs"), (path, "npm")]).as_deref(), Some("nodejs"));
    }

    #[test]
    fn operating_system_packages_have_no_owner() {
        assert_eq!(owner("var/lib/dpkg/status", Ecosystem::Deb, &[("var/lib/dpkg/status", "dpkg")]), None);
    }
}
