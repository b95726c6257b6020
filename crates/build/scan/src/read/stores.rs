//! Where images lie: archives and layouts on disk, the stores of engines, registries.

use std::fs::File;

use boltseal_image::{Archive, Store};
use boltseal_model::{Limits, Problems};

use super::copied;
use crate::source::{ContainerdImage, FileBlob, LayoutFolder};
use crate::target::{EngineKind, Keeper, Target};
use crate::{Reach, ScanError};

/// Where an image lies, opened.
pub struct Found<'a> {
    /// Its documents and layers.
    pub store: &'a dyn Store,
    /// What could not be read of the store itself.
    pub problems: Problems,
    /// Whether it is asked for content by digest, so that whoever takes a layer from it holds the layer to its digest.
    pub is_by_digest: bool,
}

/// What is done with an image while its store is open.
type Then<'t, T> = Box<dyn FnOnce(&Target, Found<'_>) -> Result<T, ScanError> + 't>;

/// Opens the store that a target names an image in, and hands it on, with the target as it turned out to be.
pub fn with<'t, T>(
    target: &Target,
    reach: Reach<'_>,
    platform: Option<&str>,
    limits: &Limits,
    then: impl FnOnce(&Target, Found<'_>) -> Result<T, ScanError> + 't,
) -> Result<T, ScanError> {
    opened(target, reach, platform, limits, Box::new(then))
}

fn opened<T>(
    target: &Target,
    reach: Reach<'_>,
    platform: Option<&str>,
    limits: &Limits,
    then: Then<'_, T>,
) -> Result<T, ScanError> {
    match target {
        Target::Archive { path, .. } => {
            let blob = File::open(path).and_then(FileBlob::new).map_err(|source| ScanError::open(target, source))?;
            in_archive(target, &blob, limits, then)
        }
        Target::Layout { path, .. } => {
            let layout = LayoutFolder::open(path).map_err(|source| ScanError::open(target, source))?;
            then(target, Found { store: &layout, problems: Problems::default(), is_by_digest: false })
        }
        Target::Image { keeper: Keeper::Engine(engine), name } => {
            let saved = reach.engine(*engine).and_then(|engine| engine.save(name));
            let blob = copied(saved, target, reach, limits)?;
            in_archive(target, &blob, limits, then)
        }
        Target::Image { keeper: Keeper::Containerd, name } => {
            let image = ContainerdImage::find(&reach.sockets.containerd, name)
                .map_err(|source| ScanError::Containerd { target: target.to_string(), source })?;
            then(target, Found { store: &image, problems: Problems::default(), is_by_digest: true })
        }
        Target::Image { keeper: Keeper::Registry, name } => {
            let image = reach
                .registry
                .open(name, platform, limits)
                .map_err(|source| ScanError::Registry { target: target.to_string(), source })?;
            then(target, Found { store: &*image, problems: Problems::default(), is_by_digest: true })
        }
        Target::Image { keeper: Keeper::Nearest, name } => {
            let is_here = is_in_engine(EngineKind::Docker, name, reach);
            let keeper = if is_here { Keeper::Engine(EngineKind::Docker) } else { Keeper::Registry };
            let found = Target::Image { keeper, name: name.clone() };
            opened(&found, reach, platform, limits, then).map_err(|error| match error {
                ScanError::Registry { source, .. } => ScanError::Nowhere { target: name.clone(), source },
                other => other,
            })
        }
        Target::Directory { .. }
        | Target::Container { .. }
        | Target::Repository { .. }
        | Target::Configuration { .. }
        | Target::Sbom { .. } => Err(ScanError::NotAnImage { target: target.to_string() }),
    }
}

fn in_archive<T>(target: &Target, blob: &FileBlob, limits: &Limits, then: Then<'_, T>) -> Result<T, ScanError> {
    let no_image = |source| ScanError::NoImage { target: target.to_string(), source };
    let (archive, problems) = Archive::index(blob, limits).map_err(no_image)?;
    then(target, Found { store: &archive, problems, is_by_digest: false })
}

/// Whether an engine is there and has an image. One that does not answer has none.
fn is_in_engine(engine: EngineKind, name: &str, reach: Reach<'_>) -> bool {
    reach.engine(engine).and_then(|engine| engine.has_image(name)).unwrap_or(false)
}
