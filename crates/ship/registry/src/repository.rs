//! One repository in a registry, to read and to write.

use boltseal_model::{Algorithm, Digest, Limits};
use serde::Deserialize;

use crate::descriptor::{ACCEPTED, Descriptor, digest_of, media_type};
use crate::endpoint::Endpoint;
use crate::{Reference, RegistryError};

/// A repository in a registry.
#[derive(Debug)]
pub struct Repository {
    pub(crate) endpoint: Endpoint,
    pub(crate) limits: Limits,
}

/// What a document says that it is.
#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
}

impl Repository {
    /// Asks an endpoint whether it has an image of this name, which tells whether it answers at all.
    pub(crate) fn open(endpoint: Endpoint, reference: &Reference, limits: &Limits) -> Result<Self, RegistryError> {
        let path = format!("manifests/{}", reference.manifest());
        endpoint.has(&path, &[("accept", ACCEPTED)]).map_err(|error| error.about(reference))?;
        Ok(Self { endpoint, limits: limits.clone() })
    }

    /// The digest of what a name stands for: a manifest, or an index for several platforms.
    ///
    /// # Errors
    /// When the registry has no such image, or gives another than the name demands.
    pub fn resolve(&self, reference: &Reference) -> Result<Digest, RegistryError> {
        let found = self.document(&reference.manifest(), reference.digest());
        found.map(|(descriptor, _)| descriptor.digest).map_err(|error| error.about(reference))
    }

    /// A manifest or an index with its descriptor, by tag or digest.
    pub(crate) fn document(&self, name: &str, wanted: Option<&Digest>) -> Result<(Descriptor, Vec<u8>), RegistryError> {
        let path = format!("manifests/{name}");
        let malformed = |detail: String| self.endpoint.malformed("a manifest", detail);
        let most = self.limits.manifest_bytes;
        let fetched = self.endpoint.fetch(&self.endpoint.below(&path), &path, &[("accept", ACCEPTED)], most)?;
        let bytes = fetched.bytes.ok_or_else(|| malformed(format!("it has more than {most} bytes")))?;
        let algorithm = wanted.map_or(Algorithm::Sha256, Digest::algorithm);
        let digest = digest_of(algorithm, &bytes).map_err(|error| malformed(error.to_string()))?;
        if wanted.is_some_and(|wanted| *wanted != digest) {
            return Err(malformed(format!("it has the digest {digest}")));
        }
        let kind: Kind = serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
        let media_type = kind.media_type.unwrap_or_else(|| media_type(&fetched.content_type.unwrap_or_default()));
        Ok((Descriptor { digest, ..Descriptor::of(&media_type, &bytes) }, bytes))
    }

    /// Stores a blob, if it is not there already.
    ///
    /// # Errors
    /// When the registry does not take it.
    pub fn push_blob(&self, bytes: &[u8]) -> Result<Digest, RegistryError> {
        let digest = Descriptor::of("", bytes).digest;
        if !self.endpoint.has(&format!("blobs/{digest}"), &[])? {
            self.endpoint.upload(&digest, bytes)?;
        }
        Ok(digest)
    }

    /// Stores a manifest or an index, whose blobs must be there, under its digest, and under a tag too if one is given.
    ///
    /// # Errors
    /// When it is larger than manifests may be, or the registry does not take it.
    pub fn push_manifest(&self, media_type: &str, bytes: &[u8], tag: Option<&str>) -> Result<Digest, RegistryError> {
        let digest = Descriptor::of(media_type, bytes).digest;
        self.put_manifest(&digest.to_string(), media_type, bytes, &[])?;
        if let Some(tag) = tag {
            self.put_manifest(tag, media_type, bytes, &[])?;
        }
        Ok(digest)
    }

    /// Stores a manifest under one name; gives the digest of the subject that the registry says it took note of.
    pub(crate) fn put_manifest(
        &self,
        name: &str,
        media_type: &str,
        bytes: &[u8],
        headers: &[(&'static str, &str)],
    ) -> Result<Option<String>, RegistryError> {
        let most = self.limits.manifest_bytes;
        if bytes.len() as u64 > most {
            return Err(self.endpoint.malformed("room for a manifest", format!("it has more than {most} bytes")));
        }
        let headers = [&[("content-type", media_type)], headers].concat();
        let response = self.endpoint.put(&format!("manifests/{name}"), bytes, &headers)?;
        Ok(response.header("oci-subject").map(str::to_owned))
    }
}
