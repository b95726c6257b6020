//! Finds the image that is meant and what its manifest and configuration say of its layers.

use std::collections::HashSet;

use boltseal_model::{Digest, Limits, Problem, ProblemKind, Problems};

use crate::blob::Store;
use crate::error::OpenError;
use crate::hash::mismatch;
use crate::image::{Image, Layer, Media, Selector};
use crate::json::{
    Config, DOCKER_CONFIG, Descriptor, Document, IMAGE_CONFIG, Referent, SavedImage, blob_name, parse_document,
    read_document, shown,
};
use crate::path::normalise;
use crate::select::{Candidate, Origin, choose};
use crate::text;

/// Opens the image that a store holds: an OCI layout, or what `docker save` writes.
///
/// An archive that is both, as newer versions of Docker write them, is opened by its index, whose blobs are named by their
/// digests; its `manifest.json` only adds tags.
///
/// # Errors
/// When no image can be found, or none that is meant. What is wrong with the image that is found is a problem instead.
pub fn open(store: &dyn Store, selector: &Selector, limits: &Limits) -> Result<(Image, Problems), OpenError> {
    let mut opener =
        Opener { store, limits, saved: Vec::new(), configuration: Vec::new(), problems: Problems::default() };
    let index = read_document(store, "index.json", limits)?;
    let manifest = read_document(store, "manifest.json", limits)?;
    let candidates = match (index, manifest) {
        (Some(index), manifest) => {
            if let Some(manifest) = manifest {
                match parse_document("manifest.json", &manifest) {
                    Ok(saved) => opener.saved = saved,
                    Err(error) => opener.problems.push(error.into_problem()),
                }
            }
            opener.listed(&index)?
        }
        (None, Some(manifest)) => opener.saved(&manifest)?,
        (None, None) => return Err(OpenError::NoManifest),
    };
    let candidates = opener.examined(candidates)?;
    let chosen = choose(candidates, selector)?;
    let image = opener.image(chosen)?;
    Ok((image, opener.problems))
}

struct Opener<'a> {
    store: &'a dyn Store,
    limits: &'a Limits,
    /// The images of `manifest.json` beside an index, for their tags.
    saved: Vec<SavedImage>,
    /// The configuration of the chosen image.
    configuration: Vec<u8>,
    problems: Problems,
}

/// A layer before the configuration is known.
struct Declared {
    blob: String,
    digest: Option<Digest>,
    size: Option<u64>,
    media: Media,
}

