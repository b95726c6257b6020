//! The layers of an image stacked into one file system.

use std::collections::HashMap;

use boltseal_model::{Limits, Problem, ProblemKind};

use crate::hash::path_hash;
use crate::index::{LayerIndex, Link, Present};
use crate::path::{follow, join, split};

/// The layers of an image stacked into one file system, by path.
///
/// Answers are about paths as layers write them. An entry that is written below a symbolic link (`lib/x` where `lib` leads to
/// `usr/lib`) is known by that path; [`Overlay::written_through`] says where that happens.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// Base first.
    layers: Vec<LayerIndex>,
}

/// A symbolic link through which a layer writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenThrough {
    /// The layer that writes.
    pub layer: u32,
    /// Path of the link.
    pub link: String,
    /// The path that its target names, of which other links may be a part.
    pub leads_to: String,
}

/// The hashes of a path and of the folders above it.
struct Hashes {
    /// From the root down, without the path itself.
    folders: Vec<u64>,
    path: u64,
}

impl Hashes {
    fn of(path: &str) -> Self {
        let parents = path.match_indices('/').map(|(at, _)| path.get(..at).unwrap_or_default());
        Self { folders: std::iter::once("").chain(parents).map(path_hash).collect(), path: path_hash(path) }
    }
}

impl Overlay {
    /// Stacks layers by their position in the image.
    pub fn stack(mut layers: Vec<LayerIndex>) -> Self {
        layers.sort_by_key(LayerIndex::layer);
        Self { layers }
    }

    /// Where a layer writes below a symbolic link of its own or of a lower layer, in the order of layers and paths.
    ///
    /// Extraction follows the link, so the entry lands under another path than it is known by here, where it may replace
    /// something or be what somebody looks for. Some builders write so (`var/run/…` where `var/run` leads to `/run`); a
    /// hostile image could hide a file that way.
    pub fn written_through(&self) -> Vec<WrittenThrough> {
        let mut written = Vec::new();
        let mut links: HashMap<u64, (&str, &str)> = HashMap::new();
        for index in &self.layers {
            links.extend(index.symbolic_links().map(|(hash, path, target)| (hash, (path, target))));
            let below = index.parents().iter().filter_map(|parent| links.get(parent));
            let mut below: Vec<_> = below.filter(|(path, _)| self.is_link(path, index.layer())).collect();
            below.sort_unstable();
            written.extend(below.into_iter().map(|(path, target)| WrittenThrough {
                layer: index.layer(),
                link: (*path).to_owned(),
                leads_to: follow(split(path).0, target),
            }));
        }
        written
    }

    /// Whether a layer has entries below a folder, by the path it writes them with.
    pub fn has_entries_below(&self, layer: u32, folder: &str) -> bool {
        let hash = path_hash(folder);
        self.layers.iter().any(|index| index.layer() == layer && index.parents().contains(&hash))
    }

    /// Whether a layer has a file, link or device at a path.
    pub fn has_entry(&self, layer: u32, path: &str) -> bool {
        let hash = path_hash(path);
        self.layers.iter().any(|index| index.layer() == layer && index.present(hash) == Some(Present::Other))
    }

    /// Whether a path is a symbolic link when only the layers up to `top` are stacked.
    fn is_link(&self, path: &str, top: u32) -> bool {
        let layer = self.visible(path, top);
        layer.is_some_and(|index| matches!(index.link(path_hash(path)), Some(Link::Symbolic(_))))
    }

    /// The layer whose file, link or device is visible at a normalised path; `None` for folders and what is not there.
    pub fn layer_of(&self, path: &str) -> Option<u32> {
        self.visible(path, u32::MAX).map(LayerIndex::layer)
    }

    /// The lowest layer that hides the file which `layer` has at a normalised path; `None` when it is visible.
    ///
    /// It is hidden by a whiteout of the path or of a folder above it, by an opaque folder above it, by anything else at the
    /// same path, or by something that is not a folder in the place of a folder above it. What a layer hides is never its own.
    pub fn hidden_by(&self, layer: u32, path: &str) -> Option<u32> {
        let hashes = Hashes::of(path);
        let above = self.layers.iter().filter(|index| index.layer() > layer);
        above
            .into_iter()
            .find(|index| hides(index, &hashes) || index.present(hashes.path).is_some())
            .map(LayerIndex::layer)
    }

