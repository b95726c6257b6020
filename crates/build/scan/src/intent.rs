//! The intent of an image, from what its layers brought.

use std::collections::HashMap;

use boltseal_image::Overlay;
use boltseal_intent::{Image, Present, Program, derive, examine, may_be_executed, named_files};
use boltseal_inventory::merged;
use boltseal_model::{Digest, Finding, FindingKind, ImageConfiguration, Intent, LayerInfo, Limits};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::merge::Contents;

/// Files that the configuration names, which may be run though they are no programs: sorted paths.
#[derive(Debug)]
pub struct Named(Vec<String>);

impl Named {
    /// Those of an image.
    pub fn by(configuration: &ImageConfiguration) -> Self {
        Self(named_files(configuration))
    }

    /// Whether a file is wanted, by its path and the bytes that it begins with.
    pub fn wants(&self, path: &str, head: &[u8]) -> bool {
        may_be_executed(head) || self.has(path)
    }

    fn has(&self, path: &str) -> bool {
        self.0.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }

    /// A text that differs where they do.
    pub fn identity(&self) -> String {
        self.0.join("\n")
    }
}

/// A file that can be executed, as it lies in one layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutableFile {
    path: String,
    sha256: [u8; 32],
    program: Option<Program>,
}

impl ExecutableFile {
    /// What a file is, if it can be executed or is named as what is run.
    pub fn of(path: &str, bytes: &[u8], mode: u32, named: &Named, limits: &Limits) -> Option<Self> {
        let program = examine(bytes, mode, limits);
        let sha256 = || Sha256::digest(bytes).into();
        (program.is_some() || named.has(path)).then(|| Self { path: path.to_owned(), sha256: sha256(), program })
    }

    /// Bytes that it takes, about.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.path.len() + self.program.as_ref().map_or(0, Program::weight)
    }
}

/// A path that leads to a file elsewhere, as it lies in one layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its own path.
    pub path: String,
    /// A symbolic link's target as it is written, or the path of the file that a hard link shares its content with.
    pub target: String,
    /// Whether it is a hard link.
    pub is_hard: bool,
}

/// What one layer brought that can be executed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runnable {
    /// The files.
    pub files: Vec<ExecutableFile>,
    /// Links to files, some of them to these.
    pub links: Vec<Link>,
}

/// What the layers of an image brought that can be executed, and what its configuration says.
#[derive(Debug)]
pub struct Runnables {
    configuration: ImageConfiguration,
    files: Vec<(u32, ExecutableFile)>,
    links: Vec<(String, String)>,
}

impl Runnables {
    /// What a container sees of what every layer brought.
    pub fn visible(configuration: ImageConfiguration, brought: Vec<(u32, Runnable)>, overlay: &Overlay) -> Self {
        let (mut found, mut links, mut copies) = (Vec::new(), Vec::new(), Vec::new());
        for (layer, runnable) in brought {
            let is_visible = |path: &str| overlay.hidden_by(layer, path).is_none();
            for link in runnable.links.into_iter().filter(|link| is_visible(&link.path)) {
                if link.is_hard {
                    copies.push((layer, link));
                } else {
                    links.push((link.path, link.target));
                }
            }
            found.extend(runnable.files.into_iter().map(|file| (layer, file)));
        }
        // A hard link keeps what it shares, whatever becomes of the name that it was made by. Of several files of that name, it
        // is the last of those below it.
        let mut originals: HashMap<String, Vec<(u32, ExecutableFile)>> =
            copies.iter().map(|(_, link)| (link.target.clone(), Vec::new())).collect();
        let mut files = Vec::new();
        for (layer, file) in found {
            if let Some(versions) = originals.get_mut(&file.path) {
                versions.push((layer, file.clone()));
            }
            if overlay.hidden_by(layer, &file.path).is_none() {
                files.push((layer, file));
            }
        }
        for (layer, Link { path, target, .. }) in copies {
            let versions = originals.get(&target).map_or(&[][..], Vec::as_slice);
            let Some((_, original)) = versions.iter().rev().find(|(of, _)| *of <= layer) else { continue };
            let copy = ExecutableFile { path, ..original.clone() };
            // A link to a link is one more name of the same file.
            if let Some(versions) = originals.get_mut(&copy.path) {
                versions.push((layer, copy.clone()));
            }
            files.push((layer, copy));
        }
        Self { configuration, files, links }
    }

    /// What the image is meant to do.
    pub fn intent(self, contents: &Contents, findings: &[Finding], layers: &[LayerInfo]) -> Intent {
        let owners = contents.owners();
        let files: Vec<Present> = self
            .files
            .into_iter()
            .map(|(layer, file)| Present {
                package: owners.get(merged(&file.path)).map(|purl| (*purl).to_owned()),
                layer: layers.get(layer as usize).and_then(|layer| layer.diff_id.clone()),
                digest: Digest::sha256(&file.sha256),
                path: file.path,
                program: file.program,
            })
            .collect();
        let is_vulnerability = |finding: &&Finding| finding.kind == FindingKind::Vulnerability;
        let vulnerabilities: Vec<(String, String)> = findings
            .iter()
            .filter(is_vulnerability)
            .map(|finding| (finding.id.clone(), finding.package.clone()))
            .collect();
        derive(&Image {
            configuration: &self.configuration,
            files: &files,
            links: &self.links,
            vulnerabilities: &vulnerabilities,
        })
    }
}
