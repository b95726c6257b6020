//! From a target to what it has: one file per kind of subject.

mod configuration;
mod container;
mod directory;
mod image;
mod repository;
mod sbom;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use boltseal_model::Subject;

use crate::merge::Contents;
use crate::source::{EngineError, FileBlob, spool};
use crate::target::{EngineKind, Keeper, Target};
use crate::{Options, ScanError, Surroundings};

/// What was looked at, and what it has.
pub type Read = Result<(Subject, Contents), ScanError>;

/// What an engine gives of a target, copied to where it can be read at any offset.
fn copied(
    stream: Result<impl io::Read, EngineError>,
    target: &Target,
    around: &Surroundings<'_>,
    options: &Options,
) -> Result<FileBlob, ScanError> {
    let copy = |stream| spool(stream, &target.to_string(), options.limits.layer_bytes, around.progress);
    stream
        .and_then(|stream| copy(stream).map_err(EngineError::Spool))
        .map_err(|source| ScanError::Engine { target: target.to_string(), source })
}

/// A file, and no more of it than one byte over the limit, which is enough to tell that it is exceeded.
fn bounded(target: &Target, path: &Path, most: u64) -> Result<Vec<u8>, ScanError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|source| ScanError::open(target, source))?;
    Ok(bytes)
}

/// Reads a target, whatever it is.
pub fn read(target: &Target, around: &Surroundings<'_>, options: &Options) -> Read {
    match target {
        Target::Archive { path, .. } => image::archive(target, path, around, options),
        Target::Layout { path, .. } => image::layout(target, path, around, options),
        Target::Image { keeper, name } => match keeper {
            Keeper::Engine(engine) => image::in_engine(target, *engine, name, around, options),
            Keeper::Containerd => image::in_containerd(target, name, around, options),
            Keeper::Registry => image::in_registry(target, name, around, options),
            Keeper::Nearest if image::is_in_engine(EngineKind::Docker, name, around) => {
                let found = Target::Image { keeper: Keeper::Engine(EngineKind::Docker), name: name.clone() };
                image::in_engine(&found, EngineKind::Docker, name, around, options)
            }
            Keeper::Nearest => {
                let found = Target::Image { keeper: Keeper::Registry, name: name.clone() };
                image::in_registry(&found, name, around, options).map_err(|error| match error {
                    ScanError::Registry { source, .. } => ScanError::Nowhere { target: name.clone(), source },
                    other => other,
                })
            }
        },
        Target::Configuration { path } => configuration::configuration(target, path, around, options),
        Target::Container { engine, name } => container::container(target, *engine, name, around, options),
        Target::Directory { path } => directory::directory(target, path, around, options),
        Target::Repository { address, revision } => {
            repository::repository(target, address, revision.as_deref(), around, options)
        }
        Target::Sbom { path } => sbom::sbom(target, path, options),
    }
}