impl Opener<'_> {
    /// Every image that the index lists, also in nested indexes.
    fn listed(&mut self, index: &[u8]) -> Result<Vec<Candidate>, OpenError> {
        let document: Document = parse_document("index.json", index)?;
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut seen: HashSet<Digest> = HashSet::new();
        let mut ahead: Vec<(Descriptor, Vec<String>)> = with_tags(document.manifests, &[]);
        while let Some((descriptor, tags)) = ahead.pop() {
            match descriptor.referent() {
                Referent::NotAnImage => {}
                Referent::Manifest => {
                    if let Some(known) = candidates.iter_mut().find(|known| known.digest() == Some(&descriptor.digest))
                    {
                        tags.iter().for_each(|tag| known.add_tag(tag));
                        continue;
                    }
                    if self.is_over(candidates.len()) {
                        break;
                    }
                    let platform = descriptor.platform.as_ref().and_then(crate::json::Platform::name);
                    let mut candidate = Candidate { origin: Origin::Layout(descriptor), tags: Vec::new(), platform };
                    tags.iter().for_each(|tag| candidate.add_tag(tag));
                    candidates.push(candidate);
                }
                Referent::Index => {
                    if self.is_over(seen.len()) {
                        break;
                    }
                    let is_new = seen.insert(descriptor.digest.clone());
                    // A nested index that is not there belongs to platforms that were not saved.
                    if is_new && let Some(bytes) = self.verified(&descriptor)? {
                        let nested: Document = parse_document(&descriptor.blob(), &bytes)?;
                        ahead.extend(with_tags(nested.manifests, &tags));
                    }
                }
            }
        }
        Ok(candidates)
    }

    fn is_over(&mut self, count: usize) -> bool {
        let is_over = count >= self.limits.images;
        if is_over {
            let detail = format!("the index lists more than {} images; the rest is not looked at", self.limits.images);
            self.problems.push(Problem::at(ProblemKind::TooMany, "index.json", detail));
        }
        is_over
    }

    /// Every image of a `manifest.json` that stands alone.
    fn saved(&mut self, manifest: &[u8]) -> Result<Vec<Candidate>, OpenError> {
        let saved: Vec<SavedImage> = parse_document("manifest.json", manifest)?;
        let mut candidates = Vec::new();
        for image in saved {
            if self.is_over(candidates.len()) {
                break;
            }
            let tags = image.repo_tags.clone().unwrap_or_default();
            let mut candidate = Candidate { origin: Origin::Saved(image), tags: Vec::new(), platform: None };
            tags.iter().for_each(|tag| candidate.add_tag(tag));
            candidates.push(candidate);
        }
        Ok(candidates)
    }

    /// The candidates that are there and are images, with their platforms and all their tags.
    ///
    /// An index usually lists more platforms than were saved, and things beside images; only if nothing is left is that an
    /// error.
    fn examined(&self, candidates: Vec<Candidate>) -> Result<Vec<Candidate>, OpenError> {
        let mut examined = Vec::new();
        let mut first_error = None;
        for mut candidate in candidates {
            match self.examine(&mut candidate) {
                Ok(()) => examined.push(candidate),
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        if examined.is_empty() { Err(first_error.unwrap_or(OpenError::NoImage)) } else { Ok(examined) }
    }

    fn examine(&self, candidate: &mut Candidate) -> Result<(), OpenError> {
        let config_name = match &candidate.origin {
            Origin::Layout(descriptor) => self.manifest(descriptor, &mut Problems::default())?.0.blob(),
            Origin::Saved(image) => image.config.clone(),
        };
        let beside = self.saved.iter().filter(|image| image.config == config_name);
        for tag in beside.filter_map(|image| image.repo_tags.as_ref()).flatten() {
            candidate.add_tag(tag);
        }
        if candidate.platform.is_none() {
            let config = read_document(self.store, &config_name, self.limits).ok().flatten();
            let config = config.and_then(|bytes| parse_document::<Config>(&config_name, &bytes).ok());
            candidate.platform = config.and_then(|config| config.platform());
        }
        Ok(())
    }

    /// The configuration and the layers that a manifest refers to.
    fn manifest(
        &self,
        descriptor: &Descriptor,
        problems: &mut Problems,
    ) -> Result<(Descriptor, Vec<Descriptor>), OpenError> {
        let name = descriptor.blob();
        let bytes = read_document(self.store, &name, self.limits)?.ok_or(OpenError::Missing { name: name.clone() })?;
        check(&bytes, &descriptor.digest, &name, problems);
        let document: Document = parse_document(&name, &bytes)?;
        let unsupported = |what: &str| OpenError::Unsupported { name: name.clone(), what: shown(what) };
        match document {
            // One reader would take it for an index and another for a manifest, and they would see different images.
            Document { manifests: Some(_), .. } => Err(unsupported("an index in the place of a manifest")),
            Document { config: Some(config), layers: Some(layers), .. } => {
                match config.media_type.as_str() {
                    "" | IMAGE_CONFIG | DOCKER_CONFIG => Ok((config, layers)),
                    // A chart, a signature or another artefact that borrows the format.
                    other => Err(unsupported(other)),
                }
            }
            _ if descriptor.media_type.is_empty() => Err(unsupported("a manifest without configuration or layers")),
            _ => Err(unsupported(&descriptor.media_type)),
        }
    }

    fn image(&mut self, chosen: Candidate) -> Result<Image, OpenError> {
        let Candidate { origin, mut tags, platform } = chosen;
        tags.sort();
        let (digest, config, declared) = match origin {
            Origin::Layout(descriptor) => {
                let mut problems = Problems::default();
                let (config, layers) = self.manifest(&descriptor, &mut problems)?;
                self.problems.append(problems);
                let declared = layers.iter().map(declare).collect();
                (Some(descriptor.digest), self.config(&config.blob(), Some(&config.digest)), declared)
            }
            Origin::Saved(image) => {
                let digest = digest_in_name(&image.config);
                let declared = self.saved_layers(image.layers.unwrap_or_default());
                (digest.clone(), self.config(&image.config, digest.as_ref()), declared)
            }
        };
        let platform = config.as_ref().and_then(Config::platform).or(platform);
        let layers = self.layers(declared, config.as_ref());
        let base_layers = config.as_ref().and_then(Config::base_layers).filter(|&base| (base as usize) < layers.len());
        let settings = config.as_ref().map(|config| config.settings(layers.len())).unwrap_or_default();
        let configuration = std::mem::take(&mut self.configuration);
        Ok(Image { digest, tags, platform, base_layers, layers, settings, configuration })
    }

    /// The configuration; without it an image can still be read, if with less said about its layers.
    fn config(&mut self, name: &str, digest: Option<&Digest>) -> Option<Config> {
        let bytes = match read_document(self.store, name, self.limits) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                self.problems.push(OpenError::Missing { name: shown(name) }.into_problem());
                return None;
            }
            Err(error) => {
                self.problems.push(error.into_problem());
                return None;
            }
        };
        if let Some(digest) = digest {
            check(&bytes, digest, name, &mut self.problems);
        }
        let config = parse_document(name, &bytes).map_err(|error| self.problems.push(error.into_problem())).ok();
        self.configuration = bytes;
        config
    }

    fn saved_layers(&mut self, names: Vec<String>) -> Vec<Declared> {
        let mut declared = Vec::new();
        for name in names {
            let mut blob = String::new();
            if let Err(fault) = normalise(name.as_bytes(), self.limits.path_bytes, &mut blob) {
                self.problems.push(Problem::at(ProblemKind::UnsafePath, shown(&name), fault.detail()));
                // The layer keeps its place, so that the ones above it are not taken for it; no member has an empty name.
                blob.clear();
            }
            let digest = digest_in_name(&blob).filter(|digest| blob_name(digest) == blob);
            declared.push(Declared { blob, digest, size: None, media: Media::Tar });
        }
        declared
    }

    /// Joins what the manifest and the configuration say of each layer.
    fn layers(&mut self, mut declared: Vec<Declared>, config: Option<&Config>) -> Vec<Layer> {
        let declared_count = declared.len();
        let (diff_ids, instructions) = config.map(|config| self.attributed(config, declared_count)).unwrap_or_default();
        if declared_count > self.limits.layers {
            let detail =
                format!("the image has {declared_count} layers; only the lowest {} are read", self.limits.layers);
            self.problems.push(Problem::new(ProblemKind::TooMany, detail));
            declared.truncate(self.limits.layers);
        }
        let mut diff_ids = diff_ids.into_iter();
        let mut instructions = instructions.into_iter();
        let mut layers = Vec::with_capacity(declared.len());
        for (index, Declared { blob, digest, size, media }) in (0_u32..).zip(declared) {
            // Whether the blob can be opened is for the reading of the layer to say.
            let found = self.store.open(&blob).ok().flatten().map(|blob| blob.size());
            if let Some((declared, found)) = size.zip(found).filter(|(declared, found)| declared != found) {
                let kind = if found < declared { ProblemKind::Truncated } else { ProblemKind::Malformed };
                let detail = format!("the layer has {found} bytes, and the manifest says {declared}");
                self.problems.append(Problems::from(Problem::at(kind, blob.as_str(), detail)).in_layer(index));
            }
            let diff_id = diff_ids.next().flatten();
            let instruction = instructions.next().flatten();
            layers.push(Layer { index, blob, digest, diff_id, size: found.unwrap_or(0), instruction, media });
        }
        layers
    }

    /// The digests and instructions of the configuration, one for each layer, or none at all where the counts differ:
    /// then nobody can say which belongs to which.
    fn attributed(
        &mut self,
        config: &Config,
        layers: usize,
    ) -> (Vec<Option<Digest>>, Vec<Option<std::sync::Arc<str>>>) {
        let diff_ids = config.rootfs.as_ref().and_then(|rootfs| rootfs.diff_ids.as_deref()).unwrap_or_default();
        let mut digests: Vec<Option<Digest>> = diff_ids.iter().map(|text| text.parse().ok()).collect();
        if diff_ids.len() != layers {
            let detail =
                format!("the configuration has {} layer digests for {layers} layers; none is used", diff_ids.len());
            self.problems.push(Problem::new(ProblemKind::Malformed, detail));
            digests.clear();
        } else if digests.iter().any(Option::is_none) {
            self.problems
                .push(Problem::new(ProblemKind::Malformed, "the configuration has a layer digest that is no digest"));
        }
        let history = config.history.as_deref().unwrap_or_default();
        let steps = history.iter().filter(|step| !step.empty_layer);
        let mut instructions: Vec<_> = steps
            .map(|step| {
                let words = step.created_by.as_deref().filter(|text| !text.is_empty()).or(step.comment.as_deref());
                words.and_then(text::instruction)
            })
            .collect();
        // A configuration without any history is legitimate: not every builder writes one.
        if instructions.len() != layers {
            if !history.is_empty() {
                let steps = instructions.len();
                let detail =
                    format!("the history has {steps} steps for {layers} layers; no layer is given an instruction");
                self.problems.push(Problem::new(ProblemKind::Malformed, detail));
            }
            instructions.clear();
        }
        (digests, instructions)
    }

    /// The bytes of a nested index, with a problem if they are not what its digest says.
    fn verified(&mut self, descriptor: &Descriptor) -> Result<Option<Vec<u8>>, OpenError> {
        let name = descriptor.blob();
        let bytes = read_document(self.store, &name, self.limits)?;
        if let Some(bytes) = &bytes {
            check(bytes, &descriptor.digest, &name, &mut self.problems);
        }
        Ok(bytes)
    }
}

