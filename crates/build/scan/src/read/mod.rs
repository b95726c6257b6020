//! From a target to what it has: one file per kind of subject.

mod configuration;
mod container;
mod directory;
mod image;
mod repository;
mod sbom;
mod stores;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use boltseal_model::{Limits, Subject};

use crate::merge::Contents;
use crate::source::{EngineError, FileBlob, spool};
use crate::target::Target;
use crate::{Options, Reach, ScanError, Surroundings};

pub use stores::{Found, with as with_store};

/// What was looked at, and what it has.
pub type Read = Result<(Subject, Contents), ScanError>;

/// What an engine gives of a target, copied to where it can be read at any offset.
fn copied(
    stream: Result<impl io::Read, EngineError>,
    target: &Target,
    reach: Reach<'_>,
    limits: &Limits,
) -> Result<FileBlob, ScanError> {
    let copy = |stream| spool(stream, &target.to_string(), limits.layer_bytes, reach.progress);
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
        Target::Archive { .. } | Target::Layout { .. } | Target::Image { .. } => {
            stores::with(target, around.reach(), options.platform.as_deref(), &options.limits, |target, found| {
                image::image(target, found, around, options)
            })
        }
        Target::Configuration { path } => configuration::configuration(target, path, around, options),
        Target::Container { engine, name } => container::container(target, *engine, name, around, options),
        Target::Directory { path } => directory::directory(target, path, around, options),
        Target::Repository { address, revision } => {
            repository::repository(target, address, revision.as_deref(), around, options)
        }
        Target::Sbom { path } => sbom::sbom(target, path, options),
    }
}
