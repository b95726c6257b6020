//! What a `go.mod` and the `go.sum` beside it say together.
//!
//! Source: the Go modules reference, "go.mod files", "Module graph pruning" and "replace directive".

use std::collections::{HashMap, HashSet};

use boltseal_model::{Package, Problem, ProblemKind, Problems};
use serde::{Deserialize, Serialize};

use crate::analyzer::split;

/// What a `go.mod` says of the `go.sum` beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoModule {
    /// Path of the file.
    pub path: String,
    /// Index of the layer that the file lies in, which whoever merges the layers knows.
    pub layer: Option<u32>,
    /// Whether the file itself lists every module, so that `go.sum` can only hold more than there is.
    pub is_complete: bool,
    /// Whether it requires any module.
    pub requires: bool,
    /// What takes the place of modules, in order, where the file is not complete.
    pub replacements: Vec<GoReplacement>,
}

/// What takes the place of a module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GoReplacement {
    /// Name of the module.
    pub name: String,
    /// The one version that is meant, if not all are.
    pub version: Option<String>,
    /// Name and version of another module; nothing where it is a folder.
    pub by: Option<(String, String)>,
}

/// Leaves of the packages that `go.sum` files name those which the `go.mod` beside them lacks, under the name and version of
/// what replaces them. Without a `go.mod` all are left.
///
/// `modules` are the visible ones of the whole subject, in any order. Gives a problem for each that lists only what it imports
/// itself, and has no `go.sum` that tells the rest.
pub fn complete_go_modules(packages: &mut Vec<Package>, modules: &[GoModule]) -> Problems {
    let by_folder: HashMap<&str, &GoModule> = modules.iter().map(|module| (split(&module.path).0, module)).collect();
    let mut problems = Problems::default();
    let summed: HashSet<&str> = packages.iter().filter_map(folder_of_sum).collect();
    for (_, module) in by_folder.iter().filter(|(folder, module)| module.requires && !summed.contains(*folder)) {
        if !module.is_complete {
            let detail = "is for Go before 1.17, and no go.sum beside it names modules: what the required ones require in \
                          turn is not listed";
            let problem = Problem::at(ProblemKind::Unpinned, &module.path, detail);
            problems.push(Problem { layer: module.layer, ..problem });
        }
    }
    let listed: HashSet<(String, String)> = packages.iter().filter_map(listed).collect();
    let replaced: HashMap<(&str, &str, Option<&str>), &GoReplacement> = by_folder
        .iter()
        .flat_map(|(&folder, module)| module.replacements.iter().map(move |each| (folder, each)))
        .map(|(folder, each)| ((folder, each.name.as_str(), each.version.as_deref()), each))
        .collect();
    let mut seen = HashSet::new();
    packages.retain_mut(|package| {
        let Some(folder) = folder_of_sum(package) else { return true };
        let Some(module) = by_folder.get(folder) else { return true };
        let key = |version| (folder, package.name.as_str(), version);
        let replacement = replaced.get(&key(Some(package.version.as_str()))).or_else(|| replaced.get(&key(None)));
        let (name, version) = match replacement.map(|replacement| &replacement.by) {
            _ if module.is_complete => return false,
            Some(None) => return false,
            Some(Some((name, version))) => (name.clone(), version.clone()),
            None => (package.name.clone(), package.version.clone()),
        };
        let place = (folder.to_owned(), name.clone());
        if listed.contains(&place) || !seen.insert((place, version.clone())) {
            return false;
        }
        (package.name, package.version) = (name, version);
        package.name_in(None);
        true
    });
    problems
}

/// The folder of the `go.sum` that names a package.
fn folder_of_sum(package: &Package) -> Option<&str> {
    (package.analyzer == "go-sum").then(|| split(&package.location.path).0)
}

/// Folder and name of a module that a `go.mod` names.
fn listed(package: &Package) -> Option<(String, String)> {
    let folder = (package.analyzer == "go-mod").then(|| split(&package.location.path).0)?;
    Some((folder.to_owned(), package.name.clone()))
}
