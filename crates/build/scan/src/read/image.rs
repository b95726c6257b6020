//! Images: archives and layouts on disk, in the stores of engines, in registries.

use std::fs::File;
use std::path::Path;

use boltseal_image::{Archive, Image, Store};
use boltseal_model::{ImageConfiguration, LayerInfo, Limits, Location, Problems, Subject, SubjectKind};
use boltseal_posture::read;

use super::{Read, copied};
use crate::content;
use crate::intent::{Named, Runnables};
use crate::layers::{self, Reading};
use crate::merge::merge;
use crate::source::{ContainerdImage, FileBlob, LayoutFolder};
use crate::target::{EngineKind, Target};
use crate::{Options, ScanError, Surroundings};

/// What the configuration of an image is called where a path is expected.
const CONFIGURATION: &str = "configuration of the image";

/// An archive on disk.
pub fn archive(target: &Target, path: &Path, around: &Surroundings<'_>, options: &Options) -> Read {
    let blob = File::open(path).and_then(FileBlob::new).map_err(|source| ScanError::open(target, source))?;
    in_archive(target, &blob, around, options)
}

/// An OCI layout in a folder.
pub fn layout(target: &Target, path: &Path, around: &Surroundings<'_>, options: &Options) -> Read {
    let layout = LayoutFolder::open(path).map_err(|source| ScanError::open(target, source))?;
    in_store(target, &layout, Problems::default(), false, around, options)
}

/// An image in the store of an engine.
pub fn in_engine(
    target: &Target,
    engine: EngineKind,
    name: &str,
    around: &Surroundings<'_>,
    options: &Options,
) -> Read {
    let saved = around.engine(engine).and_then(|engine| engine.save(name));
    let blob = copied(saved, target, around, options)?;
    in_archive(target, &blob, around, options)
}

/// Whether an engine is there and has an image. One that does not answer has none.
pub fn is_in_engine(engine: EngineKind, name: &str, around: &Surroundings<'_>) -> bool {
    around.engine(engine).and_then(|engine| engine.has_image(name)).unwrap_or(false)
}

/// An image in containerd's store.
pub fn in_containerd(target: &Target, name: &str, around: &Surroundings<'_>, options: &Options) -> Read {
    let image = ContainerdImage::find(&around.sockets.containerd, name)
        .map_err(|source| ScanError::Containerd { target: target.to_string(), source })?;
    in_store(target, &image, Problems::default(), true, around, options)
}

/// An image in a registry.
pub fn in_registry(target: &Target, name: &str, around: &Surroundings<'_>, options: &Options) -> Read {
    let image = around
        .registry
        .open(name, options.platform.as_deref(), &options.limits)
        .map_err(|source| ScanError::Registry { target: target.to_string(), source })?;
    in_store(target, &*image, Problems::default(), true, around, options)
}

fn in_archive(target: &Target, blob: &FileBlob, around: &Surroundings<'_>, options: &Options) -> Read {
    let no_image = |source| ScanError::NoImage { target: target.to_string(), source };
    let (archive, problems) = Archive::index(blob, &options.limits).map_err(no_image)?;
    in_store(target, &archive, problems, false, around, options)
}

fn in_store(
    target: &Target,
    store: &dyn Store,
    mut problems: Problems,
    is_by_digest: bool,
    around: &Surroundings<'_>,
    options: &Options,
) -> Read {
    let selector = target.selector(options.platform.as_deref());
    let no_image = |source| ScanError::NoImage { target: target.to_string(), source };
    let (mut image, opening) = boltseal_image::open(store, &selector, &options.limits).map_err(no_image)?;
    problems.append(opening);
    let (limits, content) = (&options.limits, around.content);
    content::conceal_instructions(&mut image, content, limits);
    let configuration = options.derives_intent.then(|| configuration(&image, limits));
    let named = configuration.as_ref().map(Named::by);
    let (executables, progress, cache) = (named.as_ref(), around.progress, around.cache);
    let reading = Reading { store, limits, content, executables, progress, cache, is_by_digest };
    let brought = layers::read(&image, reading);
    problems.append(brought.problems);
    let layers = layer_infos(&image);
    let mut contents = merge(brought.found, &brought.overlay, &layers);
    problems.append(contents.problems);
    contents.problems = problems;
    contents.findings = content::findings(brought.spotted, &brought.overlay, &layers);
    contents.findings.extend(content::integrity(brought.programs, &contents.owned, &brought.overlay, &layers));
    contents.runnables = configuration.map(|it| Runnables::visible(it, brought.runnable, &brought.overlay));
    if let Some(content) = content {
        let (findings, problems) = content::in_configuration(&image.settings, content, limits, &layers);
        contents.findings.extend(findings);
        contents.problems.append(problems);
    }
    if let Some(posture) = around.posture.filter(|_| !image.configuration.is_empty()) {
        let mut judged = posture.judge(CONFIGURATION, &image.configuration, limits);
        // A configuration has one line.
        let exempt = judged.exempt.iter_mut().map(|exempt| &mut exempt.finding);
        judged.findings.iter_mut().chain(exempt).for_each(|finding| finding.location = Location::of(CONFIGURATION));
        contents.judged(judged);
    }
    let subject = Subject {
        digest: image.digest,
        tags: image.tags,
        platform: image.platform,
        distribution: contents.distribution.clone(),
        base_layers: image.base_layers,
        layers,
        ..Subject::new(SubjectKind::Image, target.to_string())
    };
    Ok((subject, contents))
}

/// What the image says of its containers; nothing where it is no configuration, of which opening it has told.
fn configuration(image: &Image, limits: &Limits) -> ImageConfiguration {
    let (subjects, _) = read(&boltseal_posture::File { path: CONFIGURATION, bytes: &image.configuration }, limits);
    let mut configurations = subjects.into_iter().filter_map(|subject| match subject {
        boltseal_posture::Subject::Image(configuration) => Some(*configuration),
        _ => None,
    });
    configurations.next_back().unwrap_or_default()
}

fn layer_infos(image: &Image) -> Vec<LayerInfo> {
    let info = |layer: &boltseal_image::Layer| LayerInfo {
        digest: layer.digest.clone(),
        diff_id: layer.diff_id.clone(),
        instruction: layer.instruction.clone(),
    };
    image.layers.iter().map(info).collect()
}
