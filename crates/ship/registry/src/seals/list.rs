//! Finding the seals of an image.

use std::collections::BTreeMap;

use boltseal_model::{Algorithm, Digest};

use super::referrers::{as_listed, parse_index, parse_layers, parse_referrer, tag_of};
use super::{
    BUNDLE, ENVELOPE, Place, Refusal, Refused, SIGNATURE_ANNOTATION, SIMPLE_SIGNING, Seals, StoredSeal, StoredSignature,
};
use crate::address::{next_of, resolve};
use crate::descriptor::{Descriptor, INDEX, MANIFEST};
use crate::form::encoded;
use crate::{RegistryError, Repository};

/// Parts in which a registry may give a list. Each is a question.
const PARTS: usize = 32;
/// Ends of the tags under which cosign keeps attestations and signatures.
const COSIGN_TAGS: [&str; 2] = ["att", "sig"];

/// Why something that is listed cannot be read.
enum Fault {
    /// It does not count.
    Refused(Refusal),
    /// The registry fails, so that it is not known whether it counts.
    Registry(RegistryError),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Repository {
    /// Finds the seals of an image: its referrers, as the registry lists them and as the tag of the specification does, and what
    /// cosign keeps under tags of its own.
    ///
    /// # Errors
    /// When the registry fails, when a list cannot be read, or when there are more than [`boltseal_model::Limits::seals`], or more
    /// than [`boltseal_model::Limits::verified_bytes`] of them: whoever verifies must not decide by a part of them.
    pub fn seals(&self, image: &Digest) -> Result<Seals, RegistryError> {
        let mut search = Search { repository: self, image, left: self.limits.verified_bytes, seals: Seals::default() };
        // What the registry itself says of an artifact counts before what anybody may write under a tag.
        let mut listed = self.referrers(image)?;
        for entry in self.entered(image)? {
            listed.entry(entry.digest.clone()).or_insert(entry);
        }
        self.check_number(listed.len())?;
        for (digest, entry) in &listed {
            search.referrer(digest, entry)?;
        }
        // Longer digests do not fit into a tag of this form.
        if image.algorithm() == Algorithm::Sha256 {
            for end in COSIGN_TAGS {
                search.cosign(&format!("sha256-{}.{end}", image.hex()))?;
            }
        }
        Ok(search.seals)
    }

    /// What the registry lists; nothing where it has no interface for that.
    fn referrers(&self, image: &Digest) -> Result<BTreeMap<Digest, Descriptor>, RegistryError> {
        let mut found = BTreeMap::new();
        // A registry need not filter, and need not say so truly: each kind is asked for, and what is not a seal is passed over.
        for kind in [ENVELOPE, BUNDLE] {
            let query = encoded(&[("artifactType", kind)]);
            if !self.referrers_of(image, &query, &mut found)? {
                break;
            }
        }
        Ok(found)
    }

    /// Reads a list in all its parts; gives whether the registry has an interface for that.
    fn referrers_of(
        &self,
        image: &Digest,
        query: &str,
        found: &mut BTreeMap<Digest, Descriptor>,
    ) -> Result<bool, RegistryError> {
        let what = format!("referrers/{image}");
        let mut address = self.endpoint.below(&format!("{what}?{query}"));
        for number in 0..PARTS {
            let part = match self.endpoint.fetch(&address, &what, &[("accept", INDEX)], self.limits.manifest_bytes) {
                Ok(part) => part,
                Err(RegistryError::NotFound { .. } | RegistryError::Unexpected { status: 405 | 501, .. })
                    if number == 0 =>
                {
                    return Ok(false);
                }
                Err(error) => return Err(error),
            };
            let next = part.link.as_deref().and_then(next_of).map(|next| resolve(&part.address, next));
            let bytes = self.list_bytes(part)?;
            for entry in parse_index(&bytes, &self.limits).map_err(|error| self.bad_list(error.to_string()))? {
                found.entry(entry.digest.clone()).or_insert(entry);
            }
            self.check_number(found.len())?;
            match next {
                None => return Ok(true),
                Some(Some(next)) if self.endpoint.is_here(&next) => address = next,
                Some(_) => return Err(self.bad_list("it goes on in another place".into())),
            }
        }
        Err(self.bad_list(format!("it has more than {PARTS} parts")))
    }

    /// What clients list under the tag.
    fn entered(&self, image: &Digest) -> Result<Vec<Descriptor>, RegistryError> {
        let Some(list) = self.tagged(&tag_of(image))? else { return Ok(Vec::new()) };
        let bytes = self.list_bytes(list)?;
        parse_index(&bytes, &self.limits).map_err(|error| self.bad_list(error.to_string()))
    }

    /// Reads what is listed, with the size and digest that it is listed with.
    fn listed(&self, what: &'static str, kind: &str, entry: &Descriptor, limit: u64) -> Result<Vec<u8>, Fault> {
        if entry.size > limit {
            return Err(Refusal::TooLarge { what, found: entry.size, limit }.into());
        }
        let path = format!("{kind}/{}", entry.digest);
        let accepted: &[_] = if kind == "manifests" { &[("accept", MANIFEST)] } else { &[] };
        let fetched = match self.endpoint.fetch(&self.endpoint.below(&path), &path, accepted, entry.size) {
            Ok(fetched) => fetched,
            Err(RegistryError::NotFound { .. }) => return Err(Refusal::Absent { what }.into()),
            Err(error) => return Err(Fault::Registry(error)),
        };
        as_listed(what, entry, fetched.bytes).map_err(Fault::Refused)
    }
}

/// What was found so far.
struct Search<'a> {
    repository: &'a Repository,
    image: &'a Digest,
    /// Bytes that may still be read.
    left: u64,
    seals: Seals,
}

