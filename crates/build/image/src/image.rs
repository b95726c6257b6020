//! What an image is, before its layers are read.

use std::sync::Arc;

use boltseal_model::Digest;

/// Which image to open when there are several. The default takes the only one, or the one for this machine's processor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// A tag, whole or without its registry (`debian:12`), or the digest of a manifest.
    pub tag: Option<String>,
    /// A platform such as `linux/arm64`; `linux/arm` also takes `linux/arm/v7`.
    pub platform: Option<String>,
}

/// An image: its layers, base first, and what its manifest and configuration say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// Digest of the manifest, or of the configuration in archives that carry no manifest.
    pub digest: Option<Digest>,
    /// Names that the archive gives to the image, sorted.
    pub tags: Vec<String>,
    /// Operating system and processor, as `linux/amd64` or `linux/arm/v7`.
    pub platform: Option<String>,
    /// How many layers the base image seems to have: those that the history made before it set a command for the last time
    /// and then went on to make others. `None` where the history does not tell.
    pub base_layers: Option<u32>,
    /// Layers, base first.
    pub layers: Vec<Layer>,
    /// What the configuration says in words of the user's.
    pub settings: Vec<Setting>,
    /// The configuration as it is stored; empty where the image has none.
    pub configuration: Vec<u8>,
}

/// A text in the configuration, which everybody can read who has the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Where it stands: `ENV PATH`, `LABEL maintainer`, `CMD`, `history step 3`.
    pub place: String,
    /// The layer that a step of the history made.
    pub layer: Option<u32>,
    /// The text, as it stands there.
    pub text: String,
}

/// One layer, as the manifest declares it. [`read_layer`](crate::read_layer) reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Position in the image, from 0 at the base.
    pub index: u32,
    /// Name of its blob in the store.
    pub blob: String,
    /// Digest of the layer as it is stored, where the manifest gives one.
    pub digest: Option<Digest>,
    /// Digest of the layer after decompression, where the configuration gives one.
    pub diff_id: Option<Digest>,
    /// Bytes as stored; 0 when the blob is absent.
    pub size: u64,
    /// The build instruction that made it, as the image's history records it: in one line, of any length, and with whatever
    /// secrets it has.
    pub instruction: Option<Arc<str>>,
    /// What the manifest says the blob holds.
    pub media: Media,
}

/// What a manifest says that a layer's blob holds. Compression is told by the bytes, whatever the media type says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Media {
    /// A tar stream, compressed or not.
    #[default]
    Tar,
    /// A tar stream that may not be distributed, and is usually left out of archives.
    Foreign,
    /// An encrypted tar stream.
    Encrypted,
    /// Something else.
    Unknown,
}
