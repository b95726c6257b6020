//! Seals that lie beside their image: as referrers in its registry, or in its OCI layout.

use anyhow::anyhow;
use boltseal_model::{Digest, Limits};
use boltseal_registry::seals::{Attachment, Layout, Seals};
use boltseal_registry::{Access, Repository};
use boltseal_scan::{Keeper, Target, visible};
use boltseal_seal::Sealed;

use super::{Seal, Shelf};
use crate::Failure;
use crate::arguments::Reach;
use crate::remote::Remote;

/// Where an image has its seals beside it.
pub struct Beside {
    image: Digest,
    place: Place,
}

enum Place {
    Registry(Box<Repository>),
    Layout(Box<Layout>),
}

impl Beside {
    /// Where those of an image are, whose digest is known; for reading, or for putting some there.
    ///
    /// # Errors
    /// When an image of this kind has no such place, or the registry does not answer.
    pub fn of(target: &Target, image: &Digest, access: Access, reach: &Reach) -> Result<Self, Failure> {
        let limits = Limits::default();
        let place = match target {
            Target::Layout { path, .. } if path.is_dir() => Place::Layout(Box::new(Layout::new(path, &limits))),
            Target::Image { keeper: Keeper::Registry | Keeper::Nearest, name } if !reach.offline => {
                let repository = Remote::new(reach).repository(name, access, &limits);
                Place::Registry(Box::new(repository.map_err(|error| Failure::incomplete(anyhow!(error)))?))
            }
            _ => {
                return Err(Failure::usage(anyhow!(
                    "seals lie beside images in registries and in folders with an OCI layout, and {target} is none; name files \
                     instead"
                )));
            }
        };
        Ok(Self { image: image.clone(), place })
    }

    /// What lies there. Nothing of it is to be believed yet; what is listed and does not count is told.
    ///
    /// # Errors
    /// When it cannot be listed whole.
    pub fn seals(&self) -> Result<Vec<Seal>, Failure> {
        let Seals { seals, refused, .. } = match &self.place {
            Place::Registry(repository) => repository.seals(&self.image).map_err(Failure::incomplete)?,
            Place::Layout(layout) => layout.seals(&self.image).map_err(Failure::incomplete)?,
        };
        refused.iter().for_each(|refused| anstream::eprintln!("does not count: {}", visible(&refused.to_string())));
        Ok(seals.into_iter().map(|seal| Seal { place: seal.place.to_string(), bytes: seal.bytes }).collect())
    }
}

impl Shelf for Beside {
    fn put(&self, seals: &[Sealed]) -> Result<(), Failure> {
        for seal in seals {
            let bytes = seal.envelope.to_json();
            let attachment = Attachment { bytes: bytes.as_bytes(), predicate: seal.predicate_type(), is_bundle: false };
            let artifact = match &self.place {
                Place::Registry(repository) => {
                    repository.attach(&self.image, &attachment).map_err(Failure::incomplete)?
                }
                Place::Layout(layout) => layout.attach(&self.image, &attachment).map_err(Failure::incomplete)?,
            };
            anstream::eprintln!("{}: {artifact}", seal.kind.name());
        }
        Ok(())
    }
}