/// Descriptors in reverse order, for a stack, each with its own tag or the one of the index it stands in.
fn with_tags(manifests: Option<Vec<Descriptor>>, inherited: &[String]) -> Vec<(Descriptor, Vec<String>)> {
    let tagged = manifests.unwrap_or_default().into_iter().rev().map(|descriptor| {
        let tags = descriptor.tag().map_or_else(|| inherited.to_vec(), |tag| vec![tag.to_owned()]);
        (descriptor, tags)
    });
    tagged.collect()
}

fn declare(descriptor: &Descriptor) -> Declared {
    let digest = Some(descriptor.digest.clone());
    Declared { blob: descriptor.blob(), digest, size: Some(descriptor.size), media: descriptor.media() }
}

fn check(bytes: &[u8], digest: &Digest, name: &str, problems: &mut Problems) {
    if let Some(found) = mismatch(bytes, digest) {
        let detail = format!("it has the digest {found}, and the image says {digest}");
        problems.push(Problem::at(ProblemKind::DigestMismatch, shown(name), detail));
    }
}

/// The digest by which an archive names a configuration (`<hex>.json`) or a blob (`blobs/sha256/<hex>`).
fn digest_in_name(name: &str) -> Option<Digest> {
    let last = name.rsplit('/').next().unwrap_or(name);
    let hex = last.strip_suffix(".json").unwrap_or(last);
    format!("sha256:{hex}").parse().ok()
}
