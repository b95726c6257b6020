//! The JSON documents of an image, as far as they are read. Unknown fields are ignored, as the specification asks.
//!
//! Source: OCI image specification, `image-index.md`, `manifest.md`, `config.md`, `annotations.md`; Docker image
//! specification 1.2, "Combined Image JSON + Filesystem Changeset Format".

use std::collections::BTreeMap;

use boltseal_model::{Digest, Limits, Problem, ProblemKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::blob::{Store, read_full};
use crate::error::OpenError;
use crate::image::{Media, Setting};
use crate::text::clean;

/// A reference to a blob.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    #[serde(default)]
    pub media_type: String,
    pub digest: Digest,
    #[serde(default)]
    pub size: u64,
    pub annotations: Option<BTreeMap<String, String>>,
    pub platform: Option<Platform>,
    pub artifact_type: Option<String>,
}

/// What a manifest in an index is, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Referent {
    Index,
    Manifest,
    /// A build cache, an attestation, an artefact of some tool.
    NotAnImage,
}

impl Descriptor {
    /// Name of the blob in a layout.
    pub fn blob(&self) -> String {
        blob_name(&self.digest)
    }

    /// Says what an index lists here.
    pub fn referent(&self) -> Referent {
        let annotation = |key| self.annotations.as_ref().and_then(|annotations| annotations.get(key));
        let is_attestation = annotation("vnd.docker.reference.type").is_some()
            || self
                .platform
                .as_ref()
                .is_some_and(|platform| platform.os == "unknown" && platform.architecture == "unknown");
        let is_artefact =
            self.artifact_type.as_deref().is_some_and(|kind| kind != IMAGE_CONFIG && kind != DOCKER_CONFIG);
        match self.media_type.as_str() {
            _ if is_attestation || is_artefact => Referent::NotAnImage,
            "application/vnd.oci.image.index.v1+json" | "application/vnd.docker.distribution.manifest.list.v2+json" => {
                Referent::Index
            }
            "" | "application/vnd.oci.image.manifest.v1+json" => Referent::Manifest,
            kind if kind.starts_with("application/vnd.docker.distribution.manifest.") => Referent::Manifest,
            _ => Referent::NotAnImage,
        }
    }

    /// The name that an index gives to this image: the whole reference where the writer says it, otherwise the tag.
    pub fn tag(&self) -> Option<&str> {
        let annotations = self.annotations.as_ref()?;
        let names = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];
        names.into_iter().find_map(|name| annotations.get(name)).map(String::as_str)
    }

    /// What a layer descriptor says its blob holds.
    pub fn media(&self) -> Media {
        let kind = self.media_type.as_str();
        if kind.ends_with("+encrypted") {
            Media::Encrypted
        } else if kind.starts_with("application/vnd.oci.image.layer.nondistributable.v1.tar")
            || kind.starts_with("application/vnd.docker.image.rootfs.foreign.diff.tar")
        {
            Media::Foreign
        } else if kind.is_empty()
            || kind.starts_with("application/vnd.oci.image.layer.v1.tar")
            || kind.starts_with("application/vnd.docker.image.rootfs.diff.tar")
        {
            Media::Tar
        } else {
            Media::Unknown
        }
    }
}

/// Media types of an image's configuration.
pub(crate) const IMAGE_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";

/// An index or a manifest. Which one it is, only its fields tell.
#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    pub manifests: Option<Vec<Descriptor>>,
    pub config: Option<Descriptor>,
    pub layers: Option<Vec<Descriptor>>,
}

/// Operating system and processor.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Platform {
    #[serde(default)]
    pub os: String,
    #[serde(default)]
    pub architecture: String,
    pub variant: Option<String>,
}

impl Platform {
    /// As `linux/arm/v7`; `None` where it says nothing.
    pub fn name(&self) -> Option<String> {
        let parts = [self.os.as_str(), self.architecture.as_str(), self.variant.as_deref().unwrap_or_default()];
        let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        (!self.os.is_empty() && !self.architecture.is_empty()).then(|| clean(&name, 64))
    }
}

/// The configuration of an image.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Config {
    #[serde(default)]
    pub os: String,
    #[serde(default)]
    pub architecture: String,
    pub variant: Option<String>,
    pub rootfs: Option<RootFs>,
    pub history: Option<Vec<History>>,
    /// How containers start.
    pub config: Option<Start>,
}

/// What a container starts with.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Start {
    pub env: Option<Vec<String>>,
    pub labels: Option<BTreeMap<String, String>>,
    pub cmd: Option<Vec<String>>,
    pub entrypoint: Option<Vec<String>>,
}