impl Search<'_> {
    /// Reads an artifact that is listed as a referrer.
    fn referrer(&mut self, digest: &Digest, entry: &Descriptor) -> Result<(), RegistryError> {
        let place = Place::Referrer(digest.clone());
        let read = self.referrer_bytes(entry);
        if let Some(bytes) = self.take(read, &place)? {
            self.seals.seals.push(StoredSeal { bytes, place });
        }
        Ok(())
    }

    fn referrer_bytes(&mut self, entry: &Descriptor) -> Result<Vec<u8>, Fault> {
        if entry.media_type != MANIFEST {
            return Err(Refusal::Kind.into());
        }
        let repository = self.repository;
        let manifest = repository.listed("its manifest", "manifests", entry, repository.limits.manifest_bytes)?;
        self.spend(manifest.len())?;
        let layer = parse_referrer(&manifest, self.image)?;
        self.blob(&layer, repository.limits.envelope_bytes)
    }

    /// Reads the layers of a tag of cosign. What was listed before under another name is there once.
    fn cosign(&mut self, tag: &str) -> Result<(), RegistryError> {
        let Some(fetched) = self.repository.tagged(tag)? else { return Ok(()) };
        let bytes = self.repository.list_bytes(fetched)?;
        let layers = parse_layers(&bytes).map_err(|refusal| self.repository.bad_list(format!("{tag}: {refusal}")))?;
        let is_wanted = |layer: &Descriptor| [ENVELOPE, SIMPLE_SIGNING].contains(&&*layer.media_type);
        let layers: Vec<(usize, Descriptor)> =
            layers.into_iter().enumerate().filter(|(_, layer)| is_wanted(layer)).collect();
        let Seals { seals, signatures, refused } = &self.seals;
        self.repository.check_number(seals.len() + signatures.len() + refused.len() + layers.len())?;
        for (number, layer) in layers {
            let place = Place::Layer { tag: tag.to_owned(), number };
            if layer.media_type == ENVELOPE {
                let read = self.blob(&layer, self.repository.limits.envelope_bytes);
                if let Some(bytes) = self.take(read, &place)? {
                    self.seals.seals.push(StoredSeal { bytes, place });
                }
                continue;
            }
            let Some(signature) = layer.annotations.get(SIGNATURE_ANNOTATION).cloned() else {
                self.seals.refused.push(Refused { place, refusal: Refusal::NoSignature });
                continue;
            };
            let read = self.blob(&layer, self.repository.limits.verdict_bytes as u64);
            if let Some(payload) = self.take(read, &place)? {
                self.seals.signatures.push(StoredSignature { payload, signature, place });
            }
        }
        Ok(())
    }

    fn blob(&mut self, layer: &Descriptor, limit: u64) -> Result<Vec<u8>, Fault> {
        if layer.size <= limit {
            self.spend(usize::try_from(layer.size).unwrap_or(usize::MAX))?;
        }
        self.repository.listed("its layer", "blobs", layer, limit)
    }

    /// Counts bytes, before they are read where that is possible.
    fn spend(&mut self, bytes: usize) -> Result<(), Fault> {
        let limit = self.repository.limits.verified_bytes;
        self.left = self.left.checked_sub(bytes as u64).ok_or_else(|| {
            Fault::Registry(self.repository.bad_list(format!("its seals have more than {limit} bytes together")))
        })?;
        Ok(())
    }

    /// What was read; what does not count is told.
    fn take(&mut self, read: Result<Vec<u8>, Fault>, place: &Place) -> Result<Option<Vec<u8>>, RegistryError> {
        match read {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Fault::Registry(error)) => Err(error),
            Err(Fault::Refused(refusal)) => {
                self.seals.refused.push(Refused { place: place.clone(), refusal });
                Ok(None)
            }
        }
    }
}
