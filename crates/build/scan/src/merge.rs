//! From what every layer brought to what the subject has: hidden files fall away, and every package gets its layer.

use std::collections::{BTreeMap, HashMap, HashSet};

use boltseal_image::Overlay;
use boltseal_inventory::{GoModule, OwnedFile, assign_licences, assign_owners, complete_go_modules, merged};
use boltseal_model::{Distribution, Finding, LayerInfo, Package, Problems, Suppressed};

use crate::collect::Found;
use crate::intent::Runnables;
use crate::posture::{Judged, Mendable};

/// What the subject has.
#[derive(Debug, Default)]
pub struct Contents {
    /// The distribution, from `os-release`.
    pub distribution: Option<Distribution>,
    /// Every package, sorted by package URL and place.
    pub packages: Vec<Package>,
    /// The files that packages of the operating system own.
    pub owned: Vec<OwnedFile>,
    /// Malware and secrets, in files that are hidden as well, and what is misconfigured.
    pub findings: Vec<Finding>,
    /// What is misconfigured, and somebody answers for.
    pub exempt: Vec<Suppressed>,
    /// What can be executed, if that is asked for.
    pub runnables: Option<Runnables>,
    /// What could not be read of the files that are visible.
    pub problems: Problems,
    /// Files that can be mended.
    pub mendable: Vec<Mendable>,
}

impl Contents {
    /// Package URLs of the packages that own files, by the paths of those.
    pub fn owners(&self) -> HashMap<&str, &str> {
        let purls: HashMap<&str, &str> =
            self.packages.iter().map(|package| (package.name.as_str(), package.purl.as_str())).collect();
        // Only packages of the operating system own files, and few others have the name of one.
        let owned = self.owned.iter();
        owned.filter_map(|file| Some((merged(&file.path), *purls.get(file.package.as_str())?))).collect()
    }

    /// Adds what rules say of declarations.
    pub fn judged(&mut self, judged: Judged) {
        self.findings.extend(judged.findings);
        self.exempt.extend(judged.exempt);
        self.problems.append(judged.problems);
        self.mendable.extend(judged.mendable);
    }
}

/// Merges what the layers brought. `found` holds (layer, what an analyzer read there); a root file system has one layer.
pub fn merge(found: Vec<(u32, Found)>, overlay: &Overlay, layers: &[LayerInfo]) -> Contents {
    let mut versions: BTreeMap<(String, &'static str), Vec<(u32, Found)>> = BTreeMap::new();
    for (layer, found) in found {
        versions.entry((found.path.clone(), found.analyzer.id)).or_default().push((layer, found));
    }
    let mut contents = Contents::default();
    let (mut owned, mut notices, mut modules) = (Vec::new(), Vec::new(), Vec::new());
    for ((path, _), mut versions) in versions {
        versions.sort_by_key(|(layer, _)| *layer);
        let Some((layer, top)) = versions.pop() else { continue };
        if overlay.hidden_by(layer, &path).is_some() {
            continue;
        }
        // The file in `etc` comes before the one in `usr/lib`, and the administrator's before the distribution's.
        if contents.distribution.is_none() {
            contents.distribution = top.inventory.distribution;
        }
        owned.extend(top.inventory.owned);
        notices.extend(top.inventory.notices);
        modules.extend(top.inventory.go_module.map(|module| GoModule { layer: Some(layer), ..module }));
        contents.problems.append(top.problems.in_layer(layer));
        contents.packages.extend(attribute(top.inventory.packages, layer, &versions));
    }
    contents.problems.append(complete_go_modules(&mut contents.packages, &modules));
    assign_owners(&mut contents.packages, &owned);
    assign_licences(&mut contents.packages, &notices);
    for package in &mut contents.packages {
        package.name_in(contents.distribution.as_ref());
        let layer = package.location.layer.and_then(|layer| layers.get(layer as usize));
        package.location.instruction = layer.and_then(|layer| layer.instruction.clone());
        if layers.is_empty() {
            package.location.layer = None;
        }
    }
    contents.packages.sort_by(|a, b| (&a.purl, &a.location).cmp(&(&b.purl, &b.location)));
    contents.packages.dedup();
    contents.owned = owned;
    contents
}

/// Gives every package the layer that brought it.
///
/// A package database is written anew by every layer that installs something. The layer that brought a package is the
/// lowest in the unbroken run of versions of the file that list it at this version.
fn attribute<'a>(packages: Vec<Package>, top: u32, below: &'a [(u32, Found)]) -> Vec<Package> {
    let identities = |found: &'a Found| found.inventory.packages.iter().map(identity).collect::<HashSet<_>>();
    let lists: Vec<(u32, _)> = below.iter().rev().map(|(layer, found)| (*layer, identities(found))).collect();
    packages
        .into_iter()
        .map(|mut package| {
            let run = lists.iter().take_while(|(_, list)| list.contains(&identity(&package)));
            package.location.layer = Some(run.last().map_or(top, |(layer, _)| *layer));
            package
        })
        .collect()
}

fn identity(package: &Package) -> (&str, &str, Option<&str>) {
    (&package.name, &package.version, package.architecture.as_deref())
}