impl Config {
    /// Every text in it that somebody wrote, with the layer that a step of the history made, if there are so many.
    pub fn settings(&self, layers: usize) -> Vec<Setting> {
        let mut settings = Vec::new();
        let mut add = |place: String, layer, text: String| settings.push(Setting { place, layer, text });
        if let Some(start) = &self.config {
            for variable in start.env.iter().flatten() {
                let name = variable.split_once('=').map_or(variable.as_str(), |(name, _)| name);
                add(format!("ENV {}", clean(name, 200)), None, variable.clone());
            }
            for (name, value) in start.labels.iter().flatten() {
                add(format!("LABEL {}", clean(name, 200)), None, format!("{name}={value}"));
            }
            for (place, words) in [("ENTRYPOINT", &start.entrypoint), ("CMD", &start.cmd)] {
                words.iter().for_each(|words| add(place.into(), None, words.join(" ")));
            }
        }
        let history = self.history.as_deref().unwrap_or_default();
        let is_told = history.iter().filter(|step| !step.empty_layer).count() == layers;
        let mut layer = 0_u32;
        for (number, step) in (1..).zip(history) {
            let made = (is_told && !step.empty_layer).then_some(layer);
            layer += u32::from(!step.empty_layer);
            for text in [&step.created_by, &step.comment].into_iter().flatten() {
                add(format!("history step {number}"), made, text.clone());
            }
        }
        settings
    }

    /// As `linux/arm/v7`; `None` where it says nothing.
    pub fn platform(&self) -> Option<String> {
        Platform { os: self.os.clone(), architecture: self.architecture.clone(), variant: self.variant.clone() }.name()
    }

    /// How many layers the base image seems to have.
    ///
    /// An image records no base. Images that others build upon end with a command, though, so the last command that is
    /// followed by further layers is where the base ended.
    pub fn base_layers(&self) -> Option<u32> {
        let history = self.history.as_deref()?;
        let last_layer = history.iter().rposition(|step| !step.empty_layer)?;
        let before = history.get(..last_layer)?;
        let end = before.iter().rposition(|step| step.empty_layer && step.sets_command())?;
        let layers = before.get(..end)?.iter().filter(|step| !step.empty_layer).count();
        u32::try_from(layers).ok().filter(|&layers| layers > 0)
    }
}

/// The layers by their digests after decompression.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct RootFs {
    pub diff_ids: Option<Vec<String>>,
}

/// One step of the build.
#[derive(Debug, Deserialize)]
pub(crate) struct History {
    pub created_by: Option<String>,
    pub comment: Option<String>,
    #[serde(default)]
    pub empty_layer: bool,
}

impl History {
    /// Whether the instruction is `CMD` or `ENTRYPOINT`, as builders old and new record it.
    fn sets_command(&self) -> bool {
        let words = self.created_by.as_deref().unwrap_or_default();
        let words = words.split_once("#(nop)").map_or(words, |(_, words)| words).trim_start();
        ["CMD", "ENTRYPOINT"]
            .iter()
            .any(|word| words.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '['])))
    }
}

/// One image of `manifest.json`, which `docker save` writes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SavedImage {
    pub config: String,
    pub repo_tags: Option<Vec<String>>,
    pub layers: Option<Vec<String>>,
}

/// Name of the blob of that digest in a layout.
pub(crate) fn blob_name(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm().name(), digest.hex())
}

/// The whole of a blob; `None` when there is none of that name.
pub(crate) fn read_document(store: &dyn Store, name: &str, limits: &Limits) -> Result<Option<Vec<u8>>, OpenError> {
    let unreadable = |source| OpenError::Unreadable { name: shown(name), source };
    let Some(blob) = store.open(name).map_err(unreadable)? else { return Ok(None) };
    let (size, limit) = (blob.size(), limits.manifest_bytes);
    let too_large = || OpenError::TooLarge { name: shown(name), size, limit };
    let length = usize::try_from(size).ok().filter(|_| size <= limit).ok_or_else(too_large)?;
    let mut bytes = vec![0; length];
    let read = read_full(&*blob, 0, &mut bytes).map_err(unreadable)?;
    bytes.truncate(read);
    Ok(Some(bytes))
}

/// Reads a value out of JSON. Depth is no danger: the types that are read do not nest, and what is ignored is skipped without
/// recursion.
pub(crate) fn parse_document<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, OpenError> {
    serde_json::from_slice(bytes)
        .map_err(|error| OpenError::Malformed { name: shown(name), reason: clean(&error.to_string(), SHOWN) })
}

/// Characters of a name or an error out of an image that a message shows.
const SHOWN: usize = 200;

/// A name out of an image as a message shows it.
pub(crate) fn shown(name: &str) -> String {
    clean(name, SHOWN)
}

impl OpenError {
    /// The same as a problem, where an image can be read without the thing concerned.
    pub(crate) fn into_problem(self) -> Problem {
        match self {
            Self::Missing { name } => Problem::at(ProblemKind::Missing, name, "it is not in the image"),
            Self::Unreadable { name, source } => Problem::at(ProblemKind::Unreadable, name, source.to_string()),
            Self::TooLarge { name, size, limit } => Problem::at(
                ProblemKind::TooLarge,
                name,
                format!("it has {size} bytes, more than the {limit} that are read"),
            ),
            Self::Malformed { name, reason } => Problem::at(ProblemKind::Malformed, name, reason),
            other => Problem::new(ProblemKind::Unsupported, other.to_string()),
        }
    }
}