    /// The layer and path of the file that a path leads to, through symbolic links (also of folders) and hard links.
    ///
    /// Links never leave the image: an absolute target starts at its root, and `..` stops there.
    ///
    /// # Errors
    /// [`ProblemKind::Missing`] when it leads to nothing or to a folder; [`ProblemKind::BrokenLink`] when it leads through
    /// something that is no folder, through more than [`Limits::link_hops`] links, or through a longer path than
    /// [`Limits::path_bytes`].
    pub fn resolve(&self, path: &str, limits: &Limits) -> Result<(u32, String), Problem> {
        let broken = |detail: &str| Problem::at(ProblemKind::BrokenLink, path, detail);
        let mut hops = limits.link_hops;
        let mut steps = MOST_STEPS;
        let mut place = Place { path: String::new(), folders: vec![Folder { length: 0, floor: 0 }] };
        // Components still to walk, nearest last.
        let mut ahead = components(path);
        while let Some(name) = ahead.pop() {
            steps = steps.saturating_sub(1);
            if steps == 0 || place.path.len() > limits.path_bytes {
                return Err(broken("it leads through too long a path"));
            }
            let (here, found) = match name.as_str() {
                ".." => {
                    place.leave();
                    continue;
                }
                name => self.look(&place, name),
            };
            let layer = match found {
                Found::Folder(folder) => {
                    place.enter(here, folder);
                    continue;
                }
                Found::Other(layer) => layer,
            };
            match self.content(layer, &here, &mut hops) {
                Some(Content::File(layer, file)) if ahead.is_empty() => return Ok((layer, file)),
                Some(Content::File(..)) => return Err(broken("it leads through something that is not a folder")),
                Some(Content::Symlink(target)) => {
                    let Some(left) = hops.checked_sub(1) else { return Err(broken("it leads through too many links")) };
                    hops = left;
                    if target.starts_with('/') {
                        place.go_to_root();
                    }
                    ahead.extend(components(&target));
                }
                None => return Err(broken("it is a hard link to nothing, or to itself")),
            }
        }
        Err(Problem::at(ProblemKind::Missing, path, "it leads to a folder or to nothing"))
    }

    /// What a name in a folder is, in the file system that all layers make.
    fn look(&self, place: &Place, name: &str) -> (String, Found<'_>) {
        let here = join(&place.path, name);
        let hash = path_hash(&here);
        let mut floor = place.folders.last().map_or(0, |folder| folder.floor);
        let mut is_folder = false;
        for index in self.layers.iter().rev().take_while(|index| index.layer() >= floor) {
            match index.present(hash) {
                Some(Present::Other) if !is_folder => return (here, Found::Other(index)),
                Some(Present::Other) => {
                    floor = index.layer().saturating_add(1);
                    break;
                }
                Some(Present::Folder) => is_folder = true,
                None => {}
            }
            if index.whites_out(hash) || index.is_opaque(hash) {
                floor = index.layer();
                break;
            }
        }
        let folder = Folder { length: here.len(), floor };
        (here, Found::Folder(folder))
    }

    /// What is at a path of a layer, behind hard links. Those were made when the layer was extracted, so they lead to what
    /// was visible then, even if an upper layer hides it.
    fn content<'a>(&'a self, mut layer: &'a LayerIndex, path: &str, hops: &mut usize) -> Option<Content> {
        let mut path = path.to_owned();
        loop {
            match layer.link(path_hash(&path)) {
                None => return Some(Content::File(layer.layer(), path)),
                Some(Link::Symbolic(target)) => return Some(Content::Symlink(target.to_owned())),
                Some(Link::Hard(target)) => {
                    *hops = hops.checked_sub(1)?;
                    let target = follow("", target);
                    layer = self.visible(&target, layer.layer())?;
                    path = target;
                }
            }
        }
    }

    /// The layer whose non-folder is visible at a path when only the layers up to `top` are stacked.
    fn visible(&self, path: &str, top: u32) -> Option<&LayerIndex> {
        let hashes = Hashes::of(path);
        for index in self.layers.iter().rev().filter(|index| index.layer() <= top) {
            match index.present(hashes.path) {
                Some(Present::Other) => return Some(index),
                Some(Present::Folder) => return None,
                None if hides(index, &hashes) => return None,
                None => {}
            }
        }
        None
    }
}

/// Components walked to resolve one path. Forty links of the longest targets could otherwise ask for 80,000.
const MOST_STEPS: usize = 8_192;

/// A folder on the way to a file.
struct Place {
    path: String,
    /// From the root down to the folder itself; never empty.
    folders: Vec<Folder>,
}

#[derive(Clone, Copy)]
struct Folder {
    /// Bytes of its path.
    length: usize,
    /// The lowest layer whose content of it is visible.
    floor: u32,
}

impl Place {
    fn enter(&mut self, path: String, folder: Folder) {
        self.path = path;
        self.folders.push(folder);
    }

    fn leave(&mut self) {
        if self.folders.len() > 1 {
            self.folders.pop();
        }
        self.path.truncate(self.folders.last().map_or(0, |folder| folder.length));
    }

    fn go_to_root(&mut self) {
        self.folders.truncate(1);
        self.path.clear();
    }
}

/// What a name is: a folder, or something else in a layer. What no layer mentions counts as a folder without content,
/// because layers may leave out the folders of their files.
enum Found<'a> {
    Folder(Folder),
    Other(&'a LayerIndex),
}

enum Content {
    File(u32, String),
    Symlink(String),
}

/// Whether a layer hides a path of lower layers, other than by having the path itself.
fn hides(index: &LayerIndex, hashes: &Hashes) -> bool {
    index.whites_out(hashes.path)
        || hashes.folders.iter().any(|&folder| {
            index.is_opaque(folder) || index.whites_out(folder) || index.present(folder) == Some(Present::Other)
        })
}

/// The components of a path, last first, without empty ones and `.`.
fn components(path: &str) -> Vec<String> {
    path.split('/').rev().filter(|name| !matches!(*name, "" | ".")).map(str::to_owned).collect()
}
