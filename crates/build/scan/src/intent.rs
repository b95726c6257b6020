//! The intent of an image, from what its layers brought.

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
        let (mut files, mut links, mut copies) = (Vec::new(), Vec::new(), Vec::new());
        for (layer, runnable) in brought {
            let is_visible = |path: &str| overlay.hidden_by(layer, path).is_none();
            for link in runnable.links.into_iter().filter(|link| is_visible(&link.path)) {
                if link.is_hard {
                    copies.push((layer, link));
                } else {
                    links.push((link.path, link.target));
                }
            }
            // A hard link keeps what it shares, whatever becomes of the name that it was made by.
            let shared = |file: &ExecutableFile| copies.iter().any(|(_, link)| link.target == file.path);
            let kept = runnable.files.into_iter().filter(|file| is_visible(&file.path) || shared(file));
            files.extend(kept.map(|file| (layer, file)));
        }
        let mut more = Vec::new();
        for (layer, link) in copies {
            let original = files.iter().rev().find(|(of, file)| *of <= layer && file.path == link.target);
            more.extend(original.map(|(_, file)| (layer, ExecutableFile { path: link.path, ..file.clone() })));
        }
        files.extend(more);
        files.retain(|(layer, file)| overlay.hidden_by(*layer, &file.path).is_none());
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
