//! Putting a seal beside an image.

use boltseal_model::Digest;

use super::referrers::{EMPTY, manifest_of};
use super::{BUNDLE, ENVELOPE};
use crate::{RegistryError, Repository};

/// A seal that is to lie beside an image.
#[derive(Debug, Clone, Copy)]
pub struct Attachment<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What it states, by the type of its predicate, so that others can tell without opening it.
    pub predicate: &'a str,
    /// Whether it is a bundle of Sigstore, and not an envelope.
    pub is_bundle: bool,
}

impl Attachment<'_> {
    /// Its media type.
    pub(super) const fn kind(&self) -> &'static str {
        if self.is_bundle { BUNDLE } else { ENVELOPE }
    }
}

impl Repository {
    /// Puts a seal beside an image that is in this repository; gives the digest of the artifact's manifest. The same seal twice is
    /// there once.
    ///
    /// Source: OCI distribution specification 1.1, "Pushing Manifests with Subject".
    ///
    /// # Errors
    /// When the registry does not have the image, does not take the seal, or loses it from its list; when the seal is too large to be
    /// read again, or the image has as many as are looked at.
    pub fn attach(&self, image: &Digest, seal: &Attachment<'_>) -> Result<Digest, RegistryError> {
        let most = self.limits.envelope_bytes;
        if seal.bytes.len() as u64 > most {
            return Err(self.endpoint.malformed("room for a seal", format!("it has more than {most} bytes")));
        }
        let (image, _) = self.document(&image.to_string(), Some(image))?;
        let manifest = manifest_of(&image, seal.bytes, seal.kind(), seal.predicate);
        let (artifact, manifest) = manifest.map_err(|error| self.bad_list(error.to_string()))?;
        self.push_blob(seal.bytes)?;
        self.push_blob(EMPTY)?;
        let noted = self.put_manifest(&artifact.digest.to_string(), &artifact.media_type, &manifest, &[])?;
        // A registry that keeps the list itself says so.
        if noted.as_deref() != Some(image.digest.to_string().as_str()) {
            self.enter(&image.digest, &artifact)?;
        }
        Ok(artifact.digest)
    }
}
