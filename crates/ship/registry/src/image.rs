//! An image in a registry, under the names of an OCI layout.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use boltseal_model::{Algorithm, Digest, Limits, keep_platform, native_platform};
use serde::Deserialize;

use crate::blob::Streamed;
use crate::descriptor::{ACCEPTED, Descriptor, digest_of, media_type};
use crate::endpoint::Endpoint;
use crate::{Reference, RegistryError, RemoteBlob};

/// One image in a registry, or several where the registry has it for several platforms and none was asked for.
#[derive(Debug)]
pub struct RemoteImage {
    endpoint: Endpoint,
    limits: Limits,
    /// What an OCI layout would have as `index.json`.
    index: Arc<Vec<u8>>,
    known: Mutex<Known>,
}

/// What the documents read so far tell.
#[derive(Debug, Default)]
struct Known {
    documents: HashMap<Digest, Arc<Vec<u8>>>,
    manifests: HashMap<Digest, u64>,
    blobs: HashMap<Digest, u64>,
}

/// A manifest or an index.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Document {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
}

impl RemoteImage {
    /// Asks an endpoint for an image. Of an image for several platforms, the one that is asked for is taken.
    pub fn open(
        endpoint: Endpoint,
        reference: &Reference,
        platform: Option<&str>,
        limits: &Limits,
    ) -> Result<Self, RegistryError> {
        let path = format!("manifests/{}", reference.manifest());
        let response = endpoint.ask(&path, &[("accept", ACCEPTED)]).map_err(|error| error.about(reference))?;
        let content_type = response.header("content-type").unwrap_or_default().to_owned();
        let bytes = response
            .into_bytes(limits.manifest_bytes)
            .map_err(|error| endpoint.malformed("a manifest", error.to_string()))?;
        let algorithm = reference.digest().map_or(Algorithm::Sha256, Digest::algorithm);
        let digest =
            digest_of(algorithm, &bytes).map_err(|error| endpoint.malformed("a manifest", error.to_string()))?;
        if reference.digest().is_some_and(|wanted| *wanted != digest) {
            return Err(endpoint.malformed("a manifest", format!("it has the digest {digest}")));
        }
        let document: Document =
            serde_json::from_slice(&bytes).map_err(|error| endpoint.malformed("a manifest", error.to_string()))?;
        let media_type = document.media_type.clone().unwrap_or_else(|| media_type(&content_type));
        let whole = Descriptor {
            media_type,
            artifact_type: None,
            digest: digest.clone(),
            size: bytes.len() as u64,
            platform: None,
            annotations: BTreeMap::new(),
        };
        let listed = document.manifests.as_deref().and_then(|listed| for_platform(listed, platform));
        let mut descriptors = listed.unwrap_or_else(|| vec![whole]);
        for descriptor in &mut descriptors {
            let name = ("org.opencontainers.image.ref.name".to_owned(), reference.to_string());
            descriptor.annotations = BTreeMap::from([name]);
        }
        let index = serde_json::json!({ "schemaVersion": 2, "manifests": descriptors });
        let mut known = Known::default();
        known.learn(&document, limits);
        known.manifests.extend(descriptors.iter().map(|descriptor| (descriptor.digest.clone(), descriptor.size)));
        known.documents.insert(digest, Arc::new(bytes));
        let index = Arc::new(index.to_string().into_bytes());
        Ok(Self { endpoint, limits: limits.clone(), index, known: Mutex::new(known) })
    }

    /// The bytes of a name in an OCI layout: `index.json`, or `blobs/sha256/…` of what the documents read so far refer to.
    ///
    /// # Errors
    /// When the registry does not give a document.
    pub fn blob(&self, name: &str) -> io::Result<Option<RemoteBlob<'_>>> {
        if name == "index.json" {
            return Ok(Some(RemoteBlob::Held(self.index.clone())));
        }
        let digest = name.strip_prefix("blobs/").and_then(|rest| rest.replacen('/', ":", 1).parse::<Digest>().ok());
        let Some(digest) = digest else { return Ok(None) };
        let (document, is_manifest, size) = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            (
                known.documents.get(&digest).cloned(),
                known.manifests.contains_key(&digest),
                known.blobs.get(&digest).copied(),
            )
        };
        match (document, size) {
            (Some(document), _) => Ok(Some(RemoteBlob::Held(document))),
            (None, _) if is_manifest => self.manifest(&digest).map(|bytes| Some(RemoteBlob::Held(bytes))),
            (None, Some(size)) => {
                Ok(Some(RemoteBlob::Streamed(Streamed::new(&self.endpoint, format!("blobs/{digest}"), size))))
            }
            (None, None) => Ok(None),
        }
    }

    fn manifest(&self, digest: &Digest) -> io::Result<Arc<Vec<u8>>> {
        let response =
            self.endpoint.ask(&format!("manifests/{digest}"), &[("accept", ACCEPTED)]).map_err(io::Error::other)?;
        let bytes = response.into_bytes(self.limits.manifest_bytes)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // What is no document refers to nothing; the reader of layouts will say what is wrong with it.
        if let Ok(document) = serde_json::from_slice::<Document>(&bytes) {
            known.learn(&document, &self.limits);
        }
        let bytes = Arc::new(bytes);
        known.documents.insert(digest.clone(), bytes.clone());
        Ok(bytes)
    }
}

impl Known {
    /// Remembers what a document refers to, as much as an image may have.
    fn learn(&mut self, document: &Document, limits: &Limits) {
        let entry = |descriptor: &Descriptor| (descriptor.digest.clone(), descriptor.size);
        let manifests = document.manifests.iter().flatten().take(limits.images.saturating_sub(self.manifests.len()));
        self.manifests.extend(manifests.map(entry));
        let most = limits.layers.saturating_add(1).saturating_mul(limits.images);
        let blobs = document.config.iter().chain(document.layers.iter().flatten());
        self.blobs.extend(blobs.take(most.saturating_sub(self.blobs.len())).map(entry));
    }
}

/// The manifests of an index for one platform: that asked for, or else this machine's. `None` when there are none.
fn for_platform(listed: &[Descriptor], platform: Option<&str>) -> Option<Vec<Descriptor>> {
    let wanted = platform.or(native_platform())?;
    let mut left = listed.to_vec();
    let named = |descriptor: &Descriptor| platform_name(descriptor.platform.as_ref()?);
    keep_platform(&mut left, wanted, named).then_some(left)
}

/// `linux/arm/v7`.
fn platform_name(platform: &serde_json::Value) -> Option<String> {
    let part = |name: &str| platform.get(name).and_then(serde_json::Value::as_str).filter(|part| !part.is_empty());
    let name = format!("{}/{}", part("os")?, part("architecture")?);
    Some(part("variant").map_or_else(|| name.clone(), |variant| format!("{name}/{variant}")))
}
